"""The portal's application with a stopwatch in it: how long a registration waits for its event and how long it holds it.

The figures of the load run come from the application as it is; this one is served for a round of its own. Each worker appends a
line for each registration to the file that STOPWATCH names: milliseconds waited, milliseconds held.
"""

import os
import time

from django.db import transaction
from django.db.backends.signals import connection_created

from erhvervspanel.wsgi import application

__all__ = ["application"]

LOCKING = ("FOR NO KEY UPDATE", "events_event")


def watch(execute, sql, params, many, context):
    """Times the statement that takes the event, and from there until what was done under it is committed."""
    if not all(word in sql for word in LOCKING):
        return execute(sql, params, many, context)
    asked = time.perf_counter()
    result = execute(sql, params, many, context)
    taken = time.perf_counter()
    transaction.on_commit(lambda: write(taken - asked, time.perf_counter() - taken))
    return result


def write(waited: float, held: float) -> None:
    with open(os.environ["STOPWATCH"], "a") as file:  # noqa: PTH123 (opened to append, a line at a time, by all workers)
        file.write(f"{waited * 1000:.3f} {held * 1000:.3f}\n")


def start(connection, **_) -> None:
    if watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(watch)


connection_created.connect(start)
