"""What every curated record carries: whether it is an example, where it comes from, and its history."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from erhvervspanel.foundation.counters import CounterField


class Record(models.Model):
    """A curated record: it says whether it is made up, and where what it states comes from."""

    is_example = models.BooleanField(
        "eksempel",
        default=False,
        help_text="Sæt flueben, hvis oplysningerne er opdigtede. Siden viser da mærket »Eksempel«.",
    )
    provenance = models.TextField(
        "kilde",
        blank=True,
        help_text="Hvor oplysningerne kommer fra, eller hvad der er eksempel. Vises på siden.",
    )
    created_at = models.DateTimeField("oprettet", auto_now_add=True)
    updated_at = models.DateTimeField("ændret", auto_now=True)

    # Fields that are decisions of their own and no part of what a version says: putting one back leaves them (foundation/restoring.py).
    NOT_RESTORED: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def refuse_deletion(self) -> None:
        """Raises ValidationError where the row may not be deleted, with a sentence that says what to do instead."""


def deletion_refusals(rows: Iterable[models.Model]) -> list[str]:
    """Why some of `rows` may not be deleted, in sentences."""
    refused = []
    for row in rows:
        try:
            if isinstance(row, Record):
                row.refuse_deletion()
        except ValidationError as error:
            refused += error.messages
    return refused


class History(HistoricalRecords):
    """The history of a curated model: who changed what, when and why, many-to-many links included.

    Columns that the database derives from others are left out, and counters: a copy of them says nothing about what a
    person changed.

    Args:
        links: names of the model's many-to-many fields whose changes belong to the history.
    """

    def __init__(self, links=(), **kwargs):
        super().__init__(
            m2m_fields=links,
            history_change_reason_field=models.TextField("begrundelse", null=True),
            **kwargs,
        )

    def create_history_model(self, model, inherited):
        self.excluded_fields = [
            field.name for field in model._meta.fields if field.generated or isinstance(field, CounterField)
        ]
        return super().create_history_model(model, inherited)
