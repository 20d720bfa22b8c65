"""While the database cannot serve: a failover takes seconds, a restart too. Nobody is to lose what they typed meanwhile."""

import logging

from django.db import Error, InterfaceError, InternalError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from erhvervspanel.foundation.context import site

RETRY_AFTER = 5  # seconds that the page asks for
# PostgreSQL's codes: a server takes no writes; it serves, but a statement had waited or worked for too long, or was in a deadlock.
READ_ONLY = "25006"
GAVE_UP = {"lock_not_available": "55P03", "deadlock_detected": "40P01", "query_canceled": "57014"}
logger = logging.getLogger(__name__)


def is_outage(error: BaseException | None) -> bool:
    """Whether the database does not serve at the moment: it is gone or overloaded, or takes no writes."""
    return is_refusal(error) and not gave_up_waiting(error)


def is_refusal(error: BaseException | None) -> bool:
    """Whether the database refused for now, so that the same may go well in a moment: an outage, or a lock that others held too long."""
    return isinstance(error, OperationalError | InterfaceError) or takes_no_writes(error)


def gave_up_waiting(error: BaseException | None) -> bool:
    """Whether the database serves, but gave up one statement: for a lock that others held, in a deadlock, or as it took too long."""
    return isinstance(error, OperationalError) and pgcode(error) in GAVE_UP.values()


def takes_no_writes(error: BaseException | None) -> bool:
    """Whether the server is one that only reads: another has become the primary."""
    return isinstance(error, InternalError) and pgcode(error) == READ_ONLY


def pgcode(error: Error) -> str | None:
    return getattr(error.__cause__, "pgcode", None)


def get_over(error: Error) -> None:
    """Takes note of a refusal: the next statement opens a new connection where this one is broken, or its server takes no writes.

    Raises `error` where it is none.
    """
    if not is_refusal(error):
        raise error
    if takes_no_writes(error):
        connection.close()
    else:
        connection.close_if_unusable_or_obsolete()


class OutageMiddleware:
    """Answers with the busy page, not with an error, where the database refused a view for now."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not is_refusal(exception):
            return None
        get_over(exception)
        logger.warning("Databasen svarer ikke: %s", type(exception.__cause__ or exception).__name__)
        return busy(request)


def busy(request: HttpRequest) -> HttpResponse:
    """The page that asks for patience, with a button that sends once more what was typed. It asks the database nothing."""
    context = site(request) | {
        "request": request,
        "typed": typed(request),
        "address": request.get_full_path(),
    }
    response = HttpResponse(render_to_string("503.html", context), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    add_never_cache_headers(response)
    return response


def typed(request: HttpRequest):
    """What a form sent, to be sent again; None where there is nothing, or what no page should hold: files and passwords."""
    if request.method != "POST" or request.content_type != "application/x-www-form-urlencoded":
        return None
    return None if any("password" in name for name in request.POST) else request.POST
