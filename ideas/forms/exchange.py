"""What staff are asked when ideas come in as a file, and go out as one."""

from django import forms

from erhvervspanel.foundation.desk import DraftsExportForm
from erhvervspanel.foundation.spreadsheets import too_large
from ideas.exchange.plan import LIMITS
from panels.forms import UnnamedForm
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


class ExportIdeasForm(UnnamedForm, DraftsExportForm):
    """Which ideas, and whether those who may not be named are."""
