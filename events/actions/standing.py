"""What becomes of a registration: confirmed, cancelled, promoted from the waiting list, lapsed."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from erhvervspanel.foundation.due_jobs import for_each
from erhvervspanel.foundation.models import User
from events import emails
from events.actions.seats import (
    give_back,
    lock,
    may_be_passed,
    moved,
    noted,
    take_event_seats,
    take_session_seats,
    waiting_choices,
    went_past,
)
from events.models import (
    HOLDING,
    Event,
    GroupRule,
    Promotion,
    Registration,
    RegistrationState,
    Session,
    SessionChoice,
)
from events.models.registration import MOVES, earlier_than

S = RegistrationState
OFFER = timedelta(hours=48)  # to take an offered seat; shorter when the event is near


@transaction.atomic
def confirm(registration: Registration) -> Registration:
    """Confirms the e-mail of a held seat. One that is confirmed already stays so.

    Raises ValidationError where the seat is not held any more, or the event is cancelled.
    """
    event, registration = held(registration)
    if registration.state == S.CONFIRMED:
        return registration
    refuse_cancelled(event)
    if registration.state != S.PENDING or registration.held_until <= timezone.now():
        raise ValidationError("Pladsen blev holdt til dig, men fristen er gået. Tilmeld dig igen.")
    moved(registration, S.CONFIRMED, held_until=None)
    emails.confirmed(registration)
    return registration


@transaction.atomic
def accept(registration: Registration) -> Registration:
    """Takes an offered seat.

    Raises ValidationError where the offer has run out, or the event is cancelled.
    """
    event, registration = held(registration)
    if registration.state == S.CONFIRMED:
        return registration
    refuse_cancelled(event)
    if registration.state != S.OFFERED or registration.held_until <= timezone.now():
        raise ValidationError("Tilbuddet gælder ikke længere. Pladsen er gået videre til den næste i køen.")
    moved(registration, S.CONFIRMED, held_until=None)
    emails.confirmed(registration)
    return registration


@transaction.atomic
def confirm_for(registration: Registration, *, by: User, reason: str) -> Registration:
    """Confirms a held seat, or takes an offered one, for somebody who has said yes on the telephone or in a mail.

    Raises ValidationError where no seat is held for them, no reason is given, or the event is cancelled.
    """
    event, registration = held(registration)
    refuse_cancelled(event)
    if registration.state not in (S.PENDING, S.OFFERED):
        stands = registration.get_state_display().lower()
        raise ValidationError(f"Der er ikke noget at bekræfte. Tilmeldingen står nu som »{stands}«.")
    refuse_without(reason)
    moved(registration, S.CONFIRMED, by=by, reason=reason, held_until=None)
    emails.confirmed(registration)
    return registration


def refuse_without(reason: str) -> None:
    if not reason.strip():
        raise ValidationError("Skriv hvorfor. Begrundelsen bliver gemt.")


def refuse_cancelled(event: Event) -> None:
    if event.cancelled_at:
        raise ValidationError("Arrangementet er aflyst.")


@transaction.atomic
def decline(registration: Registration) -> Registration:
    """Says no to an offered seat, which goes on to the next. Raises ValidationError where there is no offer."""
    event, registration = held(registration)
    if registration.state != S.OFFERED:
        raise ValidationError("Der er ikke noget tilbud at sige nej til.")
    give_up_seats(event, registration, S.DECLINED)
    emails.renew_news(registration)
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
    cancel_quietly(event, registration, by=by, reason=reason)
    emails.cancelled(registration)
    return registration


def cancel_quietly(event: Event, registration: Registration, **told) -> None:
    """Cancels without a mail, for a caller that holds the event."""
    if registration.state in HOLDING:
        give_up_seats(event, registration, S.CANCELLED, **told)
    else:
        moved(registration, S.CANCELLED, **told)
        promote_locked(event)  # those behind may have waited for this one, and fit


@transaction.atomic
def move_up(registration: Registration, *, by: User, reason: str) -> Registration:
    """Gives a party on the waiting list a seat out of turn, and one beyond the capacity where none is free.

    Raises ValidationError where it does not wait, no reason is given, or the event is cancelled.
    """
    event, registration = held(registration)
    refuse_cancelled(event)
    if registration.state != S.WAITING:
        raise ValidationError("Tilmeldingen står ikke på venteliste mere.")
    refuse_without(reason)
    override = "" if take_event_seats(event, registration.places) else reason
    moved(registration, S.CONFIRMED, by=by, reason=reason, queued_at=None, override_reason=override)
    seat_in_sessions(registration)
    emails.promoted(registration)
    promote_locked(event)  # those behind may have waited for this one, and fit
    return registration


@transaction.atomic
def promote(event: Event) -> list[Registration]:
    """Gives free seats to the waiting lists, the first first, and returns those that got any at the event."""
    return promote_locked(lock(event.pk))


def promote_locked(event: Event) -> list[Registration]:
    """As `promote`, for a caller that holds the event."""
    if event.is_closed:
        return []
    promoted = []
    while (registration := next_in_line(event)) and take_event_seats(event, registration.places):
        straight = event.promotion == Promotion.STRAIGHT
        told = past(event, event.registrations.in_line().filter(earlier_than(registration)))
        if straight:
            moved(registration, S.CONFIRMED, reason=told, queued_at=None)
        else:
            moved(registration, S.OFFERED, reason=told, queued_at=None, held_until=offer_until(event))
        seat_in_sessions(registration)
        (emails.promoted if straight else emails.offered)(registration)
        promoted.append(registration)
    promote_in_sessions(event)
    return promoted


def next_in_line(event: Event) -> Registration | None:
    """Whose turn it is on the waiting list: the first, or where others may pass those who do not fit, the first who fits."""
    queue = event.registrations.in_line()
    if event.capacity is not None and event.group_rule == GroupRule.NEXT:
        queue = queue.filter(places__lte=event.seats_left)
    return queue.first()


def past(event: Event, before: QuerySet) -> str:
    """That somebody was let in though those of `before` have waited longer, for the log."""
    return went_past({"": before.count()}) if may_be_passed(event) else ""


def offer_until(event: Event) -> datetime:
    """Until when whoever is offered a seat may think: OFFER from now, and sooner when the event is near.

    Registration may close meanwhile: that somebody else could no longer have the seat is no reason to hurry whoever has the offer.
    """
    return event.answer_by(OFFER)


def seat_in_sessions(registration: Registration) -> None:
    """Gives a party that has got its seats at the event those in its sessions, where nobody waits before it."""
    for choice in (
        registration.choices.exclude(queued_at=None).select_related("session").order_by("session_id")
    ):
        first = waiting_choices().filter(session=choice.session).first()
        if first == choice and not take_session_seats([choice.session], registration.places):
            choice.queued_at = None
            choice.save(update_fields=["queued_at"])


def promote_in_sessions(event: Event) -> None:
    """Gives free seats in sessions to those who come to the event and wait for them, the first first."""
    room = Q(capacity=None) | Q(seats_taken__lt=F("capacity"))
    waited_for = waiting_choices().order_by().filter(session__event=event).values("session")
    for session in event.sessions.filter(room, pk__in=waited_for).order_by("pk"):
        while choice := next_for_session(session, event.group_rule):
            registration = choice.registration
            if take_session_seats([session], registration.places):
                break
            session.seats_taken += registration.places
            told = past(event, waiting_choices().filter(earlier_than(choice), session=session))
            choice.queued_at = None
            choice.save(update_fields=["queued_at"])
            noted(registration, ". ".join(filter(None, (f"Plads i »{session.title}«", told)))[:200])
            emails.got_session(registration, session)


def next_for_session(session: Session, rule: GroupRule) -> SessionChoice | None:
    """Whose turn it is to get a seat in `session`, as `next_in_line` has it for the event."""
    waiting = waiting_choices().filter(session=session).select_related("registration")
    if session.capacity is not None and rule == GroupRule.NEXT:
        waiting = waiting.filter(registration__places__lte=session.seats_left)
    return waiting.first()


@transaction.atomic
def release_event(event: Event, now: datetime) -> list[Registration]:
    """Passes on the seats of those who did not answer in time, and returns those."""
    event = lock(event.pk)
    if event.cancelled_at:  # meanwhile: all keep what they have until its day has passed
        return []
    late = list(
        event.registrations.filter(state__in=(S.PENDING, S.OFFERED), held_until__lte=now).order_by("pk")
    )
    for registration in late:
        after = S.LAPSED if registration.state == S.PENDING else S.EXPIRED
        give_back(registration)
        moved(registration, after)
        emails.lapsed(registration)
    if late:
        pass_on(event)
    return late


def release_expired() -> int:
    """Passes on all seats that nobody confirmed or accepted in time. Returns how many registrations that ended."""
    now = timezone.now()
    waiting = (S.PENDING, S.OFFERED)
    events = Event.objects.filter(
        cancelled_at=None, registrations__state__in=waiting, registrations__held_until__lte=now
    )
    return for_each(events.distinct().order_by("pk"), lambda event: len(release_event(event, now)))


def hold_longer(pause: timedelta) -> None:
    """Gives everybody who was to answer by a certain time so much longer, though not beyond the event's start.

    For a restored backup, whose clock stood still: nobody loses a seat by that.
    """
    for registration in Registration.objects.filter(state__in=(S.PENDING, S.OFFERED)).select_related("event"):
        latest = max(registration.held_until, registration.event.starts_at)
        registration.held_until = min(registration.held_until + pause, latest)
        registration.save(update_fields=["held_until"])


def held(registration: Registration) -> tuple[Event, Registration]:
    """The registration and its event as the database has them now, under the event's lock."""
    event = lock(registration.event_id)
    registration = Registration.objects.get(pk=registration.pk)
    registration.event = event
    return event, registration


def give_up_seats(event: Event, registration: Registration, after: RegistrationState, **values) -> None:
    give_back(registration)
    moved(registration, after, **values)
    pass_on(event)


def pass_on(event: Event) -> None:
    """Lets those who wait have the seats that were just given back."""
    event.refresh_from_db(fields=["seats_taken"])
    promote_locked(event)
