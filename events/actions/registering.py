"""Registering: event and café seats together, or not at all."""

from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q, Sum

from erhvervspanel.foundation.addresses import email_key
from erhvervspanel.foundation.composed import Given
from erhvervspanel.foundation.models import User
from erhvervspanel.foundation.notation import counted
from erhvervspanel.foundation.prepared import Prepared
from erhvervspanel.foundation.references import reference_of
from events.actions.parties import Party, drafted, is_of, organisation_key, written
from events.actions.seats import (
    LOCK,
    lock,
    may_be_passed,
    passed,
    queue_blocks,
    sessions_with_queue,
    take_event_seats,
    take_session_seats,
)
from events.actions.standing import promote_locked
from events.models import ACTIVE, Event, Registration, RegistrationState, Session

GRACE = timedelta(minutes=15)  # for a form that was opened in time

# The event's seats and all that stands in the way of a party, in one look. The table may be filling just now, and the planner think
# that hardly anybody is in it: each part is asked for in a way that one index fits, and reads none of those who are in already.
BY_INDEXES = """
    SET LOCAL enable_seqscan = off;
    SET LOCAL enable_sort = off;
"""
LOOK = Prepared(
    """
    SELECT
        updated_at, seats_taken, capacity,
        ARRAY(
            SELECT id FROM events_registration WHERE form_token = %s
            UNION ALL
            SELECT id FROM events_registration WHERE email_key = %s AND state IN %s
        ),
        (
            SELECT true FROM events_registration WHERE event_id = %s AND state = 'waiting'
            ORDER BY queued_at LIMIT 1
        ) IS NOT NULL,
        EXISTS (
            SELECT FROM unnest(%s::bigint[]) AS chosen (id), LATERAL (
                SELECT FROM events_sessionchoice WHERE session_id = chosen.id AND queued_at IS NOT NULL
                ORDER BY queued_at LIMIT 1
            ) AS waiting
        )
    FROM events_event WHERE id = %s
    """,
    (Given("form_token"), Given("email_key"), ACTIVE, Given("event"), Given("sessions"), Given("event")),
    Given,
)


SPENT = "Formularen er allerede brugt til en anden. Send den igen for at tilmelde en person mere."


class NotOpen(Exception):
    """Registration has not opened, has closed, or the event is cancelled or over."""


class NotInvited(Exception):
    """The event is for those who have its link, and the party has not."""


@dataclass
class Full(Exception):
    """There are not seats enough.

    Attributes:
        left: seats left at the event; None where that is not what is short.
        sessions: those that are full.
        company: whether it is the company's share that is short. What is left of it is not told: anybody can type any company's name.
    """

    left: int | None
    sessions: list[Session]
    company: bool = False


class SpentForm(ValidationError):
    """The form was sent before, for somebody else: it has to be sent again with another number, or this party would be lost."""

    def __init__(self, told: str = SPENT):
        super().__init__(told)


class Duplicate(Exception):
    """The address is registered already. Its owner is to get the link again; who asked is told nothing of it."""

    def __init__(self, registration: Registration):
        super().__init__()
        self.registration = registration


@transaction.atomic
def register(
    event: Event,
    party: Party,
    *,
    form_token: str,
    wait: bool = False,
    opened_at: datetime | None = None,
) -> Registration:
    """Registers `party` for `event` and its sessions, or puts it on the waiting list.

    Args:
        event: as the request has just read it.
        form_token: made with the form. The same token again gives the registration that it made for `party` the first time.
        wait: whether the party takes a place on the waiting list where there are no seats.
        opened_at: when the form was fetched; one that was fetched in time has GRACE after closing.

    Raises:
        NotOpen, NotInvited, Full, Duplicate, SpentForm: nothing is written then.
    """
    if event.seats_left == 0 and not wait:
        refuse_late(event, party, form_token=form_token, opened_at=opened_at)
    likely = RegistrationState.WAITING if event.seats_left == 0 else seated(event)
    draft = drafted(event, party, likely, form_token=form_token)
    event, known, waits, some_wait_for_sessions = held_and_looked(event, party, form_token)
    if known is not None and known.form_token == form_token:
        return made_for(party, known)
    if event.is_closed:  # for a form that was opened in time; the waiting lists have closed
        wait, party = False, replace(party, waits_for_sessions=False)
    # All that is refused is refused before anything tells that the address is known.
    refuse_outsiders(event, party, opened_at)
    refuse_over_share(event, party.organisation, party.places)
    if known is not None:
        refuse_if_full(event, party, wait=wait)
        raise Duplicate(known)
    blocked, queued = those_before(event, party, waits, some_wait_for_sessions)
    full = seats_for(event, party, wait=wait, blocked=blocked, queued=queued)
    state = RegistrationState.WAITING if full is None else seated(event)
    if not draft.holds(event, state, frozenset(full or ())):
        draft = drafted(event, party, state, form_token=form_token, full=frozenset(full or ()))
    passes = full is not None and (waits or some_wait_for_sessions)
    return written(draft, event, party, reason=passed(event, draft.seated) if passes else "")


def made_for(party: Party, registration: Registration) -> Registration:
    """`registration`, which the form of `party` has made. Raises SpentForm where that was for somebody else."""
    if not is_of(registration, party):
        raise SpentForm
    return registration


def those_before(
    event: Event, party: Party, waits: bool, some_wait_for_sessions: bool
) -> tuple[bool, list[Session]]:
    """Lets those in who wait for `event`. Returns whether all that is free is for others, and those of the party's sessions where it is."""
    if event.seats_left == 0 or not (waits or some_wait_for_sessions):
        return event.seats_left == 0, []
    if waits or may_be_passed(event):
        # The queue goes first: what is free belongs to those who wait, as far as they fit.
        promote_locked(event)
    blocked = waits and queue_blocks(event)
    # Those who have just got in may be first in line for a session.
    return blocked, [] if blocked else sessions_with_queue(event, party.sessions)


def seated(event: Event) -> RegistrationState:
    """What a party is that has got its seats."""
    return RegistrationState.PENDING if event.confirms_email else RegistrationState.CONFIRMED


@transaction.atomic
def register_for(
    event: Event,
    party: Party,
    *,
    form_token: str,
    by: User,
    wait: bool = False,
    override_reason: str = "",
) -> Registration:
    """Registers `party` on its behalf, before or after the window of registration, and without asking its address.

    Args:
        by: the member of staff.
        wait: whether the party takes a place on the waiting list where there are no seats, as `register` has it.
        override_reason: why the party comes though there is no seat for it, where it does not wait. Its seats at the event are then
            not counted as taken; in its sessions it has seats, or waits for them, as anybody.

    Raises:
        ValidationError: the event is over or cancelled, the address is registered already, or the party would wait in vain.
        Full: there is no seat, or others wait for it, or the company has its share, and it neither waits nor has a reason.
        SpentForm: the same token made a registration for somebody else, or one that was erased since.
    """
    event = lock(event.pk)
    # One that was erased has lost the token, and kept the number that is made of it.
    of_form = Q(form_token=form_token) | Q(reference=reference_of(form_token))
    before = Registration.objects.filter(of_form).first()
    if before is not None:
        return made_for(party, before)
    if event.cancelled_at or event.is_over:
        raise ValidationError("Arrangementet er aflyst eller forbi.")
    if party.email and event.registrations.active().filter(email_key=email_key(party.email)).exists():
        raise ValidationError("Adressen er allerede tilmeldt. Find tilmeldingen på listen, og ret den dér.")
    if event.is_closed:  # the waiting lists have closed
        wait, party = False, replace(party, waits_for_sessions=False)
    may_override = bool(override_reason.strip())
    if not may_override:
        refuse_over_share(event, party.organisation, party.places)
    blocked, queued = queue_blocks(event), sessions_with_queue(event, party.sessions)
    # With a reason a party waits for the sessions that are full.
    patient = replace(party, waits_for_sessions=party.waits_for_sessions or may_override)
    full = seats_for(event, patient, wait=wait or may_override, blocked=blocked, queued=queued)
    state, beyond = RegistrationState.CONFIRMED, full is None and not wait
    if beyond:
        full = session_seats_for(patient, queued)
    elif full is None:
        refuse_vain_wait(event, party)
        state = RegistrationState.WAITING
    draft = drafted(
        event,
        party,
        state,
        form_token=form_token,
        full=frozenset(full or ()),
        override_reason=override_reason if beyond else "",
    )
    reason = override_reason or ("" if full is None else passed(event, draft.seated))
    return written(draft, event, party, by=by, reason=reason)


def refuse_vain_wait(event: Event, party: Party) -> None:
    """Raises ValidationError where `party` would wait for nothing: without an address it never hears of a seat, and where it is larger
    than the whole event it never gets one."""
    if not party.email:
        raise ValidationError(
            {"email": "Der er ikke plads. Skriv en e-mail, så personen på ventelisten kan få besked om en."}
        )
    if event.capacity and party.places > event.capacity:
        there_are = counted(event.capacity, "plads", "pladser")
        raise ValidationError(
            {"places": f"Der er kun {there_are} i alt, så det er nytteløst at vente på så mange."}
        )


def seats_for(
    event: Event, party: Party, *, wait: bool, blocked: bool, queued: list[Session]
) -> list[Session] | None:
    """Takes the seats, and returns the sessions that the party waits for. None where it waits for the event.

    Args:
        blocked: whether what is free is for others.
        queued: those of the party's sessions where it is for others.

    Raises Full where the party will not wait.
    """
    if blocked or not take_event_seats(event, party.places):
        if wait:
            return None
        raise Full(left=0 if blocked else event.seats_left, sessions=[])
    return session_seats_for(party, queued)


def session_seats_for(party: Party, queued: list[Session]) -> list[Session]:
    """Takes the seats in the party's sessions, and returns those that it waits for. Raises Full where it will not wait."""
    full = queued + take_session_seats(set(party.sessions) - set(queued), party.places)
    if full and not party.waits_for_sessions:
        raise Full(left=None, sessions=full)
    return full


def refuse_if_full(event: Event, party: Party, *, wait: bool) -> None:
    """Raises Full as it would be for somebody who is not registered, so that the answer tells nobody who is."""
    if wait:
        return
    blocked = queue_blocks(event)
    if blocked or not enough(event, party):
        raise Full(left=0 if blocked else event.seats_left, sessions=[])
    current = Session.objects.filter(pk__in=[session.pk for session in party.sessions])
    queued = sessions_with_queue(event, party.sessions)
    full = [session for session in current if session in queued or not enough(session, party)]
    if full and not party.waits_for_sessions:
        raise Full(left=None, sessions=full)


def enough(thing: Event | Session, party: Party) -> bool:
    return thing.seats_left is None or thing.seats_left >= party.places


def held_and_looked(
    event: Event, party: Party, form_token: str
) -> tuple[Event, Registration | None, bool, bool]:
    """Holds `event` until the transaction ends, and looks at what stands in the way of `party`.

    Args:
        event: as the request has just read it. Where nobody has saved it since, only its seats are read anew.

    Returns:
        The event as it is now; what this form has made already, or else what the party's address is registered with; whether
        anybody waits for the event; and whether anybody waits for one of the party's sessions.

    Raises NotOpen where the event is gone.
    """
    values = {
        "event": event.pk,
        "form_token": form_token,
        "email_key": email_key(party.email),
        "sessions": [session.pk for session in party.sessions],
    }
    look, places = LOOK.call(connection, values)
    with connection.cursor() as cursor:
        cursor.execute(LOCK.format(event=event.pk) + BY_INDEXES + look, places)
        found = cursor.fetchone()
    if found is None:
        raise NotOpen
    updated_at, seats_taken, capacity, known, waits, some_wait = found
    if event.updated_at == updated_at:
        event = copy(event)
        event.seats_taken, event.capacity = seats_taken, capacity
    else:
        event = Event.objects.select_related("venue").get(pk=event.pk)
    return event, known_among(known, event, form_token), waits, some_wait


def known_among(keys: list[int], event: Event, form_token: str) -> Registration | None:
    """What the form has made, or else what the address has at `event`."""
    found = (
        Registration.objects.filter(Q(form_token=form_token) | Q(event=event), pk__in=keys) if keys else ()
    )
    return max(found, key=lambda registration: registration.form_token == form_token, default=None)


def refuse_late(event: Event, party: Party, *, form_token: str, opened_at: datetime | None) -> None:
    """Tells a party that `event` is full, without the lock, which those who queue need. Returns where it is in already.

    Raises NotOpen, NotInvited, Full.
    """
    if not Registration.objects.filter(form_token=form_token).exists():
        refuse_outsiders(event, party, opened_at)
        raise Full(left=0, sessions=[])


def refuse_outsiders(event: Event, party: Party, opened_at: datetime | None) -> None:
    """Raises NotOpen or NotInvited where `party` cannot come to `event` at all."""
    if not takes_registrations(event, opened_at):
        raise NotOpen
    if not event.invites(party.invitation):
        raise NotInvited


def takes_registrations(event: Event, opened_at: datetime | None) -> bool:
    """Whether `event` is open for a form that was fetched at `opened_at`."""
    closes_at = event.registration_closes_at
    if closes_at and opened_at and opened_at < closes_at:
        closes_at = late_until(event)
    return event.is_open_until(closes_at)


def late_until(event: Event) -> datetime | None:
    """Until when a form that was opened in time may be sent; None where registration closes with the start, for which nobody is late."""
    closes_at = event.registration_closes_at
    if closes_at is None or closes_at >= event.starts_at:
        return None
    return min(closes_at + GRACE, event.starts_at)


def refuse_over_share(
    event: Event, organisation: str, places: int, *, besides: Registration | None = None
) -> None:
    """Raises Full where a company would have more places than a company may.

    Args:
        besides: the registration that is to have the places, and may have some already.
    """
    key = organisation_key(organisation)
    if event.most_per_company is None or not key:
        return
    others = event.registrations.active().filter(organisation_key=key)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    has = others.aggregate(sum=Sum("places"))["sum"] or 0
    if has + places > event.most_per_company:
        raise Full(left=None, sessions=[], company=True)
