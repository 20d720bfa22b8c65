"""The forms of the log-in, with limits of ours and words of ours."""

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms

from erhvervspanel.foundation.accounts.attempts import admit_code
from erhvervspanel.foundation.accounts.log import note
from erhvervspanel.foundation.models import LogInOutcome
from erhvervspanel.foundation.throttle import TooMany


class LogInForm(LoginForm):
    """User name and password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name, password = self.fields["login"], self.fields["password"]
        name.label, name.error_messages["required"] = "Brugernavn", "Skriv dit brugernavn."
        password.label, password.error_messages["required"] = "Adgangskode", "Skriv din adgangskode."
        password.help_text = ""
        for field in (name, password):
            field.widget.attrs.pop("placeholder", None)


def word(code: forms.Field) -> None:
    """Puts a field for a code in our words."""
    code.label, code.error_messages["required"] = "Kode", "Skriv koden."
    code.widget.attrs.pop("placeholder", None)
    code.widget.attrs["inputmode"] = "numeric"


class LimitedCode:
    """For a form that asks for a code: so many tries, from one network and for one account, and for the account in all."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        word(self.fields["code"])

    def clean_code(self) -> str:
        request = context.request
        try:
            admit_code(request, self.user)
        except TooMany as too_many:
            note(request, LogInOutcome.LOCKED, self.user, "kode")
            raise forms.ValidationError(too_many.sentence) from None
        try:
            return super().clean_code()
        except forms.ValidationError:
            note(request, LogInOutcome.FAILED, self.user, "kode")
            raise


class CodeForm(LimitedCode, AuthenticateForm):
    """The code after the password."""


class CodeAgainForm(LimitedCode, ReauthenticateForm):
    """The code once more, before something that asks for it."""


class ActivateAppForm(ActivateTOTPForm):
    """The first code of an app that is being set up."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        word(self.fields["code"])
