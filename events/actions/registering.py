"""Registering: event and café seats together, or not at all."""

import contextlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from erhvervspanel.foundation.models import User
from events import emails
from events.actions.seats import lock, take_event_seats, take_session_seats
from events.actions.standing import promote_locked
from events.models import (
    Event,
    Registration,
    RegistrationChange,
    RegistrationState,
    Session,
    SessionChoice,
)
from events.models.registration import hash_of, reference_of

HOLD = timedelta(hours=24)  # for the e-mail to be confirmed; shorter when the event is near
GRACE = timedelta(minutes=15)  # for a form that was opened in time


class NotOpen(Exception):
    """Registration has not opened, has closed, or the event is cancelled or over."""


@dataclass
class Full(Exception):
    """There are not seats enough.

    Attributes:
        left: seats left at the event; None where that is not what is short.
        sessions: those that are full.
    """

    left: int | None
    sessions: list[Session]


class Duplicate(Exception):
    """The address is registered already. Its owner is to get the link again; who asked is told nothing of it."""

    def __init__(self, registration: Registration):
        super().__init__()
        self.registration = registration


@dataclass(frozen=True)
class Party:
    """Who wants to come.

    Attributes:
        places: how many they are, the one who signs up included.
        sessions: the cafés and workshops that all of them choose.
        notice_version: the privacy notice that was shown.
    """

    name: str
    email: str
    places: int
    notice_version: str
    organisation: str = ""
    sessions: tuple[Session, ...] = ()


@transaction.atomic
def register(
    event: Event,
    party: Party,
    *,
    form_token: str,
    wait: bool = False,
    opened_at: datetime | None = None,
    by: User | None = None,
) -> Registration:
    """Registers `party` for `event` and its sessions, or puts it on the waiting list.

    Args:
        form_token: made with the form. The same token again gives the registration that it made the first time.
        wait: whether the party takes a place on the waiting list where there are no seats.
        opened_at: when the form was fetched; one that was fetched in time has GRACE after closing.
        by: the member of staff who registers somebody.

    Raises:
        NotOpen, Full, Duplicate: nothing is written then.
    """
    before = Registration.objects.filter(form_token=form_token).first()
    if before is not None:
        return before
    key = email_key(party.email)
    event = lock(event.pk)
    refuse_closed(event, opened_at, by=by)
    known = event.registrations.active().filter(email_key=key).first()
    if known is not None:
        if known.form_token == form_token:
            return known
        refuse_if_full(event, party, wait=wait)
        raise Duplicate(known)
    # The queue goes first: what is free belongs to those who wait, as far as they fit.
    behind_queue = event.registrations.queue().exists()
    if behind_queue:
        promote_locked(event)
        behind_queue = event.registrations.queue().exists()
    has_seats = seats_for(event, party, behind_queue=behind_queue, wait=wait)
    return written(event, party, first_state(event, has_seats=has_seats, by=by), form_token=form_token, by=by)


def written(
    event: Event, party: Party, state: RegistrationState, *, form_token: str, by: User | None
) -> Registration:
    """The registration's rows, and its mail."""
    now = timezone.now()
    registration = Registration(
        event=event,
        reference=reference_of(form_token),
        name=normal(party.name),
        email=party.email.strip(),
        email_key=email_key(party.email),
        organisation=normal(party.organisation),
        places=party.places,
        state=state,
        form_token=form_token,
        notice_version=party.notice_version,
        held_until=hold_until(event, now) if state == RegistrationState.PENDING else None,
        queued_at=now if state == RegistrationState.WAITING else None,
    )
    registration.token_hash = hash_of(registration.token)
    registration.save()
    SessionChoice.objects.bulk_create(
        [
            SessionChoice(registration=registration, session=session, queued_at=registration.queued_at)
            for session in party.sessions
        ]
    )
    RegistrationChange.objects.create(registration=registration, after=state, by=by)
    emails.received(registration)
    return registration


def seats_for(event: Event, party: Party, *, behind_queue: bool, wait: bool) -> bool:
    """Takes the seats. False where the party waits instead; raises Full where it will not."""
    if behind_queue or not take_event_seats(event, party.places):
        if wait:
            return False
        raise Full(left=0 if behind_queue else event.seats_left, sessions=[])
    full = take_session_seats(party.sessions, party.places)
    if full:
        raise Full(left=None, sessions=full)
    return True


def refuse_if_full(event: Event, party: Party, *, wait: bool) -> None:
    """Raises Full as it would be for somebody who is not registered, so that the answer tells nobody who is."""
    if wait:
        return
    behind_queue = event.registrations.queue().exists()
    if behind_queue or not enough(event, party):
        raise Full(left=0 if behind_queue else event.seats_left, sessions=[])
    current = Session.objects.filter(pk__in=[session.pk for session in party.sessions])
    full = [session for session in current if not enough(session, party)]
    if full:
        raise Full(left=None, sessions=full)


def enough(thing: Event | Session, party: Party) -> bool:
    return thing.seats_left is None or thing.seats_left >= party.places


def refuse_closed(event: Event, opened_at: datetime | None, *, by: User | None) -> None:
    now = timezone.now()
    if event.cancelled_at or event.ends_at < now:
        raise NotOpen
    if by is not None:
        return
    closes_at = event.registration_closes_at
    if closes_at and opened_at and opened_at < closes_at:
        closes_at += GRACE
    opens_at = event.registration_opens_at
    if opens_at is None or now < opens_at or (closes_at and now >= closes_at) or now >= event.starts_at:
        raise NotOpen


def first_state(event: Event, *, has_seats: bool, by: User | None) -> RegistrationState:
    if not has_seats:
        return RegistrationState.WAITING
    return RegistrationState.PENDING if event.confirms_email and by is None else RegistrationState.CONFIRMED


def hold_until(event: Event, now: datetime) -> datetime:
    """When a held seat goes on to the next: HOLD from now, and in the last days half of what is left until the start."""
    return now + min(HOLD, (event.starts_at - now) / 2)


def email_key(address: str) -> str:
    """What tells addresses apart: without case, spaces and ways of writing a domain."""
    local, _, domain = unicodedata.normalize("NFC", address.strip()).casefold().rpartition("@")
    with contextlib.suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    return f"{local}@{domain}"


def normal(text: str) -> str:
    """A name as it was typed, in one Unicode form and without idle spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())
