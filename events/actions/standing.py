"""What becomes of a registration: confirmed, cancelled, promoted from the waiting list, lapsed."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from erhvervspanel.foundation.models import User
from events import emails
from events.actions.seats import give_back, lock, moved, take_event_seats, take_session_seats
from events.models import Event, GroupRule, Promotion, Registration, RegistrationState, Session
from events.models.registration import MOVES

S = RegistrationState
OFFER = timedelta(hours=48)  # to take an offered seat; shorter when the event is near


@transaction.atomic
def confirm(registration: Registration) -> Registration:
    """Confirms the e-mail of a held seat. One that is confirmed already stays so.

    Raises ValidationError where the seat is not held any more.
    """
    _event, registration = held(registration)
    if registration.state == S.CONFIRMED:
        return registration
    if registration.state != S.PENDING or registration.held_until <= timezone.now():
        raise ValidationError("Pladsen blev holdt til dig, men fristen er gået. Tilmeld dig igen.")
    moved(registration, S.CONFIRMED, held_until=None)
    emails.confirmed(registration)
    return registration


@transaction.atomic
def accept(registration: Registration) -> Registration:
    """Takes an offered seat.

    Raises ValidationError where the offer has run out.
    """
    _event, registration = held(registration)
    if registration.state == S.CONFIRMED:
        return registration
    if registration.state != S.OFFERED or registration.held_until <= timezone.now():
        raise ValidationError("Tilbuddet gælder ikke længere. Pladsen er gået videre til den næste i køen.")
    moved(registration, S.CONFIRMED, held_until=None)
    emails.confirmed(registration)
    return registration


@transaction.atomic
def decline(registration: Registration) -> Registration:
    """Says no to an offered seat, which goes on to the next. Raises ValidationError where there is no offer."""
    event, registration = held(registration)
    if registration.state != S.OFFERED:
        raise ValidationError("Der er ikke noget tilbud at sige nej til.")
    give_up_seats(event, registration, S.DECLINED)
    return registration


@transaction.atomic
def cancel(registration: Registration, *, by: User | None = None, reason: str = "") -> Registration:
    """Cancels a registration and passes its seats on. One that is cancelled already stays so.

    Raises ValidationError where it is over in another way.
    """
    event, registration = held(registration)
    if registration.state == S.CANCELLED:
        return registration
    if S.CANCELLED not in MOVES.get(registration.state, ()):
        raise ValidationError("Tilmeldingen er allerede slut.")
    if registration.state == S.WAITING:
        moved(registration, S.CANCELLED, by=by, reason=reason)
    else:
        give_up_seats(event, registration, S.CANCELLED, by=by, reason=reason)
    emails.cancelled(registration)
    return registration


@transaction.atomic
def promote(event: Event) -> list[Registration]:
    """Gives free seats to the waiting list, the first first, and returns those that got any."""
    return promote_locked(lock(event.pk))


def promote_locked(event: Event) -> list[Registration]:
    """As `promote`, for a caller that holds the event."""
    now = timezone.now()
    closes_at = min(filter(None, (event.registration_closes_at, event.starts_at)))
    if event.cancelled_at or now >= closes_at:
        return []
    promoted = []
    for registration in event.registrations.queue():
        if not fits(event, registration):
            if event.group_rule == GroupRule.WAIT:
                break
            continue
        if event.promotion == Promotion.STRAIGHT:
            moved(registration, S.CONFIRMED, queued_at=None)
            emails.promoted(registration)
        else:
            until = min(now + min(OFFER, (event.starts_at - now) / 2), closes_at)
            moved(registration, S.OFFERED, queued_at=None, held_until=until)
            emails.offered(registration)
        promoted.append(registration)
    return promoted


def fits(event: Event, registration: Registration) -> bool:
    """Takes the seats that a waiting party needs, at the event and in its sessions, or none."""
    sessions = list(Session.objects.filter(choices__registration=registration))
    with transaction.atomic():
        taken = take_event_seats(event, registration.places) and not take_session_seats(
            sessions, registration.places
        )
        if not taken:
            transaction.set_rollback(True)
    if taken:
        registration.choices.update(queued_at=None)
    else:
        event.refresh_from_db(fields=["seats_taken"])
    return taken


@transaction.atomic
def release_event(event: Event, now: datetime) -> list[Registration]:
    """Passes on the seats of those who did not answer in time, and returns those."""
    event = lock(event.pk)
    late = list(
        event.registrations.filter(state__in=(S.PENDING, S.OFFERED), held_until__lte=now).order_by("pk")
    )
    for registration in late:
        after = S.LAPSED if registration.state == S.PENDING else S.EXPIRED
        give_back(registration)
        moved(registration, after)
        emails.lapsed(registration)
    if late:
        event.refresh_from_db(fields=["seats_taken"])
        promote_locked(event)
    return late


def release_expired() -> int:
    """Passes on all seats that nobody confirmed or accepted in time. Returns how many registrations that ended."""
    now = timezone.now()
    waiting = (S.PENDING, S.OFFERED)
    events = Event.objects.filter(registrations__state__in=waiting, registrations__held_until__lte=now)
    return sum(len(release_event(event, now)) for event in events.distinct().order_by("pk"))


def held(registration: Registration) -> tuple[Event, Registration]:
    """The registration and its event as the database has them now, under the event's lock."""
    event = lock(registration.event_id)
    return event, Registration.objects.get(pk=registration.pk)


def give_up_seats(event: Event, registration: Registration, after: RegistrationState, **values) -> None:
    give_back(registration)
    moved(registration, after, **values)
    event.refresh_from_db(fields=["seats_taken"])
    promote_locked(event)
