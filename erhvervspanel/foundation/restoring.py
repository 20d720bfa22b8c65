"""Putting a curated record back to an earlier version, links included."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import models, transaction
from simple_history.utils import get_m2m_reverse_field_name

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.models import User
from erhvervspanel.foundation.slugs import Slugged, heirs_of

# What tells of the row itself and not of what it says. Publishing is a decision of its own.
KEPT = ("id", "created_at", "updated_at", "publish_at", "published_by")


@transaction.atomic
def restore(
    row: models.Model, version: models.Model, *, by: User | None, locked: Collection[str] = ()
) -> models.Model:
    """Gives `row` the content and the links that it had in `version`, as one more version of its history.

    What it linked to then and is deleted now is left out.

    Args:
        locked: the fields that `by` may not change, which stay as they are.

    Raises ValidationError where the earlier content cannot stand today. Nothing is changed then.
    """
    row = type(row)._base_manager.select_for_update(of=("self",)).get(pk=row.pk)
    kept = {*KEPT, *row.NOT_RESTORED, *locked}
    for field in version.tracked_fields:
        if field.name not in kept and not field.many_to_many:
            setattr(row, field.attname, getattr(version, field.attname))
    refuse_missing_files(row)
    row.full_clean()
    row.skip_history_when_saving = True
    for field in version._history_m2m_fields:
        if field.name in locked:
            continue
        getattr(row, field.name).set(linked_then(version, field))
    del row.skip_history_when_saving
    row._history_user = by
    row._change_reason = f"Gendannet, som den var {notation.moment(version.history_date)}"
    row.save()
    return row


def refuse_missing_files(row: models.Model) -> None:
    """Raises ValidationError where a file that `row` had then is deleted: files are not kept as long as the history."""
    for field in row._meta.fields:
        if isinstance(field, models.FileField):
            file = getattr(row, field.name)
            if file and not file.storage.exists(file.name):
                raise ValidationError({field.name: "Filen fra dengang er slettet. Læg den op igen i stedet."})


def linked_then(version: models.Model, field: models.ManyToManyField) -> models.QuerySet:
    """The rows that `version` linked to by `field`, of those that are there still, and those to which the others lead on."""
    end, model = get_m2m_reverse_field_name(field), field.related_model
    keys = set(getattr(version, field.name).values_list(end, flat=True))
    if issubclass(model, Slugged):
        gone = keys - set(model._base_manager.filter(pk__in=keys).values_list("pk", flat=True))
        keys |= heirs_of(model, gone)
    return model._base_manager.filter(pk__in=keys)


def refusals(error: ValidationError, row: models.Model) -> list[str]:
    """What `restore` refused, as sentences."""
    if not hasattr(error, "error_dict"):
        return error.messages
    return [
        f"{row._meta.get_field(name).verbose_name.capitalize()}: {message}" if name != "__all__" else message
        for name, messages in error.message_dict.items()
        for message in messages
    ]
