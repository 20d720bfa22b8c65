"""What staff fill in about meetings and companies."""

from collections.abc import Iterable, Mapping

from django import forms

from erhvervspanel.foundation.personal_data import clean_text
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
