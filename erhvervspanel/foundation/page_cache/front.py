"""Kept pages that have been sent before are sent again without Django's handler: its layers cost more than the page does.

What is sent is what came through all of them the first time, to the last header but OWN. The request has its number, its line in
the log and its part of the figures as any other.
"""

from collections.abc import Callable, Iterable

from django.core.handlers.wsgi import WSGIRequest
from django.db import connection

from erhvervspanel.foundation.monitoring.requests import HEADER, MonitoringMiddleware
from erhvervspanel.foundation.page_cache.kept import Memory, Sent
from erhvervspanel.foundation.page_cache.middleware import (
    FOUND,
    READING,
    SENDING,
    address_of,
    is_a_readers,
    version_or_nothing,
)

OWN = frozenset((HEADER,))  # the headers that are each request's own


class Stale(Exception):
    """The page is not of the present content version."""


class KeptPages:
    """A WSGI application (PEP 3333) around Django's.

    It answers from the memory of PageCacheMiddleware, which it learns of with the first page that is sent from there.
    """

    def __init__(self, application: Callable):
        self.application = application
        self.memory: Memory | None = None
        self.monitored = MonitoringMiddleware(answer)

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in READING:
            return self.application(environ, start_response)
        if self.memory is not None:
            # A copy, as Django decodes what it finds.
            request = WSGIRequest(environ.copy())
            request.sent = self.sent_before(request)
            if request.sent is not None:
                try:
                    sent = self.monitored(request)
                except Stale:
                    environ[FOUND] = request.content_version
                else:
                    start_response(sent.status, sent.headers)
                    return [] if request.method == "HEAD" else [sent.body]
        return self.application(environ, self.noting(environ, start_response))

    def sent_before(self, request: WSGIRequest) -> Sent | None:
        """What was sent the last time that the page was asked for like this."""
        if not is_a_readers(request):
            return None
        page = self.memory.get(address_of(request))
        return page and page.sent.get(page.form_for(request))

    def noting(self, environ: dict, start_response: Callable) -> Callable:
        """`start_response`, which notes what is sent of a kept page."""

        def noted(status: str, headers: list[tuple[str, str]], *error):
            if SENDING in environ:
                self.memory, page, form = environ[SENDING]
                if form:
                    lasting = tuple((name, value) for name, value in headers if name not in OWN)
                    page.sent[form] = Sent(page.version, status, lasting, page.body(form), page.match)
            return start_response(status, headers, *error)

        return noted


def answer(request: WSGIRequest) -> Sent:
    """What was sent before, once more, where it is still right. Raises Stale."""
    # As Django does when a request begins, and when it ends.
    connection.close_if_unusable_or_obsolete()
    request.content_version = version_or_nothing()
    connection.close_if_unusable_or_obsolete()
    if request.sent.version != request.content_version:
        raise Stale
    request.resolver_match = request.sent.match
    return request.sent.again()
