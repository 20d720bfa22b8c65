"""Events: the conference, meetings for entrepreneurs, what goes on in them, and who comes."""

from events.models.event import Audience, Event, EventKind, GroupRule, Promotion, Speaker, Venue
from events.models.material import Material
from events.models.message import Message
from events.models.proposal import Proposal
from events.models.registration import (
    ACCESS_KEPT,
    ACTIVE,
    EXPECTED,
    HOLDING,
    AccessNeed,
    AccessService,
    Companion,
    Registration,
    RegistrationChange,
    RegistrationState,
    SessionChoice,
)
from events.models.session import Session, SessionKind

__all__ = [
    "ACCESS_KEPT",
    "ACTIVE",
    "EXPECTED",
    "HOLDING",
    "AccessNeed",
    "AccessService",
    "Audience",
    "Companion",
    "Event",
    "EventKind",
    "GroupRule",
    "Material",
    "Message",
    "Promotion",
    "Proposal",
    "Registration",
    "RegistrationChange",
    "RegistrationState",
    "Session",
    "SessionChoice",
    "SessionKind",
    "Speaker",
    "Venue",
]
