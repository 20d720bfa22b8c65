"""»Personer«: all that is kept about somebody, handed out or erased at their request (the General Data Protection Regulation,
articles 15, 17 and 20)."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse

from erhvervspanel.foundation import audit, persons
from erhvervspanel.foundation.accounts.gate import confirm
from erhvervspanel.foundation.addresses import EmailField
from erhvervspanel.foundation.models import AuditAction
from erhvervspanel.foundation.personal_data import clean_text
from erhvervspanel.foundation.references import REFERENCE_LENGTH, is_reference

PERMISSION = "foundation.handle_person"


class PersonForm(forms.Form):
    """Whose data, and why."""

    who = forms.CharField(
        label="Personens e-mail eller nummer",
        max_length=254,
        help_text="Nummeret på en tilmelding eller et indmeldt behov finder også dem, der ikke har givet en e-mail. En, som er taget med "
        "på en andens tilmelding, har kun sit navn gemt: Søg efter navnet i listen over tilmeldinger, og ret tilmeldingen.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Skriv personens e-mail eller et nummer."},
    )
    purpose = forms.CharField(
        label="Anledning",
        max_length=200,
        help_text="Fx sagens nummer. Bliver gemt i loggen over opslag. Skriv ikke, hvem det er.",
        error_messages={"required": "Skriv anledningen. Den bliver gemt."},
    )

    def clean_who(self) -> str:
        who = self.cleaned_data["who"]
        if is_reference(who.upper()):
            return who.upper()
        if "@" not in who:
            raise forms.ValidationError(
                f"Skriv en e-mail eller et nummer på {REFERENCE_LENGTH} bogstaver og tal, som det står i kvitteringen."
            )
        return EmailField().clean(who)

    def clean_purpose(self) -> str:
        purpose = clean_text(self.cleaned_data["purpose"], "anledningen")
        if "@" in purpose:
            raise forms.ValidationError(
                "Skriv ikke, hvem det er: Anledningen bliver stående i loggen, når personen er slettet."
            )
        return purpose


def person(request: HttpRequest) -> HttpResponse:
    """Shows all that is kept about an e-mail address, or under a number, to print and hand out; with `fil` sends it as a file, and with
    `slet` erases it.

    Each is logged, also where nothing was found: whom somebody looked for tells as much as what they saw.
    """
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    confirm(request)
    form = PersonForm(request.POST if request.method == "POST" else None)
    told = None
    if request.method == "POST" and form.is_valid():
        who, purpose = form.cleaned_data["who"], form.cleaned_data["purpose"]
        if erasing := "slet" in request.POST:
            erase(request, who, purpose)
        told = persons.told_of(who)
        if told or not erasing:
            names = sorted({name for each in told for name in each.fields})
            action = AuditAction.EXPORTED if "fil" in request.POST else AuditAction.HANDED_OUT
            audit.record(action, by=request.user, purpose=purpose, fields=names, rows=len(told))
        if told and "fil" in request.POST:
            return file_of(told)
    context = admin.site.each_context(request) | {
        "title": "Personer",
        "form": form,
        "asked": form.cleaned_data if told is not None else None,
        "told": told,
    }
    return TemplateResponse(request, "admin/foundation/person.html", context)


def file_of(told: list[persons.Told]) -> JsonResponse:
    """All that is told as a file that other programs can read. Its name says nothing of whose it is."""
    things = [{"hvad": each.what, "felter": each.fields} for each in told]
    response = JsonResponse({"oplysninger": things}, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="personoplysninger.json"'
    return response


@transaction.atomic  # all of it and its line in the log, or nothing: what is half erased cannot be asked for again
def erase(request: HttpRequest, who: str, purpose: str) -> None:
    counts = {names: count for names, count in persons.erase(who).items() if count}
    audit.record(AuditAction.ERASED, by=request.user, purpose=purpose, rows=sum(counts.values()))
    if counts:
        messages.success(request, f"Det, der nævner personen, er slettet: {persons.in_words(counts)}.")
    else:
        messages.warning(request, "Der er ikke slettet noget.")
