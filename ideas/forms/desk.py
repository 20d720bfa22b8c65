"""What staff are asked when several ideas are handed out, checked or noted at once."""

from django import forms

from erhvervspanel.foundation.models import User
from ideas.models import CheckKind


class AssignForm(forms.Form):
    to = forms.ModelChoiceField(
        label="Til",
        queryset=User.objects.filter(is_active=True, is_staff=True).order_by("first_name", "last_name"),
        required=False,
        empty_label="Ingen",
        error_messages={"invalid_choice": "Kollegaen findes ikke mere. Vælg en anden."},
    )


class CheckForm(forms.Form):
    kinds = forms.MultipleChoiceField(
        label="Sæt flueben ved",
        choices=CheckKind,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Vælg mindst ét punkt."},
    )


class NoteForm(forms.Form):
    text = forms.CharField(
        label="Note",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ses kun af kolleger.",
        error_messages={"required": "Skriv noten."},
    )
