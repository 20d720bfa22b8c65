"""Events: the conference, meetings for entrepreneurs, what goes on in them, and who comes."""

from events.models.event import Event, EventKind, GroupRule, Promotion, Speaker, Venue
from events.models.registration import (
    ACTIVE,
    HOLDING,
    Registration,
    RegistrationChange,
    RegistrationState,
    SessionChoice,
)
from events.models.session import Session, SessionKind

__all__ = [
    "ACTIVE",
    "HOLDING",
    "Event",
    "EventKind",
    "GroupRule",
    "Promotion",
    "Registration",
    "RegistrationChange",
    "RegistrationState",
    "Session",
    "SessionChoice",
    "SessionKind",
    "Speaker",
    "Venue",
]
