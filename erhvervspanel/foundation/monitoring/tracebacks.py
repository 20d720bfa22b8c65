"""Exceptions, told without the words that may be somebody's.

What an exception says is often a value: a name that is no number, a row that breaks a constraint with all its fields. So only
what kind it is, and where in the code, is told; and its words where they come from Python or the system and are about the code.
"""

import traceback
from collections.abc import Iterator

from django.core.exceptions import ImproperlyConfigured
from django.db.utils import Error as DjangoDatabaseError
from django.template import TemplateDoesNotExist
from psycopg2 import Error as DriverError

from erhvervspanel.foundation.monitoring.masking import masked_text

LEFT_OUT = "[besked udeladt]"
# Their words are about the code, the settings or the system. Not KeyError, TypeError and ValueError: they repeat what was given.
ABOUT_THE_CODE = (
    AttributeError,
    NameError,
    ImportError,
    MemoryError,
    RecursionError,
    ImproperlyConfigured,
    TemplateDoesNotExist,
)
# Beginnings of SQLSTATE: connection, constraint, transaction, table, column and right, resources, operator, system.
WITHOUT_VALUES = ("08", "23", "25", "40", "42P01", "42703", "42501", "53", "55", "57", "58", "XX")
LONGEST_CHAIN = 10


def told(error: BaseException) -> str:
    """What may be said of `error` beside its kind."""
    if isinstance(error, DjangoDatabaseError | DriverError):
        return told_of_database(error)
    if isinstance(error, OSError) and error.errno is not None:
        return (
            f"errno {error.errno}: {error.strerror}"
            if type(error.strerror) is str
            else f"errno {error.errno}"
        )
    if isinstance(error, ABOUT_THE_CODE):
        return masked_text(str(error))
    return LEFT_OUT


def told_of_database(error: BaseException) -> str:
    """SQLSTATE with table and constraint, and the first line where such lines hold no values.

    What follows the first line (DETAIL, CONTEXT, LINE) repeats the row or the statement.
    """
    driver = error if isinstance(error, DriverError) else error.__cause__
    code, diagnosis = getattr(driver, "pgcode", None), getattr(driver, "diag", None)
    parts = [code, getattr(diagnosis, "table_name", None), getattr(diagnosis, "constraint_name", None)]
    if code is None or code.startswith(WITHOUT_VALUES):
        parts.append(masked_text(str(error).partition("\n")[0]))
    return ", ".join(filter(None, parts)) or LEFT_OUT


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """`error`, and those that it came of, as Python tells them: the last that happened first."""
    for _ in range(LONGEST_CHAIN):
        if error is None:
            return
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def kind_of(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def summary(error: BaseException) -> str:
    return f"{kind_of(error)}: {told(error)}"


def traceback_of(error: BaseException) -> str:
    """Where in the code `error` and those before it came from, the last that happened last, as Python writes it."""
    parts = [
        "Traceback (most recent call last):\n"
        + "".join(traceback.format_tb(each.__traceback__))
        + summary(each)
        for each in chain(error)
    ]
    return "\n\n".join(reversed(parts))
