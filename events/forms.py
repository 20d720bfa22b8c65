"""Signing up for an event."""

import itertools
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django import forms
from django.core import signing
from django.utils import timezone

from events.models import Event, Session

NOTICE_VERSION = "2026-11"
FASTEST = timedelta(seconds=2)  # nobody fills in a form faster than this
FORM_LASTS = timedelta(days=7)
TOKEN_SALT = "events.form"  # noqa: S105 (no secret: it tells this use of the key from others)


def new_form_token() -> str:
    """A token for a form: a number of its own and when it was made, signed. It holds over a deploy."""
    made = int(timezone.now().timestamp() * 1000)
    return signing.dumps([secrets.token_urlsafe(12), made], salt=TOKEN_SALT)


@dataclass(frozen=True)
class FormToken:
    """What a form's token says: the form's own number, and when it was made."""

    number: str
    opened_at: datetime


def read_token(token: str) -> FormToken | None:
    """What `token` says; None where it is not ours or too old."""
    try:
        number, made = signing.loads(token, salt=TOKEN_SALT, max_age=FORM_LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return FormToken(number, datetime.fromtimestamp(made / 1000, tz=UTC))


class SessionsField(forms.ModelMultipleChoiceField):
    """Cafés and workshops, each with its time and how full it is."""

    def label_from_instance(self, session: Session) -> str:
        times = f"{timezone.localtime(session.starts_at):%H.%M}-{timezone.localtime(session.ends_at):%H.%M}"
        left = session.seats_left
        room = "" if left is None else (f", {left} pladser tilbage" if left else ", fuldt optaget")
        return f"{session.title} ({times}{room})"


class RegistrationForm(forms.Form):
    """The form of one event. It asks for no more than the event needs."""

    name = forms.CharField(
        label="Navn",
        max_length=120,
        error_messages={"required": "Skriv dit navn", "max_length": "Navnet er for langt. Højst 120 tegn."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        help_text="Vi sender en bekræftelse hertil.",
        error_messages={
            "required": "Skriv din e-mail",
            "invalid": "Skriv e-mailen, så den ligner navn@eksempel.dk",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    places = forms.IntegerField(
        label="Antal pladser",
        min_value=1,
        initial=1,
        help_text="Dig selv medregnet.",
        error_messages={"required": "Skriv, hvor mange I er", "invalid": "Skriv antallet som et tal"},
    )
    organisation = forms.CharField(
        label="Virksomhed eller forening",
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    sessions = SessionsField(
        label="Netværkscaféer og workshopper",
        queryset=Session.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Vælg blandt arrangementets egne. En af dem findes ikke mere."},
    )
    website = forms.CharField(
        label="Lad dette felt stå tomt",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    form_token = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, event: Event, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [session for session in event.sessions.order_by("starts_at", "pk") if session.is_choice]
        if choices:
            keys = [session.pk for session in choices]
            self.fields["sessions"].queryset = Session.objects.filter(pk__in=keys).order_by("starts_at", "pk")
        else:
            del self.fields["sessions"]
        self.fields["places"].widget.attrs["max"] = event.most_places
        self.event = event

    def clean_name(self) -> str:
        return printable(self.cleaned_data["name"], "navnet")

    def clean_organisation(self) -> str:
        return printable(self.cleaned_data["organisation"], "virksomhedens navn")

    def clean_places(self) -> int:
        places = self.cleaned_data["places"]
        if places > self.event.most_places:
            raise forms.ValidationError(
                f"Du kan højst tilmelde {self.event.most_places}. Skriv et mindre tal."
            )
        return places

    def clean_sessions(self) -> list[Session]:
        """No two at the same time."""
        chosen = list(self.cleaned_data["sessions"])
        for earlier, later in itertools.pairwise(chosen):
            if later.starts_at < earlier.ends_at:
                raise forms.ValidationError(
                    f"»{earlier.title}« og »{later.title}« er på samme tid. Vælg en af dem."
                )
        return chosen

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError("Feltet skal stå tomt. Slet det, der står i det.")
        return ""

    def clean_form_token(self) -> str:
        token = self.cleaned_data["form_token"]
        read = read_token(token)
        if read is None:
            raise forms.ValidationError("Formularen er for gammel. Send den igen.")
        if timezone.now() - read.opened_at < FASTEST:
            raise forms.ValidationError("Det gik meget hurtigt. Vent et øjeblik, og send formularen igen.")
        return token


def printable(text: str, what: str) -> str:
    """`text` without idle spaces. Raises ValidationError where it has characters that no name has."""
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in text):
        raise forms.ValidationError(f"Der er tegn i {what}, som ikke kan læses. Skriv det igen.")
    return " ".join(unicodedata.normalize("NFC", text).split())
