"""What stands before Django: it sends again what Django has sent, and leaves everything else to Django."""

from types import SimpleNamespace

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from erhvervspanel.foundation.page_cache.front import KeptPages
from panels.models import Theme
from tests.factories import ThemeFactory
from tests.foundation.monitoring.lines import written
from tests.foundation.test_content_version import settled

pytestmark = pytest.mark.django_db

OWN = "X-Request-ID"  # the one header that is each request's own
ENCODINGS = [{"accept-encoding": "br"}, {"accept-encoding": "gzip"}]


class Server:
    """As a web server calls the portal. `counted` tells how often Django was called."""

    def __init__(self):
        self.counted = 0
        self.handler = WSGIHandler()
        self.front = KeptPages(self.django)

    def django(self, environ, start_response):
        self.counted += 1
        return self.handler(environ, start_response)

    def ask(self, path: str, method: str = "GET", **headers: str) -> SimpleNamespace:
        headers = {"accept-encoding": "br", "host": "testserver"} | headers
        environ = RequestFactory().generic(method, path, headers=headers).environ
        told = {}
        called = self.counted
        with CaptureQueriesContext(connection) as queries:
            body = self.front(environ, lambda status, headers: told.update(status=status, headers=headers))
            content = b"".join(body)
            if hasattr(body, "close"):
                body.close()
        names = [name for name, _ in told["headers"]]
        assert len(names) == len(set(names))
        return SimpleNamespace(
            status=told["status"],
            headers={name: value for name, value in told["headers"] if name != OWN},
            own=dict(told["headers"])[OWN],
            body=content,
            queries=len(queries),
            by_django=self.counted > called,
        )


@pytest.fixture
def server(db, settings, monkeypatch) -> Server:
    settings.PAGE_CACHE_BYTES = 1_000_000
    # A request begins with closing what is left of a transaction, and here the test is in one.
    monkeypatch.setitem(connection.settings_dict, "AUTOCOMMIT", False)
    connection.close_at = None
    return Server()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_page_that_was_sent_is_sent_again_to_the_last_header(server, encoding):
    ThemeFactory()
    first, second = (server.ask("/temaer/", **encoding) for _ in range(2))
    assert (first.by_django, second.by_django) == (True, False)
    assert (second.status, second.headers, second.body) == (first.status, first.headers, first.body)
    assert second.own != first.own
    assert second.queries == 1


def test_who_has_the_page_is_told_so_again(server):
    label = server.ask("/temaer/").headers["ETag"]
    first, second = (server.ask("/temaer/", **{"if-none-match": label}) for _ in range(2))
    assert (first.by_django, second.by_django) == (True, False)
    assert (second.status, second.headers, second.body) == ("304 Not Modified", first.headers, b"")


def test_a_head_gets_the_headers_alone(server):
    page = server.ask("/temaer/")
    head = server.ask("/temaer/", "HEAD")
    assert not head.by_django
    assert (head.status, head.headers, head.body) == (page.status, page.headers, b"")


def test_a_page_that_has_changed_is_made_anew_with_the_version_that_was_read(server):
    theme = ThemeFactory(title="Før")
    settled()
    first = server.ask("/temaer/")
    Theme.objects.filter(pk=theme.pk).update(title="Efter")
    settled()
    changed = server.ask("/temaer/")
    assert changed.by_django
    assert changed.queries == first.queries
    assert changed.body != first.body
    again = server.ask("/temaer/")
    assert (again.by_django, again.body) == (False, changed.body)


@pytest.mark.parametrize(
    ("path", "method", "headers"),
    [
        ("/temaer/", "POST", {}),
        ("/temaer/", "GET", {"cookie": "sessionid=x"}),
        ("/temaer/", "GET", {"host": "ond.example.org"}),
        ("/", "GET", {"host": "testserver/temaer"}),
        ("/temaer/%3Fside=2", "GET", {}),
        ("/temaer/", "GET", {"accept-encoding": "identity"}),
        ("/temaer/?side=2", "GET", {}),
        ("/temaer", "GET", {}),
    ],
)
def test_everything_else_is_left_to_django(server, path, method, headers):
    for _ in range(2):
        server.ask("/temaer/")
        assert server.ask(path, method, **headers).by_django


def test_what_is_sent_again_has_a_line_in_the_log_as_any_other(server):
    with written("erhvervspanel.requests") as lines:
        server.ask("/temaer/")
    first = lines.only
    with written("erhvervspanel.requests") as lines:
        again = server.ask("/temaer/")
    assert not again.by_django
    line = lines.only
    assert line.pop("ms") >= 0
    assert line == {
        "level": "info",
        "logger": "erhvervspanel.requests",
        "event": "Besvaret",
        "method": "GET",
        "status": 200,
        "queries": 1,
        "request_id": again.own,
        "route": "panels:theme-list",
    }
    assert first["route"] == line["route"]


def test_a_portal_that_keeps_no_pages_sends_none_again(server, settings):
    settings.PAGE_CACHE_BYTES = 0
    server.__init__()
    assert [server.ask("/temaer/").by_django for _ in range(2)] == [True, True]
