"""What staff are asked when ideas come in as a file, and go out as one."""

from django import forms

from erhvervspanel.foundation.personal_data import clean_text
from erhvervspanel.foundation.spreadsheets import FORMATS, too_large
from ideas.exchange.plan import LIMITS
from panels.models import Theme


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Fil (.xlsx eller .csv)",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={
            "required": "Vælg en fil.",
            "empty": "Filen er tom. Vælg en med en tabel.",
            "max_length": "Filens navn er for langt. Giv den et kortere.",
        },
        max_length=200,
    )

    theme = forms.ModelChoiceField(
        label="Tema",
        queryset=Theme.objects.order_by("-year"),
        empty_label=None,
        error_messages={
            "required": "Vælg temaet.",
            "invalid_choice": "Temaet findes ikke mere. Vælg et andet.",
        },
    )

    def clean_file(self):
        """Before the file is read into the database, which it would fill."""
        file = self.cleaned_data["file"]
        if file.size > LIMITS.size:
            raise forms.ValidationError(too_large(LIMITS))
        return file


class ExportIdeasForm(forms.Form):
    file_format = forms.ChoiceField(label="Slags fil", choices=FORMATS.items())
    with_drafts = forms.BooleanField(
        label="Kladder med", required=False, help_text="Ellers kun det, som offentligheden kan se."
    )
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

    def clean_purpose(self) -> str:
        return clean_text(self.cleaned_data["purpose"], "formålet")

    def clean(self):
        given = super().clean()
        if given.get("with_unnamed") and not given.get("purpose") and "purpose" not in self.errors:
            self.add_error("purpose", "Skriv, hvad navnene skal bruges til. Det bliver gemt.")
        return given
