"""Forms for the public, guarded against robots without a cookie, a riddle or a third party.

A signed token stands in the form: its number makes a double click one act, and its time shows a form that no person can
have filled in. A field that people do not see catches those who fill in everything.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django import forms
from django.core import signing
from django.utils import timezone

FASTEST = timedelta(seconds=2)  # nobody fills in a form faster than this
FORM_LASTS = timedelta(days=7)
TOKEN_SALT = "events.form"  # noqa: S105 (no secret: it tells this use of the key from others)


@dataclass(frozen=True)
class FormToken:
    """What a form's token says: the form's own number, and when it was made."""

    number: str
    opened_at: datetime


def new_form_token() -> str:
    """A token for a form: a number of its own and when it was made, signed. It holds over a deploy."""
    made = int(timezone.now().timestamp() * 1000)
    return signing.dumps([secrets.token_urlsafe(12), made], salt=TOKEN_SALT)


def read_token(token: str) -> FormToken | None:
    """What `token` says; None where it is not ours or too old."""
    try:
        number, made = signing.loads(token, salt=TOKEN_SALT, max_age=FORM_LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return FormToken(number, datetime.fromtimestamp(made / 1000, tz=UTC))


class GuardedForm(forms.Form):
    """A public form. Its own fields come first; these two are hidden from people."""

    website = forms.CharField(
        label="Lad dette felt stå tomt",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    form_token = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("form_token", "" if self.is_bound else new_form_token())
        self.order_fields([*(name for name in self.fields if name not in GUARDS), *GUARDS])

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

    @property
    def token(self) -> FormToken:
        """What the token of a form that was found right says."""
        return read_token(self.cleaned_data["form_token"])

    def renew_token(self) -> None:
        """Gives a form whose token was refused a new one, so that it can be sent again as it is."""
        if "form_token" in self.errors:
            self.data = self.data.copy()
            self.data["form_token"] = new_form_token()


GUARDS = ("website", "form_token")
