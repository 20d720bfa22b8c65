"""Forms for the public, guarded against robots without a cookie, a riddle or a third party.

A signed token stands in the form: its number makes a double click one act, and its time shows a form that no person can
have filled in. It is good for what it was made for, and nothing else. A field that people do not see catches those who fill
in everything.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps

from django import forms
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

FASTEST = timedelta(seconds=2)  # nobody fills in a form faster than this
FORM_LASTS = timedelta(days=7)
TOKEN_SALT = "events.form"  # noqa: S105 (no secret: it tells this use of the key from others)


@dataclass(frozen=True)
class FormToken:
    """What a form's token says: the form's own number, and when it was made."""

    number: str
    opened_at: datetime


def public_form(view: Callable) -> Callable:
    """A page with a form for everybody, without a cookie: what stands for it is the form's signed token, or the secret in the
    page's address.

    A form that another site has sent in the visitor's name is refused: there is none that would have to.

    No page is kept but one that answers what somebody typed: their own browser keeps it, so that »Back« shows it again. One that a
    secret opens is not kept either (`undisclosed`).
    """

    @csrf_exempt  # Django's own guard needs a cookie
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method == "POST" and not is_sent_from_here(request):
            raise PermissionDenied
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            patch_cache_control(response, private=True, no_cache=True)
        else:
            add_never_cache_headers(response)
        return response

    return guarded


def is_sent_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of ours sent the form, or says nothing (W3C, »Fetch Metadata Request Headers«)."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")


def new_form_token(purpose: str) -> str:
    """A token for a form: a number of its own and when it was made, signed. It holds over a deploy.

    Args:
        purpose: what the form is for, such as »sign-up 17«. A token for one purpose is worth nothing for another.
    """
    made = int(timezone.now().timestamp() * 1000)
    return signing.dumps([secrets.token_urlsafe(12), made], salt=f"{TOKEN_SALT}:{purpose}")


def read_token(token: str, purpose: str) -> FormToken | None:
    """What `token` says; None where it is not ours, was made for something else, or is too old."""
    try:
        number, made = signing.loads(token, salt=f"{TOKEN_SALT}:{purpose}", max_age=FORM_LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return FormToken(number, datetime.fromtimestamp(made / 1000, tz=UTC))


class GuardedForm(forms.Form):
    """A public form. Its own fields come first; these two are hidden from people.

    `purpose` tells its tokens from those of other forms.
    """

    purpose = ""

    website = forms.CharField(
        label="Lad dette felt stå tomt",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    form_token = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["website"].tells_itself = True
        self.initial.setdefault("form_token", "" if self.is_bound else new_form_token(self.purpose))
        self.order_fields([*(name for name in self.fields if name not in GUARDS), *GUARDS])

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            # A program that fills in forms for somebody has done it: they have to get there to mend it.
            del self.fields["website"].widget.attrs["tabindex"]
            raise forms.ValidationError("Feltet skal stå tomt. Slet det, der står i det.")
        return ""

    def clean_form_token(self) -> str:
        token = self.cleaned_data["form_token"]
        read = read_token(token, self.purpose)
        if read is None:
            raise forms.ValidationError("Formularen er for gammel. Send den igen.")
        if timezone.now() - read.opened_at < FASTEST:
            raise forms.ValidationError("Det gik meget hurtigt. Vent et øjeblik, og send formularen igen.")
        return token

    @property
    def token(self) -> FormToken:
        """What the token of a form that was found right says."""
        return read_token(self.cleaned_data["form_token"], self.purpose)

    @property
    def opened_at(self) -> datetime | None:
        """When the form that was sent was fetched, whatever is wrong with it; None where its token is not ours."""
        read = read_token(self.data.get("form_token", ""), self.purpose)
        return read and read.opened_at

    def renew_token(self) -> None:
        """Gives a form whose token was refused a new one, so that it can be sent again as it is."""
        if "form_token" in self.errors:
            self.replace_token()

    def replace_token(self) -> None:
        """Gives a form a new token, so that what it sends is something new."""
        self.data = self.data.copy()
        self.data["form_token"] = new_form_token(self.purpose)


GUARDS = ("website", "form_token")
