"""The forms of events."""

from events.forms.party import PartyForm
from events.forms.sign_up import (
    NOTICE_VERSION,
    ChangeForm,
    FindForm,
    MessageForm,
    RegistrationForm,
    StaffRegistrationForm,
)

__all__ = [
    "NOTICE_VERSION",
    "ChangeForm",
    "FindForm",
    "MessageForm",
    "PartyForm",
    "RegistrationForm",
    "StaffRegistrationForm",
]
