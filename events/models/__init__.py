"""Events: the conference, meetings for entrepreneurs, and what goes on in them."""

from events.models.event import Event, EventKind, Speaker, Venue
from events.models.session import Session, SessionKind

__all__ = ["Event", "EventKind", "Session", "SessionKind", "Speaker", "Venue"]
