"""Registering: event and café seats together, or not at all."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from erhvervspanel.foundation.addresses import email_key
from erhvervspanel.foundation.models import User
from erhvervspanel.foundation.references import reference_of
from events import emails
from events.actions.seats import (
    lock,
    queue_blocks,
    sessions_with_queue,
    take_event_seats,
    take_session_seats,
)
from events.actions.standing import promote_locked
from events.models import (
    AccessNeed,
    Companion,
    Event,
    Registration,
    RegistrationChange,
    RegistrationState,
    Session,
    SessionChoice,
)
from events.models.registration import hash_of

HOLD = timedelta(hours=24)  # for the e-mail to be confirmed; shorter when the event is near
GRACE = timedelta(minutes=15)  # for a form that was opened in time


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
        company: whether it is the company's share that is used up; `left` tells what is left of it.
    """

    left: int | None
    sessions: list[Session]
    company: bool = False


class Duplicate(Exception):
    """The address is registered already. Its owner is to get the link again; who asked is told nothing of it."""

    def __init__(self, registration: Registration):
        super().__init__()
        self.registration = registration


@dataclass(frozen=True)
class Party:
    """Who wants to come, and how.

    Attributes:
        places: how many they are, the one who signs up included.
        sessions: the cafés and workshops that all of them choose.
        notice_version: the privacy notice that was shown.
        companions: the names of the others, where the event asks for them.
        access: services that they need in order to take part.
        waits_for_sessions: whether they queue for the sessions that are full, and come to the event all the same.
        invitation: the secret of the link that they came by, where the event is for those invited.
    """

    name: str
    email: str
    places: int
    notice_version: str
    organisation: str = ""
    sessions: tuple[Session, ...] = ()
    companions: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    waits_for_sessions: bool = False
    invitation: str = ""


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
        form_token: made with the form. The same token again gives the registration that it made the first time.
        wait: whether the party takes a place on the waiting list where there are no seats.
        opened_at: when the form was fetched; one that was fetched in time has GRACE after closing.

    Raises:
        NotOpen, NotInvited, Full, Duplicate: nothing is written then.
    """
    before = Registration.objects.filter(form_token=form_token).first()
    if before is not None:
        return before
    event = lock(event.pk)
    refuse_closed(event, opened_at)
    if not event.invites(party.invitation):
        raise NotInvited
    known = event.registrations.active().filter(email_key=email_key(party.email)).first()
    if known is not None:
        if known.form_token == form_token:
            return known
        refuse_if_full(event, party, wait=wait)
        raise Duplicate(known)
    refuse_over_share(event, party)
    # The queue goes first: what is free belongs to those who wait, as far as they fit.
    if event.registrations.queue().exists():
        promote_locked(event)
    full = seats_for(event, party, wait=wait)
    state = RegistrationState.WAITING
    if full is not None:
        state = RegistrationState.PENDING if event.confirms_email else RegistrationState.CONFIRMED
    return written(event, party, state, form_token=form_token, queued=full)


@transaction.atomic
def register_for(
    event: Event, party: Party, *, form_token: str, by: User, override_reason: str = ""
) -> Registration:
    """Registers `party` on its behalf, before or after the window of registration, and without asking its address.

    Args:
        by: the member of staff.
        override_reason: why the party comes though there is no seat for it. Its seats are then not counted as taken.

    Raises:
        ValidationError: the event is over or cancelled, or the address is registered already.
        Full: there is no seat, or others wait for it, and no reason is given.
    """
    event = lock(event.pk)
    before = Registration.objects.filter(form_token=form_token).first()
    if before is not None:
        return before
    if event.cancelled_at or event.is_over:
        raise ValidationError("Arrangementet er aflyst eller forbi.")
    if party.email and event.registrations.active().filter(email_key=email_key(party.email)).exists():
        raise ValidationError("Adressen er allerede tilmeldt. Find tilmeldingen på listen, og ret den dér.")
    try:
        with transaction.atomic():
            refuse_over_share(event, party)
            seats_for(event, party, wait=False)
            override_reason = ""
    except Full:
        if not override_reason.strip():
            raise
    return written(
        event,
        party,
        RegistrationState.CONFIRMED,
        form_token=form_token,
        by=by,
        override_reason=override_reason,
    )


def written(
    event: Event,
    party: Party,
    state: RegistrationState,
    *,
    form_token: str,
    queued: list[Session] | None = None,
    **staff,
) -> Registration:
    """The registration's rows, and its mail.

    Args:
        queued: the sessions that the party waits for. None for all of them: it waits for the event itself.
        staff: `by` and `override_reason`, where a member of staff registers.
    """
    now = timezone.now()
    reference = reference_of(form_token)
    waiting = state == RegistrationState.WAITING
    registration = Registration(
        event=event,
        reference=reference,
        name=normal(party.name),
        email=party.email.strip(),
        email_key=email_key(party.email) if party.email else f"uden-mail-{reference}",
        organisation=normal(party.organisation),
        organisation_key=organisation_key(party.organisation),
        places=party.places,
        state=state,
        form_token=form_token,
        notice_version=party.notice_version,
        held_until=hold_until(event, now) if state == RegistrationState.PENDING else None,
        queued_at=now if waiting else None,
        override_reason=staff.get("override_reason", ""),
    )
    registration.token_hash = hash_of(registration.token)
    registration.save()
    add_details(registration, party)
    full = set(party.sessions) if waiting else set(queued or ())
    if party.sessions:
        SessionChoice.objects.bulk_create(
            [
                SessionChoice(
                    registration=registration, session=session, queued_at=now if session in full else None
                )
                for session in party.sessions
            ]
        )
    RegistrationChange.objects.create(
        registration=registration, after=state, by=staff.get("by"), reason=staff.get("override_reason", "")
    )
    emails.received(registration)
    return registration


def add_details(registration: Registration, party: Party) -> None:
    """The names of the others and the services they need, where there are any."""
    if party.companions:
        Companion.objects.bulk_create(
            [Companion(registration=registration, name=normal(name)) for name in party.companions]
        )
    if party.access:
        AccessNeed.objects.bulk_create(
            [AccessNeed(registration=registration, service=service) for service in party.access]
        )


def seats_for(event: Event, party: Party, *, wait: bool) -> list[Session] | None:
    """Takes the seats, and returns the sessions that the party waits for. None where it waits for the event.

    Raises Full where it will not wait.
    """
    blocked = queue_blocks(event)
    if blocked or not take_event_seats(event, party.places):
        if wait:
            return None
        raise Full(left=0 if blocked else event.seats_left, sessions=[])
    if not party.sessions:
        return []
    queued = sessions_with_queue(party.sessions)
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
    queued = sessions_with_queue(party.sessions)
    full = [session for session in current if session in queued or not enough(session, party)]
    if full and not party.waits_for_sessions:
        raise Full(left=None, sessions=full)


def enough(thing: Event | Session, party: Party) -> bool:
    return thing.seats_left is None or thing.seats_left >= party.places


def refuse_closed(event: Event, opened_at: datetime | None) -> None:
    now = timezone.now()
    closes_at = event.registration_closes_at
    if closes_at and opened_at and opened_at < closes_at:
        closes_at += GRACE
    opens_at = event.registration_opens_at
    if (
        event.cancelled_at
        or opens_at is None
        or now < opens_at
        or (closes_at and now >= closes_at)
        or now >= event.starts_at
    ):
        raise NotOpen


def refuse_over_share(event: Event, party: Party) -> None:
    """Raises Full where the party's company would have more places than a company may."""
    key = organisation_key(party.organisation)
    if event.most_per_company is None or not key:
        return
    has = event.registrations.active().filter(organisation_key=key).aggregate(sum=Sum("places"))["sum"] or 0
    if has + party.places > event.most_per_company:
        raise Full(left=max(0, event.most_per_company - has), sessions=[], company=True)


def hold_until(event: Event, now: datetime) -> datetime:
    """When a held seat goes on to the next: HOLD from now, and in the last days half of what is left until the start."""
    return now + min(HOLD, (event.starts_at - now) / 2)


def organisation_key(name: str) -> str:
    """What tells companies apart as people write them: without case, punctuation and the form of company."""
    words = "".join(letter if letter.isalnum() else " " for letter in normal(name).casefold()).split()
    joined = " ".join(words)
    for form in (" a s", " aps", " i s", " ivs", " p s", " amba", " fmba"):
        joined = joined.removesuffix(form)
    return joined[:160]


def normal(text: str) -> str:
    """A name as it was typed, in one Unicode form and without idle spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())
