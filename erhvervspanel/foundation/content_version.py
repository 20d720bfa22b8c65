"""The version of what the public may see: a text that is another as soon as any page could show something else.

It has three parts. The token is drawn anew in every transaction that changes content, by triggers of the database
(`content_triggers`), so that no way of writing can miss it. Being random and not a count, it never comes back: not after a
restored backup or a failover either. The second part is how many of the coming moments have passed: an embargo that ends, an
event that opens, begins or is over. The third is the date, which some words hang on (»Forsinket«).

Read it *before* what it is to stand for: what changes meanwhile then has another version already.
"""

from datetime import datetime

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

READ = "SELECT token, moments FROM content_version"


def current(using: str = "default") -> str:
    """The version of the content in the database `using`, at the present moment. One statement, on one row.

    The moment is this process's own clock's, as it is for the pages.

    Raises DatabaseError where the database cannot be reached.
    """
    now = timezone.now()
    token, moments = row_of(connections[using])
    # Strictly passed: what is over is over after its last microsecond.
    passed = sum(moment < now for moment in moments)
    return f"{token}.{passed}.{timezone.localdate(now):%Y%m%d}"


def row_of(connection: BaseDatabaseWrapper) -> tuple[str, list[datetime]]:
    """The token, and the moments ahead when it was drawn."""
    with connection.cursor() as cursor:
        cursor.execute(READ)
        return cursor.fetchone()
