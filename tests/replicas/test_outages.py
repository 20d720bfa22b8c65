"""A database that goes away under a form: nothing is lost, nothing is done twice, and nobody gets an error."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import RequestFactory

from erhvervspanel.foundation.outages import busy
from tests.replicas.conftest import EVENT, SIGN_UP

pytestmark = pytest.mark.django_db  # for the tables that the servers here are given
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


@pytest.fixture
def wired(wired, wire, cluster):
    wire.cut, wire.loses = False, []
    yield wired
    wire.cut, wire.loses = False, []


def registered(cluster, name: str) -> tuple[int, int]:
    """How many registrations and how many mails there are for `name`."""
    rows = cluster.ask("SELECT count(*) FROM events_registration WHERE name = %s", name)
    mails = cluster.ask(
        'SELECT count(*) FROM foundation_outgoingmail WHERE "to" = %s', f"{name.lower()}@example.org"
    )
    return rows, mails


def test_a_registration_whose_commit_was_not_answered_is_found_again_and_not_doubled(wired, wire, cluster):
    form = wired.filled_in("Anna")
    wire.loses = [b'INSERT INTO "events_registration"', b"COMMIT"]
    answer = wired.send(form)
    assert wire.loses == []  # it did get lost
    assert answer.status == 302
    assert registered(cluster, "Anna") == (1, 1)


def test_a_registration_that_was_cut_off_before_its_commit_is_made_after_all(wired, wire, cluster):
    form = wired.filled_in("Bo")
    wire.loses = [b'INSERT INTO "events_registration"']
    assert wired.send(form).status == 302
    assert wire.loses == []
    assert registered(cluster, "Bo") == (1, 1)


def test_while_the_database_is_away_a_form_waits_on_a_page_that_sends_it_again(wired, wire, cluster):
    form = wired.filled_in("Clara")
    wire.cut = True
    answer = wired.send(form)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert "Det, du har skrevet, er ikke gået tabt" in answer.text
    kept = [(unescape(name), unescape(value)) for name, value in HIDDEN.findall(answer.text)]
    assert kept == form
    assert f'action="{SIGN_UP}"' in answer.text
    wire.cut = False
    assert wired.send(kept).status == 302
    assert registered(cluster, "Clara") == (1, 1)


def test_while_the_database_is_away_a_page_asks_for_patience(wired, wire):
    assert wired.get(EVENT).status == 200
    wire.cut = True
    answer = wired.get(f"{EVENT}?a=1")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert "no-store" in answer.headers["Cache-Control"]
    assert f'href="{EVENT}?a=1"' in answer.text
    assert "Content-Security-Policy" in answer.headers
    wire.cut = False
    assert wired.get(EVENT).status == 200


def test_a_session_that_cannot_be_read_is_no_error_either(wired, wire):
    wire.cut = True
    assert wired.get("/admin/", Cookie=f"sessionid={'a' * 32}").status == 503


def test_a_password_is_kept_on_no_page():
    form = {"login": "anna", "password": "hemmelig-kode"}
    body = urlencode(form)
    urlencoded = "application/x-www-form-urlencoded"
    request = RequestFactory().post("/konto/log-ind/", body, content_type=urlencoded)
    answer = busy(request)
    assert answer.status_code == 503
    assert "hemmelig-kode" not in answer.text
    assert '<a class="button button-primary" href="/konto/log-ind/">Prøv igen</a>' in answer.text
