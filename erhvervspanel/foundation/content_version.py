"""The version of what the public may see: a text that is another as soon as any page could show something else.

It has three parts. The token is drawn anew in every transaction that changes content, by triggers of the database
(`content_triggers`), so that no way of writing can miss it. Being random and not a count, it never comes back: not after a
restored backup or a failover either. The second part is how many of the coming moments have passed: an embargo that ends, an
event that opens, begins or is over. The third is the date, which some words hang on (»Forsinket«).

Read it *before* what it is to stand for: what changes meanwhile then has another version already.
"""

from datetime import UTC, date, datetime
from functools import lru_cache

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from erhvervspanel.foundation.prepared import Prepared, on_a_whole

# As texts, which the driver hands on as they are; and prepared, as every request begins with it.
READ = Prepared("SELECT token::text, moments::text FROM content_version")


def current(using: str = "default") -> str:
    """The version of the content in the database `using`, at the present moment. One statement, on one row.

    The moment is this process's own clock's, as it is for the pages.

    Raises DatabaseError, or InterfaceError, where the database cannot be reached.
    """
    now = timezone.now()
    token, moments = row_of(connections[using])
    # Strictly passed: what is over is over after its last microsecond.
    passed = sum(moment < now for moment in parsed(moments))
    return f"{token}.{passed}.{day_of(int(now.timestamp() // 3600))}"


@lru_cache(maxsize=2)
def day_of(hour: int) -> date:
    """The date in Denmark, which changes with an hour of UTC; `hour` is counted from 1970."""
    return timezone.localdate(datetime.fromtimestamp(hour * 3600, tz=UTC))


@lru_cache(maxsize=8)
def parsed(moments: str) -> list[datetime]:
    """The moments of an array as PostgreSQL writes it; the same for thousands of requests on end."""
    return [
        datetime.fromisoformat(moment) for moment in moments.replace('"', "").strip("{}").split(",") if moment
    ]


def row_of(connection: BaseDatabaseWrapper) -> tuple[str, str]:
    """The token, and the moments that were ahead when it was drawn."""

    def read() -> tuple[str, str]:
        connection.ensure_connection()
        with connection.wrap_database_errors:
            READ.keep(connection.connection)
        with connection.cursor() as cursor:
            cursor.execute(READ.execute)
            return cursor.fetchone()

    return on_a_whole(connection, read)
