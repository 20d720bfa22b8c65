"""The forms of events."""

from events.forms.door import BadgeForm, WalkInForm
from events.forms.party import PartyForm
from events.forms.sign_up import ChangeForm, FindForm, RegistrationForm
from events.forms.staff import (
    CancelEventForm,
    EmailForm,
    ExportForm,
    MessageForm,
    MovePeopleForm,
    ReasonForm,
    StaffRegistrationForm,
)

__all__ = [
    "BadgeForm",
    "CancelEventForm",
    "ChangeForm",
    "EmailForm",
    "ExportForm",
    "FindForm",
    "MessageForm",
    "MovePeopleForm",
    "PartyForm",
    "ReasonForm",
    "RegistrationForm",
    "StaffRegistrationForm",
    "WalkInForm",
]
