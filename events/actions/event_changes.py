"""What happens to an event, and tells everybody who is registered or waits: moved, cancelled, held after all.

A registration keeps its state when its event is cancelled, so that nothing is lost if it is held after all. When its day has
passed, `close_cancelled` ends them.
"""

from collections.abc import Collection
from copy import copy

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from erhvervspanel.foundation.due_jobs import for_each
from erhvervspanel.foundation.models import User
from events import emails
from events.actions.parties import HOLD, organisation_key
from events.actions.seats import give_back, give_back_session, lock, moved, noted, take_session_seats
from events.actions.standing import offer_until, promote_locked
from events.facts import Programme
from events.models import (
    ACTIVE,
    HOLDING,
    Event,
    Message,
    Registration,
    RegistrationState,
    Session,
    SessionChoice,
)
from events.models.registration import MOVES, RegistrationQuerySet
from panels.models import Company
from panels.models.names import former_names

S = RegistrationState
CANCELLED_WITH_EVENT = [state for state, after in MOVES.items() if S.EVENT_CANCELLED in after]


@transaction.atomic
def follow_change(event: Event, *, before: Programme) -> int:
    """Does what follows when `event` or its sessions are saved: those who wait get the seats that are more, and those who come, or
    wait, are told what is at another time or place than `before`. Returns how many are told.

    The calendars that have the event take the change by its raised sequence (RFC 5545, 3.8.7.4).
    """
    event = lock(event.pk)
    if event.cancelled_at:
        return 0
    is_news = Programme.of(event).differs_from(before)
    if is_news:
        event.sequence += 1
        Event.objects.filter(pk=event.pk).update(sequence=F("sequence") + 1)
    if event.starts_at < before.event.starts_at:
        shorten_deadlines(event)
    promote_locked(event)
    return tell_all(event, before=before) if is_news and not event.is_over else 0


def shorten_deadlines(event: Event) -> None:
    """Lets nobody think longer than if they were asked now, where `event` begins sooner than when they were, and tells them."""
    if event.is_begun:
        return
    latest = {S.PENDING: event.answer_by(HOLD), S.OFFERED: offer_until(event)}
    for state, until in latest.items():
        for registration in event.registrations.filter(state=state, held_until__gt=until).order_by("pk"):
            registration.held_until = until
            registration.save(update_fields=["held_until"])
            emails.received(registration, version=f"{until:{emails.MINUTE}}")


@transaction.atomic
def cancel_event(event: Event, *, by: User, message: str = "") -> int:
    """Cancels `event`: its page stays and says so, nobody can sign up, and all get a mail. Returns how many.

    Args:
        message: what staff want to say about it, in the mail.

    Raises ValidationError where it is cancelled already, or over.
    """
    event = lock(event.pk)
    if event.cancelled_at:
        raise ValidationError("Arrangementet er allerede aflyst.")
    if event.is_over:
        raise ValidationError("Arrangementet er forbi og kan ikke aflyses.")
    before = Programme.of(copy(event))
    save_with_history(event, "Aflyst", by=by, cancelled_at=timezone.now())
    return tell_all(event, before=before, message=message)


@transaction.atomic
def restore_event(event: Event, *, by: User) -> int:
    """Holds a cancelled `event` after all: all have the seats and turns that they had. Returns how many were told.

    Raises ValidationError where it is not cancelled, or its day has passed.
    """
    event = lock(event.pk)
    if not event.cancelled_at:
        raise ValidationError("Arrangementet er ikke aflyst.")
    if event.is_begun:
        raise ValidationError("Dagen er gået. Lav et nyt arrangement.")
    before = Programme.of(copy(event))
    save_with_history(event, "Bliver holdt alligevel", by=by, cancelled_at=None)
    event.registrations.filter(state=S.PENDING).update(held_until=event.answer_by(HOLD), reminded_at=None)
    event.registrations.filter(state=S.OFFERED).update(held_until=offer_until(event))
    promote_locked(event)
    return tell_all(event, before=before)


def save_with_history(event: Event, reason: str, *, by: User, **values) -> None:
    for name, value in values.items():
        setattr(event, name, value)
    event.sequence += 1
    event._history_user = by
    event._change_reason = reason
    event.save(update_fields=[*values, "sequence", "updated_at"])


def tell_all(event: Event, *, before: Programme, message: str = "") -> int:
    """Tells all active registrations with an address what is other than `before`. Returns how many are told."""
    active = event.registrations.active().exclude(email="").prefetch_related("choices__session")
    return emails.event_news(event, active.order_by("pk"), before=before, message=message)


def close_cancelled() -> int:
    """Ends the registrations of cancelled events whose day has passed, and returns how many. Who was there, was there."""
    late = Event.objects.filter(
        cancelled_at__isnull=False,
        ends_at__lt=timezone.now(),
        registrations__state__in=CANCELLED_WITH_EVENT,
    )
    return for_each(late.distinct().order_by("pk"), end_registrations)


@transaction.atomic
def end_registrations(event: Event) -> int:
    event = lock(event.pk)
    if not (event.cancelled_at and event.is_over):  # since it was looked up
        return 0
    late = list(event.registrations.filter(state__in=CANCELLED_WITH_EVENT).order_by("pk"))
    for registration in late:
        if registration.state in HOLDING:
            give_back(registration)
        moved(registration, S.EVENT_CANCELLED)
    return len(late)


@transaction.atomic
def move_people(session: Session, target: Session, *, by: User) -> int:
    """Moves all who have seats in `session`, or wait for one, to `target`, and tells them. Returns how many parties.

    Raises ValidationError where `target` has not seats for all, is not chosen as `session` is, or is at the same time as
    something else that one of them has chosen.
    """
    if target.event_id != session.event_id or target == session or not target.is_choice:
        raise ValidationError("Vælg en anden café eller workshop ved det samme arrangement.")
    event = lock(session.event_id)
    choices = list(
        SessionChoice.objects.filter(session=session, registration__state__in=ACTIVE)
        .select_related("registration__event")
        .order_by("queued_at", "pk")
    )
    for choice in choices:
        move_choice(choice, session, target, by=by)
    promote_locked(event)  # there may be room for those who waited
    return len(choices)


def move_choice(choice: SessionChoice, session: Session, target: Session, *, by: User) -> None:
    registration = choice.registration
    if choice.queued_at is None:
        if take_session_seats([target], registration.places):
            raise ValidationError(
                f"Der er ikke plads til alle i »{target.title}«. Giv den flere pladser først."
            )
        give_back_session(session.pk, registration.places)
    at_the_time = Q(session__starts_at__lt=target.ends_at, session__ends_at__gt=target.starts_at)
    other = (
        registration.choices.filter(at_the_time).exclude(session=session).select_related("session").first()
    )
    if other is not None:
        raise ValidationError(
            f"{registration} er allerede i »{other.session.with_hours(registration.event)}« på det tidspunkt. Ret den tilmelding først."
        )
    choice.session = target
    choice.save(update_fields=["session"])
    noted(registration, f"flyttet til »{target.title}«"[:200], by=by)
    emails.changed(registration)


@transaction.atomic
def send_message(event: Event, message: Message, *, by: User, sessions: Collection[Session] = ()) -> Message:
    """Writes `message` to those of its states, one mail to each address. The same form again writes nothing more.

    Where `sessions` are named, it goes only to those who have chosen one of them, with a place there or waiting.

    One that is about something else than the event goes to nobody of a company that is protected against advertising.
    """
    event = lock(event.pk)  # of two clicks at once, the second sees what the first has written
    before = Message.objects.filter(form_token=message.form_token).first()
    if before is not None:
        return before
    addressed = addressees(event, message.states, sessions)
    chosen = recipients(addressed, is_advertising=message.is_advertising)
    message.sessions = [session.with_hours(event) for session in sessions]
    by_address = {registration.email_key: registration for registration in chosen}
    message.event, message.by, message.recipients = event, by, len(by_address)
    message.save()
    emails.message(by_address.values(), message)
    return message


def addressees(event: Event, states: list[str], sessions: Collection[Session]) -> RegistrationQuerySet:
    """Those in `states`; where `sessions` are named, only those who have chosen one of them."""
    addressed = event.registrations.filter(state__in=states)
    return addressed.filter(choices__session__in=sessions).distinct() if sessions else addressed


def recipients(addressed: RegistrationQuerySet, *, is_advertising: bool) -> list[Registration]:
    """Those of `addressed` who have an address; of what may be advertising, without the companies that want none.

    Advertising protection is by the CVR act, § 19: others may not use a company's data to send it advertising.
    """
    chosen = addressed.exclude(email="").order_by("pk")
    chosen = list(chosen.prefetch_related("choices__session"))
    if not is_advertising:
        return chosen
    companies = Company.objects.filter(advertising_protected=True)
    names = [*companies.values_list("pk", "name"), *former_names(companies)]
    protected = {organisation_key(name) for _, name in names}
    return [registration for registration in chosen if registration.organisation_key not in protected]
