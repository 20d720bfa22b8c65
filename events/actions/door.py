"""At the door: who has come, and afterwards who has not."""

from django.core.exceptions import ValidationError
from django.db import transaction

from erhvervspanel.foundation.models import User
from events.actions.parties import Party
from events.actions.registering import register_for
from events.actions.seats import lock, moved, noted
from events.actions.standing import held, move_up, refuse_cancelled
from events.models import Event, Registration, RegistrationState

S = RegistrationState
AT_THE_DOOR = "Mødte op ved døren"


@transaction.atomic
def check_in(registration: Registration, *, by: User, places: int | None = None) -> Registration:
    """Notes that a party has come.

    Args:
        places: how many of it have come; all where nothing is said.

    Raises ValidationError where it has come already, saying when and who noted it, or has no seat, or the event is cancelled.
    """
    event, registration = held(registration)
    refuse_cancelled(event)
    if registration.state == S.ATTENDED:
        came = registration.changes.arrivals().select_related("by").last()
        raise ValidationError(f"{registration.name} er allerede mødt op. {came.told()}")
    if registration.state not in (S.CONFIRMED, S.NO_SHOW):
        raise ValidationError(
            f"{registration.name} har ingen plads: {registration.get_state_display().lower()}. "
            "Er der plads, så tilmeld personen som ny."
        )
    present = registration.places if places is None else min(max(places, 1), registration.places)
    moved(registration, S.ATTENDED, by=by, places_present=present)
    return registration


@transaction.atomic
def let_in(
    registration: Registration, *, by: User, places: int | None = None, reason: str = ""
) -> Registration:
    """Notes that a party has come, and gives it its seat first where it has none for certain.

    Whoever stands at the door has no need to confirm an address or to accept an offer any more.

    Args:
        places: how many of it have come; all where nothing is said.
        reason: why a party on the waiting list gets a seat out of turn.

    Raises ValidationError as `check_in` does, and where a party waits and no reason is given.
    """
    _event, registration = held(registration)
    if registration.state == S.WAITING:
        registration = move_up(registration, by=by, reason=reason)
    elif registration.state in (S.PENDING, S.OFFERED):
        moved(registration, S.CONFIRMED, by=by, reason=AT_THE_DOOR, held_until=None)
    return check_in(registration, by=by, places=places)


@transaction.atomic
def walk_in(
    event: Event, party: Party, *, form_token: str, by: User, override_reason: str = ""
) -> Registration:
    """Registers a party that has come without being registered, and notes that it is there.

    The same form again gives what it made the first time. Raises as `register_for` does.
    """
    registration = register_for(event, party, form_token=form_token, by=by, override_reason=override_reason)
    _event, registration = held(registration)
    return registration if registration.state == S.ATTENDED else check_in(registration, by=by)


@transaction.atomic
def more_came(registration: Registration, *, by: User, places: int) -> Registration:
    """Notes how many of a party are there in all, when more of it come.

    Raises ValidationError where it is not noted as there.
    """
    _event, registration = held(registration)
    if registration.state != S.ATTENDED:
        raise ValidationError(f"{registration.name} er ikke tjekket ind. Tjek ind først.")
    registration.places_present = min(max(places, 1), registration.places)
    registration.save(update_fields=["places_present"])
    noted(registration, f"{registration.places_present} af {registration.places} er kommet", by=by)
    return registration


@transaction.atomic
def undo_check_in(registration: Registration, *, by: User) -> Registration:
    """Takes back that a party has come. Raises ValidationError where it is not noted."""
    _event, registration = held(registration)
    if registration.state not in (S.ATTENDED, S.NO_SHOW):
        raise ValidationError(f"{registration.name} er ikke skrevet som mødt op.")
    moved(registration, S.CONFIRMED, by=by, reason="Fortrudt", places_present=None)
    return registration


@transaction.atomic
def close_door(event: Event, *, by: User) -> int:
    """Notes that those who were expected and have not come did not come, and returns how many parties.

    Raises ValidationError where the event has not begun, or is cancelled.
    """
    event = lock(event.pk)
    refuse_cancelled(event)
    if not event.is_begun:
        raise ValidationError("Arrangementet er ikke begyndt endnu.")
    absent = list(event.registrations.filter(state=S.CONFIRMED).order_by("pk"))
    for registration in absent:
        moved(registration, S.NO_SHOW, by=by, places_present=0)
    return len(absent)
