"""What staff fill in about meetings and companies."""

from collections.abc import Iterable, Mapping

from django import forms
from django.db.models import Count, QuerySet

from erhvervspanel.foundation.desk import ExportForm
from erhvervspanel.foundation.desk.forms import ChangeReasonField
from erhvervspanel.foundation.notation import counted
from erhvervspanel.foundation.personal_data import clean_text
from panels.models import Company
from panels.vocabulary import Choice

CHOICE = "valg-"  # before the key of a choice, in a form


def answers_in(given: Mapping[str, str]) -> dict[str, str]:
    """What was chosen in `templates/admin/_choices.html`, by the choices' keys."""
    return {name.removeprefix(CHOICE): value for name, value in given.items() if name.startswith(CHOICE)}


def asked(choices: Iterable[Choice], answers: Mapping[str, str]) -> list[tuple[Choice, str, str]]:
    """For that template: each choice, the name of its field, and what was chosen."""
    return [(choice, f"{CHOICE}{choice.key}", answers.get(choice.key, "")) for choice in choices]


class AttendeesForm(forms.Form):
    """Who took part in a meeting."""

    companies = forms.CharField(
        label="Virksomheder",
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 12, "cols": 60}),
        help_text="Ét navn eller CVR-nummer på hver linje, fx kopieret fra en kolonne i et regneark.",
        error_messages={"required": "Skriv mindst én virksomhed."},
    )

    def clean_companies(self) -> str:
        return clean_text(self.cleaned_data["companies"], "listen", lines=True)


class UnnamedForm(ExportForm):
    """Companies that have not agreed to be named are in a file only for a purpose: such a name may be its owner's."""

    with_unnamed = forms.BooleanField(
        label="Virksomheder uden samtykke med navn",
        required=False,
        help_text="Ellers står der kun, hvor mange de er. Skriv nedenfor, hvad navnene skal bruges til.",
    )
    purpose = forms.CharField(
        label="Formål (kun for navne uden samtykke)",
        max_length=200,
        required=False,
        help_text="Bliver gemt i loggen over opslag. Skriv ikke, hvem det handler om.",
    )
    field_order = ("file_format", "with_drafts", "with_unnamed", "purpose")

    @property
    def personal(self) -> list[str]:
        return ["virksomheder"] if self.cleaned_data["with_unnamed"] else []

    def clean_purpose(self) -> str:
        return clean_text(self.cleaned_data["purpose"], "formålet")

    def clean(self):
        given = super().clean()
        if given.get("with_unnamed") and not given.get("purpose") and "purpose" not in self.errors:
            self.add_error("purpose", "Skriv, hvad navnene skal bruges til. Det bliver gemt.")
        return given


class ExportCompaniesForm(UnnamedForm):
    """Whether those who may not be named are in the file."""

    with_unnamed = forms.BooleanField(
        label="Virksomheder uden samtykke med",
        required=False,
        help_text="Ellers kun dem, der har sagt ja til at blive nævnt. Skriv nedenfor, hvad navnene skal bruges til.",
    )

    def narrowed(self, rows: QuerySet) -> QuerySet:
        return rows if self.cleaned_data["with_unnamed"] else rows.published()


class CompanyField(forms.ModelChoiceField):
    """A company of `MergeForm`, told by what tells it from one of much the same name."""

    def label_from_instance(self, company) -> str:
        number = f"CVR {company.cvr_grouped}" if company.cvr else "uden CVR-nummer"
        ideas = counted(company.all_ideas, "ide", "ideer")
        meetings = counted(company.all_meetings, "møde", "møder")
        named = "nævnes ved navn" if company.named_since else "nævnes ikke ved navn"
        return f"{company}: {number}, {ideas}, {meetings}, {named}"


class MergeForm(forms.Form):
    """Which of some companies stays, and why they are one.

    Args:
        companies: those that were chosen.
    """

    into = CompanyField(
        label="Hvilken virksomhed bliver?",
        queryset=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Vælg den virksomhed, som bliver.",
            "invalid_choice": "Vælg en af de valgte virksomheder.",
        },
    )
    reason = ChangeReasonField(
        label="Begrundelse",
        required=False,
        help_text="Står i historikken og ses kun af medarbejdere. Den skal skrives, når en af dem, der lægges ind, er offentlig.",
    )

    def __init__(self, companies: list[Company], *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.chosen = Company.objects.filter(pk__in=[company.pk for company in companies])
        self.fields["into"].queryset = self.chosen.annotate(
            all_ideas=Count("ideas", distinct=True), all_meetings=Count("attendances", distinct=True)
        )
        # The likeliest: with a number, and the oldest.
        self.fields["into"].initial = min(companies, key=lambda company: (not company.cvr, company.pk))

    def clean(self):
        given = super().clean()
        if self.errors or given["reason"]:
            return given
        public = self.chosen.published().exclude(pk=given["into"].pk).first()
        if public:
            self.add_error("reason", f"»{public}« er offentlig. Skriv, hvorfor den lægges ind i en anden.")
        return given
