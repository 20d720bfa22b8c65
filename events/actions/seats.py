"""Seats: the counters on event and session, and the lock that they change under.

Measured: counting rows and then inserting sells thirty seats for ten; locking the event first sells ten. The lock is taken
before anything that points at the event is written, and the counter is guarded besides, so that a mistake elsewhere
cannot oversell. Sessions are always taken by ascending key: in any other order two parties can wait for each other.
"""

from collections.abc import Iterable

from django.db import connection
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from events.models import HOLDING, Event, Registration, RegistrationChange, RegistrationState, Session

LOCK_WAIT = "3s"  # the longest that anybody waits for the event before they are told to try again


def lock(event_id: int) -> Event:
    """The event as the database has it now, held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
    return Event.objects.select_for_update(of=("self",)).get(pk=event_id)


def take_event_seats(event: Event, places: int) -> bool:
    """Takes seats at the event, or none. The guard holds even without the lock."""
    fits = Q(capacity=None) | Q(seats_taken__lte=F("capacity") - places)
    taken = Event.objects.filter(fits, pk=event.pk).update(seats_taken=F("seats_taken") + places)
    event.seats_taken += places * taken
    return bool(taken)


def take_session_seats(sessions: Iterable[Session], places: int) -> list[Session]:
    """Takes seats in each of `sessions`, and returns those that had not enough. The caller rolls back if any had not."""
    fits = Q(capacity=None) | Q(seats_taken__lte=F("capacity") - places)
    ordered = sorted(sessions, key=lambda session: session.pk)
    return [
        session
        for session in ordered
        if not Session.objects.filter(fits, pk=session.pk).update(seats_taken=F("seats_taken") + places)
    ]


def give_back(registration: Registration) -> None:
    """Frees the seats that `registration` holds, at the event and in its sessions."""
    if registration.override_reason:
        return
    Event.objects.filter(pk=registration.event_id).update(seats_taken=F("seats_taken") - registration.places)
    held = (
        registration.choices.filter(queued_at=None)
        .order_by("session_id")
        .values_list("session_id", flat=True)
    )
    for session in held:
        Session.objects.filter(pk=session).update(seats_taken=F("seats_taken") - registration.places)


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


def capacity_problems() -> list[str]:
    """Where the counters do not tell what the rows do, or hold more than there is room for: a Danish sentence each.

    A capacity that staff lowered below what is taken is no mistake of the counters, and is told as what it is.
    """
    held = Q(registrations__state__in=HOLDING, registrations__override_reason="")
    problems = []
    for event in Event.objects.annotate(held=Coalesce(Sum("registrations__places", filter=held), 0)).order_by(
        "pk"
    ):
        problems += problems_with(event, event.title)
    chosen = Q(
        choices__queued_at=None,
        choices__registration__state__in=HOLDING,
        choices__registration__override_reason="",
    )
    sessions = Session.objects.annotate(held=Coalesce(Sum("choices__registration__places", filter=chosen), 0))
    for session in sessions.select_related("event").order_by("pk"):
        problems += problems_with(session, f"{session.event.title}, {session.title}")
    return problems


def problems_with(thing: Event | Session, name: str) -> list[str]:
    problems = []
    if thing.held != thing.seats_taken:
        problems.append(f"{name}: tælleren siger {thing.seats_taken}, men der er {thing.held} pladser taget.")
    if thing.capacity is not None and thing.held > thing.capacity:
        problems.append(f"{name}: {thing.held} pladser er taget, men der er kun {thing.capacity}.")
    return problems
