"""The statements that are sent to the database: counted for a request, and told of where they are slow."""

import logging
import time
from contextlib import ContextDecorator

from django.conf import settings
from django.db import connections

from erhvervspanel.foundation.monitoring.visits import CURRENT
from erhvervspanel.foundation.prepared import spelt_out

logger = logging.getLogger(__name__)
LONGEST_TOLD = 2_000  # characters of a statement


class watched(ContextDecorator):  # noqa: N801 (used as a function is)
    """Within it, every statement on every database is counted and timed.

    It does what `execute_wrapper` does, at a tenth of the price: every request pays it.
    """

    def __enter__(self):
        self.databases = connections.all()
        for database in self.databases:
            database.execute_wrappers.append(watch)

    def __exit__(self, *error):
        for database in self.databases:
            database.execute_wrappers.remove(watch)


def watch(execute, sql, params, many, context):
    """Runs a statement, and tells of it where it took SLOW_QUERY_MS or longer: without its values."""
    visit = CURRENT.get()
    if visit is not None:
        visit.queries += 1
    if not settings.SLOW_QUERY_MS:
        return execute(sql, params, many, context)
    started = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        taken = (time.perf_counter() - started) * 1000
        if taken >= settings.SLOW_QUERY_MS:
            tell(sql, taken, context["connection"].alias)


def tell(sql, taken: float, database: str) -> None:
    statement = " ".join(spelt_out(str(sql)).split())[:LONGEST_TOLD]
    fields = {"ms": round(taken), "statement": statement, "database": database}
    logger.warning("Langsom forespørgsel til databasen", extra=fields)
