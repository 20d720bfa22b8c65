"""Reads from a copy of the database that follows behind, where nobody can tell the difference.

A page is read from the replica where it is the same for everybody (`public_page`), is asked for without a session, and the replica
has all public content that the primary has: both name the same content version. So a publish is seen by the next request,
however far the replica lags. Everything else, and whatever wrote something, reads from the primary.

A replica that is away or breaks in the middle costs nobody an error: the page is made again from the primary.
"""

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse

from erhvervspanel.foundation import content_version

REPLICA = "replica"
RETRY_AFTER = 5.0  # seconds that a replica in trouble is left alone, by each process
# The apps whose rows the public pages show. Sessions, accounts, mails and the cache are read where they are written.
CONTENT = frozenset({"panels", "ideas", "initiatives", "events", "portal"})
reading: ContextVar[str] = ContextVar("reading", default=DEFAULT_DB_ALIAS)
logger = logging.getLogger(__name__)


class Router:
    """Sends reads where the request may read, and writes to the primary."""

    def db_for_read(self, model, **hints) -> str:
        return reading.get() if model._meta.app_label in CONTENT else DEFAULT_DB_ALIAS

    def db_for_write(self, model, **hints) -> str:
        reading.set(DEFAULT_DB_ALIAS)  # from here on: the replica has not got what is written now
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one, other, **hints) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints) -> bool:
        return db == DEFAULT_DB_ALIAS


class ReplicaMiddleware:
    """Lets public pages read from the replica. The last of the middleware: what it makes again is the view alone."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = reading.set(DEFAULT_DB_ALIAS)
        try:
            return self.get_response(request)
        finally:
            reading.reset(token)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> None:
        if may_lag(request, view) and caught_up(request):
            reading.set(REPLICA)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Makes the page again from the primary, where the replica broke."""
        if reading.get() == DEFAULT_DB_ALIAS or not isinstance(exception, Error):
            return None
        lay_aside(exception)
        reading.set(DEFAULT_DB_ALIAS)
        request.replica_failed = True
        return self.get_response(request)


def may_lag(request: HttpRequest, view: Callable) -> bool:
    """Whether the page is one that all see alike, and the replica has not failed this request already."""
    return (
        request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and getattr(view, "is_public_page", False)
        and not hasattr(request, "replica_failed")
    )


def caught_up(request: HttpRequest) -> bool:
    """Whether the replica answers and has all public content that the primary has.

    The primary's version is left on the request, as it is what the page is kept under (page_cache): it is read once, and before the
    replica is.
    """
    if not availability.is_worth_asking():
        return False
    try:
        if not hasattr(request, "content_version"):
            request.content_version = content_version.current()
    except Error:  # a page that needs no database is shown without it
        return False
    try:
        found = content_version.current(REPLICA)
        if took_over(connections[REPLICA]):
            connections[REPLICA].close()
            found = content_version.current(REPLICA)
    except Error as error:
        lay_aside(error)
        return False
    availability.away_until = 0.0
    return found == request.content_version


def took_over(connection: BaseDatabaseWrapper) -> bool:
    """Whether the standby that `connection` was made to is the primary now: the connection outlives the promotion, of which
    PostgreSQL tells in passing. Only of a server that has to be a standby: an address may name a copy of another kind."""
    wanted = connection.settings_dict["OPTIONS"].get("target_session_attrs")
    return wanted == "standby" and connection.connection.info.parameter_status("in_hot_standby") == "off"


def lay_aside(error: Error) -> None:
    """Leaves the replica alone for a while. Its connection is closed, as a broken one would be tried again."""
    logger.warning("The replica does not serve: %s", type(error.__cause__ or error).__name__)
    availability.away_until = time.monotonic() + RETRY_AFTER
    connections[REPLICA].close()


class Availability:
    """Whether this process leaves the replica alone.

    Attributes:
        away_until: on the monotonic clock; 0 where the replica was well the last time.
    """

    def __init__(self):
        self.away_until = 0.0

    def is_worth_asking(self) -> bool:
        """Once the time is over one thread asks again, on behalf of all: a machine that is gone keeps it waiting for seconds."""
        now = time.monotonic()
        if now < self.away_until:
            return False
        if self.away_until:
            self.away_until = now + RETRY_AFTER
        return True


availability = Availability()
