"""Each request: its number, its line in the log, its part of the figures."""

import logging
import os
import re
import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from erhvervspanel.foundation.monitoring import metrics
from erhvervspanel.foundation.monitoring.statements import watched
from erhvervspanel.foundation.monitoring.visits import CURRENT, Visit
from erhvervspanel.foundation.personal_data import has_cpr

logger = logging.getLogger("erhvervspanel.requests")
HEADER = "X-Request-ID"
# What Caddy ({http.request.uuid}) and nginx ($request_id) make.
WELL_FORMED = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Read out on the telephone: no digits, and no vowels that would make words.
LETTERS = b"bcdfghkmnpqrstvx" * 16
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


class MonitoringMiddleware:
    """The outermost: whatever answers, the request has a number, and is told of.

    A response that is sent while it is made (StreamingHttpResponse) is told of when it begins.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        visit = Visit(request_id_of(request), request)
        before = CURRENT.set(visit)
        started = time.perf_counter()
        try:
            with watched():
                response = self.get_response(request)
            tell(visit, response.status_code, time.perf_counter() - started)
        finally:
            CURRENT.reset(before)
        response[HEADER] = visit.request_id
        return response


def tell(visit: Visit, status: int, seconds: float) -> None:
    route, method = visit.route, visit.request.method if visit.request.method in METHODS else "OTHER"
    fields = {
        "method": method,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "queries": visit.queries,
    }
    if logger.isEnabledFor(logging.INFO):
        # As `info` does, but for looking up where in the code this stands, which takes as long as the rest.
        record = logger.makeRecord(logger.name, logging.INFO, __file__, 0, "Besvaret", (), None, extra=fields)
        logger.handle(record)
    metrics.count_request(method, route, status, seconds=seconds, queries=visit.queries)


def request_id_of(request: HttpRequest) -> str:
    """The number that our own proxy gave the request, or a new one."""
    given = request.META.get("HTTP_X_REQUEST_ID", "") if settings.BEHIND_PROXY else ""
    return given if WELL_FORMED.fullmatch(given) and not has_cpr(given) else new_id()


def new_id() -> str:
    """Twelve letters: 48 bits, enough to tell the requests of a year from each other."""
    letters = os.urandom(12).translate(LETTERS).decode()
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"
