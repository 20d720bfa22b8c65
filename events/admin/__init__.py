"""The admin of events and their programme, in the order of the story."""

from events.admin.event import EventAdmin, SessionAdmin  # noqa: I001 (registered in the story's order)
from events.admin.material import MaterialAdmin
from events.admin.registration import RegistrationAdmin
from events.admin.venue import VenueAdmin
from events.admin.speaker import SpeakerAdmin

__all__ = ["EventAdmin", "MaterialAdmin", "RegistrationAdmin", "SessionAdmin", "SpeakerAdmin", "VenueAdmin"]
