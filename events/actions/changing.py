"""Changing a registration: more or fewer places, other cafés, another address; and taking it away altogether."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from erhvervspanel.foundation import erasures
from erhvervspanel.foundation.addresses import email_key
from erhvervspanel.foundation.models import User
from erhvervspanel.foundation.notation import counted
from erhvervspanel.foundation.secret_links import hash_of
from events import emails
from events.actions.forgetting import forget
from events.actions.parties import HOLD, normal, organisation_key
from events.actions.registering import Full, refuse_over_share
from events.actions.seats import (
    give_back_event,
    give_back_session,
    may_be_passed,
    noted,
    passed,
    queue_blocks,
    sessions_with_queue,
    take_event_seats,
    take_session_seats,
)
from events.actions.standing import cancel_quietly, held, pass_on
from events.models import (
    AccessNeed,
    Companion,
    Event,
    Registration,
    RegistrationState,
    Session,
    SessionChoice,
)
from events.models.registration import MOVES

S = RegistrationState
ERASED_AS = "events.registration"  # in the list of erasures
CHANGEABLE = (S.CONFIRMED, S.WAITING)


@dataclass(frozen=True)
class Wish:
    """What a registration is to become.

    Attributes:
        companions: the names of the others; None where they stay as they are, as nobody was asked.
        access: the services that the party needs to take part; None where they stay as they are.
        waits_for_sessions: whether the party queues for the sessions that are full.
        opened_version: which version of the registration it was wished of; none where that does not matter.
    """

    name: str
    places: int
    organisation: str = ""
    sessions: tuple[Session, ...] = ()
    companions: tuple[str, ...] | None = None
    access: tuple[str, ...] | None = None
    waits_for_sessions: bool = False
    opened_version: str = ""


@transaction.atomic
def change(registration: Registration, wish: Wish, *, by: User | None = None) -> Registration:
    """Gives `registration` the places and sessions of `wish`, all of them or none. One that waits keeps its turn.

    Raises:
        ValidationError: it is over, not confirmed yet, somebody has changed it meanwhile, or the event has begun.
        Full: there are not seats enough, and nothing is changed.
    """
    event, registration = held(registration)
    refuse_unchangeable(event, registration)
    told = differences(registration, wish)
    if told:  # the same again, by a double click, changes nothing
        refuse_changed_meanwhile(registration, wish)
    more = wish.places - registration.places
    if more > 0 and by is None and not event.is_open:
        raise ValidationError("Tilmeldingen er lukket, så der kan ikke komme flere med. Skriv til os.")
    if by is None and more > 0 and registration.override_reason:
        # Staff gave a reason for so many places, and none of them is counted.
        raise Full(left=0, sessions=[])
    if by is None and (more > 0 or organisation_key(wish.organisation) != registration.organisation_key):
        refuse_over_share(event, wish.organisation, wish.places, besides=registration)
    if registration.state == S.CONFIRMED and not registration.override_reason:
        change_event_places(event, more)
    may_pass = registration.state == S.CONFIRMED and may_be_passed(event)
    gained = sessions_gained(registration, wish) if may_pass else []
    change_sessions(event, registration, wish, may_wait=by is not None or not event.is_closed)
    registration.name, registration.places = normal(wish.name), wish.places
    registration.organisation = normal(wish.organisation)
    registration.organisation_key = organisation_key(wish.organisation)
    registration.save(update_fields=["name", "places", "organisation", "organisation_key"])
    change_details(registration, wish)
    if told:
        past = those_passed(event, registration, gained, more) if may_pass else ""
        noted(registration, ". ".join(filter(None, (told, past)))[:200], by=by)
        emails.changed(registration)
        pass_on(event)
    return registration


def change_details(registration: Registration, wish: Wish) -> None:
    """Writes who the others are and what the party needs, where that was asked."""
    if wish.companions is not None:
        registration.companions.all().delete()
        others = [Companion(registration=registration, name=normal(name)) for name in wish.companions]
        Companion.objects.bulk_create(others)
    if wish.access is not None:  # not told in the log, which outlives the need
        registration.access_needs.exclude(service__in=wish.access).delete()
        needs = [AccessNeed(registration=registration, service=service) for service in wish.access]
        AccessNeed.objects.bulk_create(needs, ignore_conflicts=True)


def is_changeable(registration: Registration) -> bool:
    try:
        refuse_unchangeable(registration.event, registration)
    except ValidationError:
        return False
    return True


def refuse_unchangeable(event: Event, registration: Registration) -> None:
    if registration.state not in CHANGEABLE:
        raise ValidationError("Tilmeldingen kan ikke ændres, som den står nu.")
    if event.cancelled_at or event.is_begun:
        raise ValidationError("Arrangementet er begyndt eller aflyst, så tilmeldingen kan ikke ændres mere.")


def refuse_changed_meanwhile(registration: Registration, wish: Wish) -> None:
    """What somebody else has changed is not changed back unseen."""
    if wish.opened_version in ("", registration.version):
        return
    sessions = registration.choices.select_related("session").order_by("session__starts_at", "session_id")
    stands = [
        registration.name,
        counted(registration.places, "plads", "pladser"),
        *(f"»{choice.session.with_hours(registration.event)}«" for choice in sessions),
    ]
    raise ValidationError(
        f"Tilmeldingen er ændret, siden du åbnede siden, og intet af dit er gemt endnu. Den er nu: {', '.join(stands)}. "
        "Ret felterne, så de er, som de skal være, og gem igen."
    )


def differences(registration: Registration, wish: Wish) -> str:
    """What is changed, for the log: the names of the fields, and no personal data."""
    chosen = set(registration.choices.values_list("session_id", flat=True))
    names = [companion.name for companion in registration.companions.all()]
    wished = names if wish.companions is None else [normal(name) for name in wish.companions]
    told = {
        f"pladser {registration.places} → {wish.places}": registration.places != wish.places,
        "programpunkter": chosen != {session.pk for session in wish.sessions},
        "navn": registration.name != normal(wish.name),
        "virksomhed": registration.organisation != normal(wish.organisation),
        "medfølgende": names != wished,
    }
    return ", ".join(what for what, differs in told.items() if differs)


def change_event_places(event: Event, more: int) -> None:
    if more < 0:
        give_back_event(event, -more)
    elif more > 0:
        blocked = queue_blocks(event)
        if blocked or not take_event_seats(event, more):
            raise Full(left=0 if blocked else event.seats_left, sessions=[])


def sessions_gained(registration: Registration, wish: Wish) -> list[Session]:
    """Those in which the party wishes for more seats than it has."""
    chosen = set(registration.choices.values_list("session_id", flat=True))
    return [each for each in wish.sessions if wish.places > registration.places or each.pk not in chosen]


def those_passed(event: Event, registration: Registration, gained: list[Session], more: int) -> str:
    """Whom a party has passed by its change, for the log."""
    seated = set(registration.choices.filter(queued_at=None).values_list("session_id", flat=True))
    at_event = more > 0 and not registration.override_reason
    return passed(event, [session for session in gained if session.pk in seated], at_event=at_event)


def change_sessions(event: Event, registration: Registration, wish: Wish, *, may_wait: bool) -> None:
    """Gives back, keeps and takes seats in sessions, by ascending key as all do who take several.

    Args:
        may_wait: whether the party may queue for those that are full, if it wishes to.
    """
    counted = registration.state == S.CONFIRMED
    choices = {choice.session_id: choice for choice in registration.choices.all()}
    wanted = {session.pk: session for session in wish.sessions}
    queued = {session.pk for session in sessions_with_queue(event, wish.sessions)} if counted else set()
    full = []
    for key in sorted(choices.keys() | wanted.keys()):
        choice, session = choices.get(key), wanted.get(key)
        seated = counted and choice is not None and choice.queued_at is None
        if session is None:
            choice.delete()
            if seated:
                give_back_session(key, registration.places)
        elif choice is None:
            has_seat = not counted or (key not in queued and not take_session_seats([session], wish.places))
            full += [] if has_seat else [session]
            SessionChoice.objects.create(
                registration=registration,
                session=session,
                queued_at=registration.queued_at if has_seat else timezone.now(),
            )
        elif seated:
            more = wish.places - registration.places
            full += [session] if more > 0 and key in queued else resize(session, more)
            if session in full:
                raise Full(left=None, sessions=full)
    if full and not (wish.waits_for_sessions and may_wait):
        raise Full(left=None, sessions=full)


def resize(session: Session, more: int) -> list[Session]:
    """Takes `more` seats in `session`, or gives some back. Returns it where it has not enough."""
    if more < 0:
        give_back_session(session.pk, -more)
        return []
    return take_session_seats([session], more) if more else []


@transaction.atomic
def correct_email(registration: Registration, email: str, *, by: User) -> Registration:
    """Gives `registration` the right address, and as long to confirm it as if it were new. The old link is worthless from now; the
    new address gets a new one, and what is on its way to the old.

    Raises ValidationError where the address is registered for the event already, or the registration is over.
    """
    event, registration = held(registration)
    if not registration.is_active:
        raise ValidationError("Tilmeldingen er slut.")
    key = email_key(email)
    if event.registrations.active().filter(email_key=key).exclude(pk=registration.pk).exists():
        raise ValidationError("Adressen er allerede tilmeldt arrangementet.")
    former = registration.get_absolute_url()
    registration.email, registration.email_key = email.strip(), key
    registration.token_version += 1
    registration.token_hash = hash_of(registration.token)
    if registration.state == S.PENDING:
        registration.held_until = max(registration.held_until, event.answer_by(HOLD))
        registration.reminded_at = None
    registration.save(
        update_fields=["email", "email_key", "token_version", "token_hash", "held_until", "reminded_at"]
    )
    noted(registration, "e-mail", by=by)
    emails.at_new_address(registration, former=former)
    return registration


@transaction.atomic
def erase(registration: Registration, *, at: datetime | None = None) -> None:
    """Takes a person out: the seats go on, and all that names them is deleted. The row stays as a number.

    Args:
        at: when that was done before, where a restored backup has undone it; it is done again as it was then.

    Raises ValidationError while the event goes on: the door needs its list.
    """
    event, registration = held(registration)
    when = at or timezone.now()
    if event.starts_at <= when <= event.ends_at and at is None:
        raise ValidationError(
            "Arrangementet er i gang. Slet dine oplysninger, når det er slut, eller skriv til os."
        )
    if when < event.starts_at and S.CANCELLED in MOVES.get(registration.state, ()):
        cancel_quietly(event, registration)
    forget([registration.pk])
    erasures.note(ERASED_AS, [registration.reference])
