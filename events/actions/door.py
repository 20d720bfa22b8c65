"""At the door: who has come, and afterwards who has not."""

from django.core.exceptions import ValidationError
from django.db import transaction

from erhvervspanel.foundation.models import User
from events.actions.seats import moved
from events.actions.standing import held
from events.models import Event, Registration, RegistrationState

S = RegistrationState


@transaction.atomic
def check_in(registration: Registration, *, by: User, places: int | None = None) -> Registration:
    """Notes that a party has come.

    Args:
        places: how many of it have come; all where nothing is said.

    Raises ValidationError where it has come already, saying when and who noted it, or has no seat.
    """
    _event, registration = held(registration)
    if registration.state == S.ATTENDED:
        came = registration.changes.filter(after=S.ATTENDED).select_related("by").last()
        raise ValidationError(f"{registration.name} er allerede mødt op. {came.told()}")
    if registration.state not in (S.CONFIRMED, S.NO_SHOW):
        raise ValidationError(
            f"{registration.name} har ingen plads: {registration.get_state_display().lower()}. "
            "Er der plads, så skriv personen op som ny."
        )
    present = registration.places if places is None else min(max(places, 1), registration.places)
    moved(registration, S.ATTENDED, by=by, places_present=present)
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

    Raises ValidationError where the event has not begun.
    """
    if not event.is_begun:
        raise ValidationError("Arrangementet er ikke begyndt endnu.")
    absent = list(event.registrations.select_for_update().filter(state=S.CONFIRMED).order_by("pk"))
    for registration in absent:
        moved(registration, S.NO_SHOW, by=by, places_present=0)
    return len(absent)
