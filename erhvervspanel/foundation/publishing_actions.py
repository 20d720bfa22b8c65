"""Publishing and withdrawing: the one way in which a row's publishing state changes.

Admin, commands and imports call the same two actions; a form that saves a row itself calls `schedule`.
"""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import formats, timezone

from erhvervspanel.foundation.models import User
from erhvervspanel.foundation.publishing import Publishable, State


@transaction.atomic
def publish(things: Iterable[Publishable], *, at: datetime, by: User) -> list[Publishable]:
    """Lets the public see `things`, all of one model, from the aware moment `at`.

    What is published already keeps the moment it has. A moment ahead is an embargo.

    Returns:
        The rows that changed.

    Raises:
        ValidationError: with a message per row that may not be published, such as an answer without a reason.
            Nothing is published then.
    """
    hidden = [row for row in locked(things) if row.publishing_state != State.PUBLISHED]
    schedule_all(hidden, at=at, by=by)
    refuse_unfit(hidden)
    return saved(hidden)


@transaction.atomic
def unpublish(things: Iterable[Publishable], *, by: User, reason: str = "") -> list[Publishable]:
    """Makes `things`, all of one model, drafts again, for the `reason` that the history keeps, and returns those that were not.

    Raises ValidationError with a message for each that may not be a draft any more. Nothing is changed then.
    """
    shown = [row for row in locked(things) if row.publishing_state != State.DRAFT]
    schedule_all(shown, at=None, by=by)
    for thing in shown:
        thing._change_reason = ": ".join(filter(None, (thing._change_reason, reason)))
    return saved(shown)


def schedule_all(things: list[Publishable], *, at: datetime | None, by: User) -> None:
    """Schedules all of `things`. Raises ValidationError with what each refusal says."""
    refused = []
    for thing in things:
        try:
            schedule(thing, at=at, by=by)
        except ValidationError as error:
            refused += error.messages
    if refused:
        raise ValidationError(refused)


def schedule(thing: Publishable, *, at: datetime | None, by: User) -> None:
    """Gives `thing` its moment and who chose it, and tells the history why. Saves nothing.

    Raises ValidationError where `thing` may not have that moment.
    """
    thing.refuse_moment(at)
    thing.publish_at = at
    thing.published_by = by if at else None
    thing._history_user = by
    thing._change_reason = change_reason(at)


def change_reason(at: datetime | None) -> str:
    if at is None:
        return "Trukket tilbage til kladde"
    if at <= timezone.now():
        return "Offentliggjort"
    return f"Offentliggøres {formats.date_format(timezone.localtime(at), 'DATETIME_FORMAT')}"


def locked(things: Iterable[Publishable]) -> list[Publishable]:
    """`things` as the database has them now, held until the transaction ends; by key, as everybody locks them who locks several."""
    things = list(things)
    if not things:
        return []
    rows = type(things[0])._default_manager.filter(pk__in=[thing.pk for thing in things])
    return list(rows.order_by("pk").select_for_update(of=("self",)))


def refuse_unfit(rows: list[Publishable]) -> None:
    """Raises ValidationError where the database would refuse a row, naming the row."""
    messages = []
    for row in rows:
        try:
            row.validate_constraints()
        except ValidationError as error:
            messages += [f"»{row}«: {message}" for message in error.messages]
    if messages:
        raise ValidationError(messages)


def saved(rows: list[Publishable]) -> list[Publishable]:
    for row in rows:
        row.save(update_fields=["publish_at", "published_by", "updated_at"])
    return rows
