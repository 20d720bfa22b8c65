"""What staff are asked when ideas are merged or split, or put on an agenda."""

from django import forms

from erhvervspanel.foundation import danish
from erhvervspanel.foundation.notation import day
from erhvervspanel.foundation.personal_data import refuse_cpr
from ideas.models import Idea
from panels.models import Decision

REASON_HELP = "Vises på siden. Skriv, så virksomheden bag ideen forstår det."


class ReferenceField(forms.CharField):
    """An idea by its reference: `2021-07`."""

    default_error_messages = {"unknown": "Der er ingen ide med nummeret »%(value)s«. Skriv det som 2021-07."}

    def clean(self, value):
        reference = super().clean(value).strip()
        try:
            return Idea.objects.by_reference(reference).get()
        except Idea.DoesNotExist:
            raise forms.ValidationError(
                self.error_messages["unknown"], code="unknown", params={"value": reference}
            ) from None


class MergeForm(forms.Form):
    into = ReferenceField(
        label="Lever videre i ide",
        max_length=20,
        help_text="Nummeret på den ide, som lever videre, for eksempel 2021-07.",
        error_messages={"required": "Skriv nummeret på den ide, som lever videre."},
    )
    reason = forms.CharField(
        label="Begrundelse",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=REASON_HELP,
        validators=[refuse_cpr],
        error_messages={"required": "Skriv en begrundelse."},
    )


class SplitForm(forms.Form):
    titles = forms.CharField(
        label="De nye ideers titler",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Én på hver linje, mindst to.",
        error_messages={"required": "Skriv mindst to titler, én på hver linje."},
    )
    reason = MergeForm.base_fields["reason"]

    def clean_titles(self) -> list[str]:
        titles = [line.strip() for line in self.cleaned_data["titles"].splitlines() if line.strip()]
        if len(titles) < 2:
            raise forms.ValidationError("Skriv mindst to titler, én på hver linje.")
        longest = Idea._meta.get_field("title").max_length
        for title in titles:
            if len(title) > longest:
                raise forms.ValidationError(f"»{title[:40]} …« er for lang. Højst {longest} tegn.")
        return titles


class AgendaForm(forms.Form):
    """Which decision the ideas go on the agenda of: a draft, or a new one. `chosen` is either, the new one unsaved.

    Args:
        may_add: whether a new decision may be made.
    """

    decision = forms.ModelChoiceField(
        label="Beslutning",
        queryset=Decision.objects.filter(publish_at=None),
        required=False,
        empty_label="Ny beslutning",
        help_text="Et punkt, som endnu ikke er offentliggjort. Eller udfyld felterne nedenfor.",
        error_messages={
            "invalid_choice": "Beslutningen er offentliggjort eller slettet. Vælg en anden, eller lav en ny."
        },
    )
    committee = forms.CharField(label="Udvalg", required=False, max_length=120)
    decided_on = forms.DateField(
        label="Mødets dato",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Skriv mødets dato som dag, måned og år."},
    )
    agenda_item = forms.CharField(label="Punkt på dagsordenen", required=False, max_length=20)
    title = forms.CharField(
        label="Titel",
        required=False,
        max_length=160,
        help_text="For eksempel »Svar på ideer fra panelerne 2021«.",
    )

    def __init__(self, *args, may_add: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        decision = self.fields["decision"]
        decision.label_from_instance = lambda each: (
            f"{each.committee}, {day(each.decided_on)}, punkt {each.agenda_item or 'uden nummer'}: {each.title}"
        )
        if not may_add:
            self.fields = {"decision": decision}
            decision.required, decision.empty_label = True, "Vælg"
            decision.help_text = "Et punkt, som endnu ikke er offentliggjort."
            decision.error_messages["required"] = "Vælg en beslutning."

    def clean(self):
        given = super().clean()
        if self.errors or given["decision"]:
            return given | {"chosen": given.get("decision")}
        questions = {
            "committee": "Skriv, hvilket udvalg der skal behandle ideerne.",
            "decided_on": "Skriv mødets dato.",
            "agenda_item": "Skriv punktets nummer på dagsordenen.",
            "title": "Skriv en titel.",
        }
        for name, question in questions.items():
            if not given.get(name):
                self.add_error(name, question)
        if self.errors:
            return given
        decision = Decision(**{name: given[name] for name in questions})
        slug = danish.slugify(decision.title)[:100]
        if Decision.objects.filter(slug=slug).exists():  # every year has its »Svar på ideer«
            decision.slug = f"{slug}-{decision.decided_on:%Y-%m-%d}"
        try:
            decision.full_clean()
        except forms.ValidationError as error:
            self.add_error(None, error.messages)
        return given | {"chosen": decision}
