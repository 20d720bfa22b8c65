"""Names of companies and needs: in tables several stand in one cell, with | between them."""

from django.core.exceptions import ValidationError
from django.db import models


def plain_name(name: str) -> str:
    """`name` with single spaces. Raises ValidationError where a table would read it as two names."""
    if "|" in name:
        raise ValidationError(
            {
                "name": "Et navn kan ikke have tegnet |. Det skiller navnene ad, når ideer hentes og lægges ind som fil."
            }
        )
    return " ".join(name.split())


def former_names(rows: models.QuerySet) -> list[tuple[int, str]]:
    """The names by which those were known that were merged into one of `rows`, each with the key of that row.

    The history knows: a name that one had when it was deleted, and that stands among the versions of one that is there. A name that a
    row itself had before is none: it may have been wrong.
    """
    history = rows.model.history
    gone = history.filter(history_type="-").values("name")
    versions = history.filter(id__in=rows.order_by().values("pk"), name__in=gone)
    return list(versions.order_by("id", "name").values_list("id", "name").distinct())
