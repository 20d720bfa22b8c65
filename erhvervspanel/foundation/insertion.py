"""Rows of several models written in one statement: a row, and those that belong to it.

Django composes a statement for each model, anew each time, and each is a way to the database and back. Where a crowd waits for
a lock, that is what it waits for.
"""

from dataclasses import dataclass
from functools import cache

from django.db import OperationalError, connection
from django.db.models import Field, Model


@dataclass(frozen=True)
class NamedAfter:
    """A value for a field of a row that belongs to another: a text with `%s` for the other's key, which is not known yet."""

    text: str


@dataclass(frozen=True)
class Before:
    """What is done in the statement that writes the rows, before them, all of it or nothing.

    Attributes:
        sql: queries of a WITH, in the order that they need each other: `begun` has a row where anything was done, and `done`
            where all was.
        values: for its places.
    """

    sql: str
    values: list


def insert_with(owner: Model, *others: Model, before: Before | None = None) -> bool:
    """Writes `owner` and `others`, and gives `owner` its key. The others do not get theirs.

    Args:
        owner: a new row. Its key is the database's to give.
        others: new rows. A foreign key that holds `owner` gets its key, and so does a `NamedAfter`.
        before: what must be done for anything to be written.

    Returns:
        Whether they were written; if not, nothing was done at all.

    Raises IntegrityError as saving them one by one would; and OperationalError where `before` was done by half, as what it looked
    at changed in that moment: the transaction may be tried again. No default of theirs may be the database's own.
    """
    source = " FROM done" if before else ""
    sql, values = insertion(owner, owner, source)
    parts = [before.sql] if before else []
    values = [*(before.values if before else ()), *values]
    parts.append(f"owner AS ({sql} RETURNING {owner._meta.pk.column} AS id)")
    for number, row in enumerate(others):
        sql, more = insertion(row, owner, " FROM owner")
        parts.append(f"part_{number} AS ({sql})")
        values += more
    begun = "EXISTS (SELECT FROM begun)" if before else "true"
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} SELECT (SELECT id FROM owner), {begun}", values)  # noqa: S608 (no text of anybody's)
        key, was_begun = cursor.fetchone()
    if key is None and was_begun:
        raise OperationalError("Done by half: what was looked at has changed meanwhile.")
    if key is None:
        return False
    owner.pk = key
    owner._state.adding, owner._state.db = False, connection.alias
    return True


def insertion(row: Model, owner: Model, source: str) -> tuple[str, list]:
    """The INSERT of `row` for each row of `source`, and its values."""
    beginning, fields = beginning_of(type(row))
    places = [place_of(field, row, owner) for field in fields]
    values = [value for _, given in places for value in given]
    return f"{beginning} SELECT {', '.join(place for place, _ in places)}{source}", values


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
        return "format(%s, owner.id)", (value.text,)
    if value is None and field.is_relation and field.get_cached_value(row, default=None) is owner:
        return "owner.id", ()
    return "%s", (field.get_db_prep_save(value, connection),)
