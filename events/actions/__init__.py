"""What can be done to registrations."""

from events.actions.forgetting import purge_registrations
from events.actions.registering import Duplicate, Full, NotOpen, Party, register
from events.actions.seats import capacity_problems
from events.actions.standing import accept, cancel, confirm, decline, promote, release_expired

__all__ = [
    "Duplicate",
    "Full",
    "NotOpen",
    "Party",
    "accept",
    "cancel",
    "capacity_problems",
    "confirm",
    "decline",
    "promote",
    "purge_registrations",
    "register",
    "release_expired",
]
