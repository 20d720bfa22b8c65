"""Rows of several models written in one statement: a row, and those that belong to it.

Django composes a statement for each model, anew each time, and each is a way to the database and back. Where a crowd waits for
a lock, that is what it waits for.
"""

from dataclasses import dataclass
from functools import cache
from itertools import groupby

from django.db import connection
from django.db.models import Field, Model

OWNER = "(SELECT id FROM owner)"


@dataclass(frozen=True)
class NamedAfter:
    """A value for a field of a row that belongs to another: a text with `%s` for the other's key, which is not known yet."""

    text: str


def insert_with(owner: Model, *others: Model) -> None:
    """Writes `owner` and `others`, and gives `owner` its key. The others do not get theirs.

    Args:
        owner: a new row. Its key is the database's to give.
        others: new rows, those of a model beside each other. A foreign key that holds `owner` gets its key, and so does a
            `NamedAfter`.

    Raises IntegrityError as saving them one by one would. No default of theirs may be the database's own.
    """
    sql, values = insertion([owner], owner)
    parts = [f"owner AS ({sql} RETURNING {owner._meta.pk.column} AS id)"]
    for number, (_model, rows) in enumerate(groupby(others, type)):
        sql, more = insertion(list(rows), owner)
        parts.append(f"part_{number} AS ({sql})")
        values += more
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} SELECT id FROM owner", values)  # noqa: S608 (no text of anybody's)
        owner.pk = cursor.fetchone()[0]
    owner._state.adding, owner._state.db = False, connection.alias


def insertion(rows: list[Model], owner: Model) -> tuple[str, list]:
    """The INSERT of `rows`, which are of one model, and its values."""
    beginning, fields = beginning_of(type(rows[0]))
    tuples, values = [], []
    for row in rows:
        places = [place_of(field, row, owner) for field in fields]
        tuples.append(f"({', '.join(place for place, _ in places)})")
        values += [value for _, given in places for value in given]
    return f"{beginning} VALUES {', '.join(tuples)}", values


@cache
def beginning_of(model: type[Model]) -> tuple[str, tuple[Field, ...]]:
    """`INSERT INTO table (columns)`, and the fields in the order of the columns."""
    fields = tuple(
        field for field in model._meta.concrete_fields if not field.primary_key and not field.generated
    )
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return f'INSERT INTO "{model._meta.db_table}" ({columns})', fields


def place_of(field: Field, row: Model, owner: Model) -> tuple[str, tuple]:
    """What stands for `field` of `row` in the statement, and the value that it takes, if any."""
    value = field.pre_save(row, add=True)
    if isinstance(value, NamedAfter):
        return f"format(%s, {OWNER})", (value.text,)
    if value is None and field.is_relation and field.get_cached_value(row, default=None) is owner:
        return OWNER, ()
    return "%s", (field.get_db_prep_save(value, connection),)
