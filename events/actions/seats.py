"""Seats: the counters on event and session, and the lock that they change under.

Measured: counting rows and then inserting sells thirty seats for ten; locking the event first sells ten. The lock is taken
before anything that points at the event is written, and the counter is guarded besides, so that a mistake elsewhere
cannot oversell. Sessions are always taken by ascending key: in any other order two parties can wait for each other.
"""

from collections.abc import Callable, Collection, Iterable
from functools import cached_property
from typing import TypeVar

from django.db import Error, connection
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from erhvervspanel.foundation import outages
from erhvervspanel.foundation.composed import Among, Composed
from erhvervspanel.foundation.notation import counted
from events.models import (
    HOLDING,
    Event,
    GroupRule,
    Registration,
    RegistrationChange,
    RegistrationState,
    Session,
    SessionChoice,
)
from events.models.event import FULL

T = TypeVar("T")
TRIES = 3
LOCK_WAIT = "3s"  # the longest that anybody waits for the event before they are told to try again

# What a crowd waits for is written out: Django takes longer to compose a statement than PostgreSQL to run it.
LOCK = f"""
    SET LOCAL lock_timeout = '{LOCK_WAIT}';
    SELECT FROM events_event WHERE id = {{event:d}} FOR NO KEY UPDATE;
"""
# Seats are taken where they are free, or not at all. The guard holds even without the lock.
TAKE = """
    UPDATE {} SET seats_taken = seats_taken + %s
    WHERE id = %s AND (capacity IS NULL OR seats_taken + %s <= capacity)
"""
TAKE_AT_EVENT, TAKE_IN_SESSION = TAKE.format("events_event"), TAKE.format("events_session")


class Busy(Exception):
    """Somebody held the event for too long, or the database is away, again and again. The same may be tried again."""


def patiently(action: Callable[[], T]) -> T:
    """What `action` returns, tried TRIES times where the database had to refuse it: a lock held too long, a deadlock, an outage.

    The connection may break when all was written but the answer: `action` must find what it has done already, by its token.

    Raises Busy after the last.
    """
    for _ in range(TRIES):
        try:
            return action()
        except Error as error:
            outages.get_over(error)
            refused = error
    raise Busy from refused


def lock(event_id: int) -> Event:
    """The event as the database has it now, held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK.format(event=event_id))
    return Event.objects.select_related("venue").get(pk=event_id)


def take_event_seats(event: Event, places: int) -> bool:
    """Takes seats at the event, or none."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_AT_EVENT, [places, event.pk, places])
        taken = cursor.rowcount
    event.seats_taken += places * taken
    return bool(taken)


def take_session_seats(sessions: Iterable[Session], places: int) -> list[Session]:
    """Takes seats in each of `sessions`, and returns those that had not enough. The caller rolls back if any had not."""
    full = []
    with connection.cursor() as cursor:
        for session in sorted(sessions, key=lambda session: session.pk):
            cursor.execute(TAKE_IN_SESSION, [places, session.pk, places])
            if not cursor.rowcount:
                full.append(session)
    return full


def may_be_passed(event: Event) -> bool:
    """Whether those who wait are passed by others while they do not fit. From a list that has closed nobody gets in, who fits or not."""
    return event.group_rule == GroupRule.NEXT and not event.is_closed


def queue_blocks(event: Event) -> bool:
    """Whether what is free is for those who wait, though they do not fit yet. The caller has promoted who fits."""
    return not may_be_passed(event) and first_in_queue.first(event.pk) is not None


@Composed
def first_in_queue(event):
    return Registration.objects.in_line().filter(event=event).values_list("pk")[:1]


class Fullness:
    """How full `event` is to somebody who comes now; as a text, in words. One query where seats are free and limited."""

    def __init__(self, event: Event):
        self.event = event

    @cached_property
    def is_full(self) -> bool:
        """Whether who comes now can only wait."""
        left = self.event.seats_left
        return left == 0 or (left is not None and queue_blocks(self.event))

    @property
    def offers_queue(self) -> bool:
        """Whether who comes now is offered the waiting list, which closes with the registration."""
        return self.is_full and not self.event.is_closed

    def __str__(self) -> str:
        return FULL if self.is_full else self.event.fullness


def sessions_with_queue(event: Event, sessions: Collection[Session]) -> list[Session]:
    """Those of `sessions` at `event` where what is free is for those who wait, though they do not fit yet."""
    keys = [] if may_be_passed(event) else [session.pk for session in sessions]
    waited_for = {key for (key,) in queued_for(keys)} if keys else ()
    return [session for session in sessions if session.pk in waited_for]


@Composed
def queued_for(sessions):
    return waiting_choices().filter(Among("session", sessions)).order_by().values_list("session").distinct()


def waiting_choices():
    """The choices that wait for a seat in a session, of those who have one at the event; the first first.

    A party larger than the whole session never gets its turn, and stands in nobody's way.
    """
    fits = Q(session__capacity=None) | Q(registration__places__lte=F("session__capacity"))
    waiting = SessionChoice.objects.filter(fits, queued_at__isnull=False, registration__state__in=HOLDING)
    return waiting.order_by("queued_at", "pk")


def passed(event: Event, sessions: Collection[Session], *, at_event: bool = True) -> str:
    """Whom a party passes that gets seats now, for the log; nothing where nobody waits, or none may be passed.

    Args:
        sessions: those in which it gets seats.
        at_event: whether it gets any at the event itself.
    """
    if not may_be_passed(event):
        return ""
    numbers = {"": event.registrations.in_line().count()} if at_event else {}
    waiting = waiting_choices().filter(session__in=sessions).order_by()
    in_sessions = waiting.values_list("session__title").annotate(Count("pk")) if sessions else ()
    return went_past(numbers | dict(in_sessions))


def went_past(numbers: dict[str, int]) -> str:
    """»Gik forbi 2 tilmeldinger, som der ikke var plads til«, by the title of the session, or nothing for the event."""
    past = [
        counted(number, "tilmelding", "tilmeldinger") + (f" til »{title}«" if title else "")
        for title, number in numbers.items()
        if number
    ]
    return f"Gik forbi {' og '.join(past)}, som der ikke var plads til"[:200] if past else ""


def give_back_event(event: Event, places: int) -> None:
    Event.objects.filter(pk=event.pk).update(seats_taken=F("seats_taken") - places)
    event.seats_taken -= places


def give_back_session(session_id: int, places: int) -> None:
    Session.objects.filter(pk=session_id).update(seats_taken=F("seats_taken") - places)


def give_back(registration: Registration) -> None:
    """Frees the seats that `registration` holds: in its sessions, and at the event unless it came beyond the capacity there."""
    if not registration.override_reason:
        event = Event.objects.filter(pk=registration.event_id)
        event.update(seats_taken=F("seats_taken") - registration.places)
    held = (
        registration.choices.filter(queued_at=None)
        .order_by("session_id")
        .values_list("session_id", flat=True)
    )
    for session in held:
        give_back_session(session, registration.places)


def moved(
    registration: Registration, after: RegistrationState, *, by=None, reason: str = "", **values
) -> None:
    """Gives `registration` a new state, with the one row of the log that each change has."""
    before = registration.state
    for name, value in {"state": after, **values}.items():
        setattr(registration, name, value)
    registration.save(update_fields=["state", *values])
    RegistrationChange.objects.create(
        registration=registration, before=before, after=after, by=by, reason=reason
    )


def noted(registration: Registration, reason: str, *, by=None) -> None:
    """Writes in the log what happened to `registration` while its state stayed as it was. No personal data."""
    RegistrationChange.objects.create(
        registration=registration, before=registration.state, after=registration.state, by=by, reason=reason
    )


def capacity_problems(events: QuerySet | None = None) -> list[str]:
    """Where the counters do not tell what the rows do, or hold more than there is room for: a Danish sentence each.

    A capacity that staff lowered below what is taken is no mistake of the counters, and is told as what it is until the event is over.

    Args:
        events: which are looked over; all where none are given.
    """
    events = Event.objects.all() if events is None else events
    held = Q(registrations__state__in=HOLDING, registrations__override_reason="")
    problems = []
    for event in events.annotate(held=Coalesce(Sum("registrations__places", filter=held), 0)).order_by("pk"):
        problems += problems_with(event, event.title, event)
    chosen = Q(choices__queued_at=None, choices__registration__state__in=HOLDING)
    sessions = Session.objects.filter(event__in=events)
    sessions = sessions.annotate(held=Coalesce(Sum("choices__registration__places", filter=chosen), 0))
    for session in sessions.select_related("event").order_by("pk"):
        problems += problems_with(session, f"{session.event.title}, {session.title}", session.event)
    return problems


def problems_with(thing: Event | Session, name: str, event: Event) -> list[str]:
    problems = []
    if thing.held != thing.seats_taken:
        problems.append(f"{name}: tælleren siger {thing.seats_taken}, men der er {thing.held} pladser taget.")
    if thing.capacity is not None and thing.held > thing.capacity and not event.is_over:
        problems.append(f"{name}: {thing.held} pladser er taget, men der er kun {thing.capacity}.")
    return problems
