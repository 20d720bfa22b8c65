"""`check_links` against a real server on loopback."""

import ipaddress
import itertools
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from ideas import links
from ideas.links import check_links
from ideas.models import LinkCheck, Service
from tests.factories import ServiceFactory

pytestmark = pytest.mark.django_db


class Site(BaseHTTPRequestHandler):
    """Answers by its path: /200, /404, /head-405, /slow, /moved."""

    def do_GET(self):
        self.server.asked.append((self.command, self.path, self.headers["User-Agent"], time.monotonic()))
        if self.path == "/slow":
            time.sleep(1)
        if self.path == "/moved":
            self.send_response(301)
            self.send_header("Location", "/200")
        elif self.path.startswith("/head-"):
            self.send_response(int(self.path[-3:]) if self.command == "HEAD" else 200)
        else:
            self.send_response(200 if self.path == "/slow" else int(self.path[1:4]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET  # noqa: N815 (the name that the server asks for)

    def log_message(self, *arguments):
        """Says nothing."""


@pytest.fixture
def site(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.LINK_CHECK_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    server.address = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/200", ""),
        ("/moved", ""),
        ("/head-405", ""),
        ("/head-403", ""),
        ("/404", "Siden svarer med fejlen 404."),
        ("/500", "Siden svarer med fejlen 500."),
        ("/slow", "Siden svarer ikke i tide."),
    ],
)
def test_what_a_page_answers_is_kept(site, path, problem):
    service = ServiceFactory(url=site.address + path)
    [check] = check_links([service], timeout=0.3, pause=0)
    assert check.problem == problem
    assert LinkCheck.objects.get().service == service


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://127.0.0.1:9/", "Adressen er ikke på det offentlige net."),
        ("http://findes-ikke.invalid/", "Siden kan ikke nås."),
        ("file:///etc/passwd", "Adressen er ikke en webadresse."),
        ("http://[", "Adressen er ikke en webadresse."),
    ],
)
def test_what_cannot_be_reached_is_told(url, problem):
    [check] = check_links([ServiceFactory(url=url)], timeout=1, pause=0)
    assert check.problem == problem


def test_one_host_is_asked_with_a_pause_and_told_who_asks(site):
    services = [ServiceFactory(url=f"{site.address}/200?{number}") for number in range(3)]
    check_links(services, pause=0.2)
    times = [when for *_, when in site.asked]
    assert all(after - before >= 0.19 for before, after in itertools.pairwise(times))
    assert {agent for _, _, agent, _ in site.asked} == {"Erhvervspanel-linkkontrol (+http://testserver/om/)"}


def test_a_link_that_answers_again_is_off_the_work_list(site):
    service = ServiceFactory(url=f"{site.address}/404", verified_on=timezone.localdate())
    assert not Service.objects.unverified().exists()
    check_links([service], pause=0)
    assert list(Service.objects.unverified()) == [service]
    service.url = f"{site.address}/200"
    service.save()
    check_links([service], pause=0)
    assert not LinkCheck.objects.get().problem
    assert not Service.objects.unverified().exists()


def test_what_was_found_at_another_address_does_not_count(site):
    service = ServiceFactory(url=f"{site.address}/404", verified_on="2999-01-01")
    check_links([service], pause=0)
    service.url = f"{site.address}/200"
    service.save()
    assert list(Service.objects.verified()) == [service]
    check_links([service], pause=0)
    service.name = "Et andet navn"
    service.save()
    assert LinkCheck.objects.get().problem == ""


def test_an_address_that_is_changed_while_it_is_asked_for_is_not_said_to_have_answered(monkeypatch):
    service = ServiceFactory(url="https://example.org/gammel")

    def moved_meanwhile(url, *, timeout):
        other = Service.objects.get()
        other.url = "https://example.org/ny"
        other.save()
        return "Siden svarer med fejlen 404."

    monkeypatch.setattr(links, "problem_with", moved_meanwhile)
    assert check_links([service], pause=0) == []
    assert not LinkCheck.objects.exists()


def test_the_command_is_bounded_asks_the_longest_unasked_first_and_fails_on_a_broken_link(site):
    first, second = ServiceFactory(url=f"{site.address}/200"), ServiceFactory(url=f"{site.address}/404")
    ServiceFactory(url=f"{site.address}/500", draft=True)
    told = StringIO()
    call_command("check_links", limit=1, pause=0, stdout=told)
    assert told.getvalue() == "1 links kontrolleret, 0 svarer ikke.\n"
    assert LinkCheck.objects.get().service == first
    with pytest.raises(CommandError):
        call_command("check_links", limit=1, pause=0, stdout=told)
    assert LinkCheck.objects.get(service=second).problem
    assert LinkCheck.objects.count() == 2
