"""Statements that PostgreSQL parses and plans once for a connection, where planning takes longer than running."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from types import NoneType
from typing import TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

from django.db import InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2.extensions import AsIs

T = TypeVar("T")

# Statements that a connection keeps; each takes some of the server's memory. The least used make room.
MOST_KEPT = 100
# The names of those that a connection keeps. They live and die with it.
KEPT: WeakKeyDictionary[object, OrderedDict[str, None]] = WeakKeyDictionary()
# Those of this process that were prepared, by their names.
KNOWN: WeakValueDictionary[str, "Prepared"] = WeakValueDictionary()


class Prepared:
    """A statement with places for values.

    The first time it is sent as it is, and prepared for those who ask again: what somebody searches for is often not asked for twice.

    Args:
        sql: with `%s` for each of `parameters`.
        parameters: values, and of the class `place` those that are given later, by their `name`.
    """

    def __init__(self, sql: str, parameters: Sequence = (), place: type = NoneType):
        self.sql = sql
        self.parameters = [
            (each.name, None) if isinstance(each, place) else (None, each) for each in parameters
        ]
        self.names = list(dict.fromkeys(name for name, _ in self.parameters if name))
        digest = hashlib.blake2b(repr((sql, self.parameters)).encode(), digest_size=8).hexdigest()
        self.name = f"portal_{digest}"
        self.execute = (
            f"EXECUTE {self.name} ({', '.join(['%s'] * len(self.names))})"
            if self.names
            else f"EXECUTE {self.name}"
        )
        self.is_asked_for_again = False

    def call(self, connection: BaseDatabaseWrapper, values: dict) -> tuple[str, list]:
        """What to execute on `connection` now, and its parameters."""
        if not self.is_asked_for_again:
            self.is_asked_for_again = True
            return self.plain(values)
        connection.ensure_connection()
        with connection.wrap_database_errors:
            self.keep(connection.connection)
        return self.execute, [sent(values[name]) for name in self.names]

    def plain(self, values: dict) -> tuple[str, list]:
        """The statement itself."""
        return self.sql, [sent(values[name]) if name else value for name, value in self.parameters]

    def keep(self, raw) -> None:
        """Has the server prepare the statement, unless psycopg2's connection `raw` has it already."""
        kept = KEPT.setdefault(raw, OrderedDict())
        if self.name in kept:
            kept.move_to_end(self.name)
            return
        with raw.cursor() as cursor:
            if len(kept) >= MOST_KEPT:
                cursor.execute(f"DEALLOCATE {kept.popitem(last=False)[0]}")
            places = {name: AsIs(f"${number}") for number, name in enumerate(self.names, 1)}
            # The server finds the type of each place from what it is compared with.
            cursor.execute(f"PREPARE {self.name} AS {self.sql}", self.plain(places)[1])
        kept[self.name] = None
        KNOWN[self.name] = self


def sent(value: object) -> object:
    """`value` for psycopg2. A list of numbers goes as one text, `{1,2}`: as `ARRAY[1,2]` PostgreSQL reads an expression for each."""
    if isinstance(value, list) and all(type(each) is int for each in value):
        return f"{{{','.join(map(str, value))}}}"
    return value


def on_a_whole(connection: BaseDatabaseWrapper, read: Callable[[], T]) -> T:
    """What `read` gives; it is called once more where `connection`, kept since an earlier request, turns out to be broken.

    So what a request reads first is the check of the connection's health as well, and Django need not ask with a statement of its own.
    """
    is_checked = connection.health_check_done
    connection.health_check_done = True
    try:
        return read()
    except (OperationalError, InterfaceError):
        if is_checked or connection.in_atomic_block:
            raise
        connection.close()
        return read()


def forget(connection: BaseDatabaseWrapper) -> None:
    """Has `connection` prepare everything anew."""
    if KEPT.pop(connection.connection, None):
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")


def spelt_out(sql: str) -> str:
    """`sql`, and where it executes what was prepared, that instead."""
    name = sql.split(maxsplit=2)[1] if sql.startswith("EXECUTE ") else ""
    return KNOWN[name].sql if name in KNOWN else sql
