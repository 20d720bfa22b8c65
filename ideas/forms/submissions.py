"""»Meld et behov«, and what staff are asked when they deal with it."""

from django import forms
from stdnum.dk import cvr as cvr_number

from erhvervspanel.foundation.addresses import EmailField
from erhvervspanel.foundation.desk.forms import OpenedVersionField
from erhvervspanel.foundation.guarded_forms import GuardedForm
from erhvervspanel.foundation.notices import Notice
from erhvervspanel.foundation.personal_data import clean_name, clean_person, clean_text
from ideas.models import Submission
from panels.models import FocusArea

LONGEST_NEED = 4000  # characters


class NeedForm(forms.Form):
    """A need in words."""

    need = forms.CharField(
        label="Hvad har I brug for?",
        max_length=LONGEST_NEED,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Fortæl gerne, hvad der står i vejen i dag.",
        error_messages={
            "required": "Skriv, hvad I har brug for",
            "max_length": f"Teksten er for lang. Højst {LONGEST_NEED} tegn.",
        },
    )
    proposal = forms.CharField(
        label="Har I et forslag til, hvad der kan gøres?",
        max_length=LONGEST_NEED,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": f"Teksten er for lang. Højst {LONGEST_NEED} tegn."},
    )

    def clean_need(self) -> str:
        return clean_text(self.cleaned_data["need"], "teksten", lines=True)

    def clean_proposal(self) -> str:
        return clean_text(self.cleaned_data["proposal"], "teksten", lines=True)


class SubmissionForm(NeedForm, GuardedForm):
    """»Meld et behov«: what a company needs, in two minutes."""

    purpose = "submission"
    notice = Notice("ideas/notices", "2027-01")

    company_name = forms.CharField(
        label="Virksomhed",
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={
            "required": "Skriv virksomhedens navn",
            "max_length": "Navnet er for langt. Højst 160 tegn.",
        },
    )
    cvr = forms.CharField(
        label="CVR-nummer",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"max_length": "Et CVR-nummer har 8 cifre."},
    )
    contact_name = forms.CharField(
        label="Dit navn",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"max_length": "Navnet er for langt. Højst 120 tegn."},
    )
    email = EmailField(help_text="Vi sender en kvittering hertil, og senere et svar.")
    may_be_named = forms.BooleanField(
        label="Virksomheden må nævnes ved navn, hvis behovet bliver til en ide i idekataloget",
        required=False,
    )

    def clean_company_name(self) -> str:
        return clean_name(self.cleaned_data["company_name"], "virksomhedens navn")

    def clean_cvr(self) -> str | None:
        """Eight digits whose check digit fits. Staff can make an exception; the public form makes none."""
        digits = cvr_number.compact(self.cleaned_data["cvr"])
        if digits and not cvr_number.is_valid(digits):
            raise forms.ValidationError(
                "CVR-nummeret kan ikke passe. Det har 8 cifre; se efter, om to er byttet om, eller lad feltet stå tomt."
            )
        return digits or None

    def clean_contact_name(self) -> str:
        return clean_person(self.cleaned_data["contact_name"])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(["company_name", "cvr"])

    @property
    def given(self) -> dict:
        """The columns of a submission, of a form that was found right."""
        names = ("company_name", "cvr", "need", "proposal", "contact_name", "email", "may_be_named")
        return {name: self.cleaned_data[name] for name in names} | {"notice_version": self.notice.version}


class AreaChoice(forms.ModelChoiceField):
    """A focus area with its year, the newest years first."""

    def label_from_instance(self, area: FocusArea) -> str:
        return f"{area.theme.year}: {area.name}"


class MakeIdeaForm(forms.Form):
    area = AreaChoice(
        label="Fokusområde",
        queryset=FocusArea.objects.select_related("theme").order_by("-theme__year", "position", "pk"),
        empty_label="Vælg et fokusområde",
        help_text="Ideen bliver en kladde i dette tema med virksomhedens egne ord.",
        error_messages={
            "required": "Vælg et fokusområde",
            "invalid_choice": "Vælg et af områderne på listen",
        },
    )
    new_company = forms.BooleanField(
        label="Opret virksomheden",
        required=False,
        help_text="Den får navnet og CVR-nummeret herover. Den bliver kun nævnt ved navn, hvis den har skrevet, at den må.",
    )

    def __init__(self, *args, offers_company: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not offers_company:
            del self.fields["new_company"]


class SubmissionAnswerForm(forms.Form):
    text = forms.CharField(
        label="Svar",
        max_length=LONGEST_NEED,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Bliver sendt som mail. »Hej« og hilsen kommer til af sig selv.",
        error_messages={"required": "Skriv et svar."},
    )


class RewordForm(NeedForm):
    """Takes out of a need what names somebody."""

    opened_version = OpenedVersionField(required=False)

    @classmethod
    def of(cls, submission: Submission, data=None) -> "RewordForm":
        """The form as `submission` stands, or as `data` has it."""
        form = cls(
            data,
            initial={
                "need": submission.need,
                "proposal": submission.proposal,
                "opened_version": submission.wording,
            },
        )
        form.fields["need"].label, form.fields["proposal"].label = "Behovet", "Forslaget"
        form.fields[
            "need"
        ].help_text = "Er behovet blevet til en ide, så ret også virksomhedens egne ord dér."
        return form

    def renew(self, submission: Submission) -> None:
        """Has the form be of `submission` as it stands now: whoever sends it again has been told that it had changed."""
        self.data = self.data.copy()
        self.data["opened_version"] = submission.wording
