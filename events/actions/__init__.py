"""What can be done to registrations, and to events that people have registered for."""

from events.actions.changing import ERASED_AS, Wish, change, correct_email, erase, is_changeable
from events.actions.closing import tell_of_closing
from events.actions.door import check_in, close_door, let_in, more_came, undo_check_in, walk_in
from events.actions.event_changes import (
    cancel_event,
    close_cancelled,
    follow_change,
    move_people,
    recipients,
    restore_event,
    send_message,
)
from events.actions.forgetting import forget_message, purge_access_needs, purge_messages, purge_registrations
from events.actions.parties import HOLD, Party
from events.actions.registering import (
    Duplicate,
    Full,
    NotInvited,
    NotOpen,
    SpentForm,
    late_until,
    register,
    register_for,
    takes_registrations,
)
from events.actions.reminding import remind_participants, remind_unconfirmed
from events.actions.seats import Busy, Fullness, capacity_problems, patiently, sessions_with_queue
from events.actions.standing import (
    accept,
    cancel,
    confirm,
    confirm_for,
    decline,
    hold_longer,
    move_up,
    promote,
    release_expired,
)

__all__ = [
    "ERASED_AS",
    "HOLD",
    "Busy",
    "Duplicate",
    "Full",
    "Fullness",
    "NotInvited",
    "NotOpen",
    "Party",
    "SpentForm",
    "Wish",
    "accept",
    "cancel",
    "cancel_event",
    "capacity_problems",
    "change",
    "check_in",
    "close_cancelled",
    "close_door",
    "confirm",
    "confirm_for",
    "correct_email",
    "decline",
    "erase",
    "follow_change",
    "forget_message",
    "hold_longer",
    "is_changeable",
    "late_until",
    "let_in",
    "more_came",
    "move_people",
    "move_up",
    "patiently",
    "promote",
    "purge_access_needs",
    "purge_messages",
    "purge_registrations",
    "recipients",
    "register",
    "register_for",
    "release_expired",
    "remind_participants",
    "remind_unconfirmed",
    "restore_event",
    "send_message",
    "sessions_with_queue",
    "takes_registrations",
    "tell_of_closing",
    "undo_check_in",
    "walk_in",
]
