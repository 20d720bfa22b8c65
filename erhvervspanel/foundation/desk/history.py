"""What the history pages say about a change: values as staff read them elsewhere."""

from django.contrib.admin.utils import display_for_field
from django.db import models
from simple_history.models import DeletedObject
from simple_history.template_utils import HistoricalRecordContextHelper, ObjDiffDisplay

from erhvervspanel.foundation.documents.field import shown_name
from erhvervspanel.foundation.slugs import Slugged, heirs_of

# Says only that something changed, which the page does already.
SILENT = "updated_at"


class ShortenedDanish(ObjDiffDisplay):
    """Long texts shortened around what differs."""

    def shortened_str(self, prefix, num_skipped_chars, suffix):
        return f"{prefix}[{num_skipped_chars:d} tegn]{suffix}"


class ReadableChanges(HistoricalRecordContextHelper):
    """The changes between two versions, with the labels of choices, »Ja« and »Nej«, and Danish dates."""

    def context_for_delta_changes(self, delta):
        delta.changes[:] = [change for change in delta.changes if change.field != SILENT]
        return super().context_for_delta_changes(delta)

    def prepare_delta_change_value(self, change, value):
        if isinstance(value, DeletedObject):
            return "–" if value.pk is None else gone(value)  # it may have pointed at nothing
        value = super().prepare_delta_change_value(change, value)
        field = self.model._meta.get_field(change.field)
        if isinstance(field, models.BooleanField):
            return truth(value)
        if isinstance(field, models.ManyToManyField):
            return (
                ", ".join(gone(row) if isinstance(row, DeletedObject) else str(row) for row in value) or "–"
            )
        return value_as_text(value, field)

    def get_obj_diff_display(self):
        return ShortenedDanish(max_length=self.max_displayed_delta_change_chars)


def gone(row: DeletedObject) -> str:
    """What `row` was called, and what its address leads to now. One without a page of its own by its kind and number: it may be a person,
    and a name that somebody took out is not told again."""
    model = row.model
    version = issubclass(model, Slugged) and model.history.filter(id=row.pk).order_by("-history_id").first()
    if not version:
        return f"slettet {model._meta.verbose_name} (nummer {row.pk})"
    heirs = model._base_manager.filter(pk__in=heirs_of(model, {row.pk})).order_by("pk")
    return f"{getattr(version, model.slug_source)} ({f'nu {heirs[0]}' if heirs else 'slettet'})"


def value_as_text(value, field: models.Field) -> str:
    """What a plain `field` holds, as staff read it."""
    if isinstance(field, models.FileField):
        return shown_name(str(value)) or "–"
    return display_for_field(value, field, "–")


def truth(value: bool) -> str:
    return "Ja" if value else "Nej"
