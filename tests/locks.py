"""Two at once, of whom the second waits for what the first holds: real connections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import sleep

from django.core.exceptions import ValidationError
from django.db import connection, transaction


def overtaken(first: Callable, other: Callable):
    """What `other` returns, or the ValidationError that it raises, where `first` is done and not committed until `other` waits for it."""

    def run():
        try:
            return other()
        except ValidationError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            first()
            begun = pool.submit(run)
            while not is_waited_for(cursor):
                assert not begun.done()
                sleep(0.01)
        return begun.result()


def is_waited_for(cursor) -> bool:
    """Whether anybody waits for what the connection of `cursor` holds."""
    cursor.execute(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
    )
    return cursor.fetchone()[0]
