"""The number, the line and the figures of a request."""

import re

import pytest

from erhvervspanel.foundation.monitoring.requests import new_id
from tests.foundation.monitoring.lines import written
from tests.foundation.monitoring.test_masking import TOKEN

UUID = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
HEX = "9f86d081884c7d659a2feaa0c55ad015"


@pytest.fixture
def lines():
    with written("erhvervspanel.requests") as lines:
        yield lines


@pytest.mark.django_db
def test_a_request_is_one_line_without_address_and_client(client, lines):
    response = client.get(f"/tilmelding/{TOKEN}/?q=aase@example.org", REMOTE_ADDR="192.0.2.17")
    line = lines.only
    assert line.pop("ms") >= 0
    assert line == {
        "level": "info",
        "logger": "erhvervspanel.requests",
        "event": "Besvaret",
        "method": "GET",
        "status": 404,
        "queries": 1,
        "request_id": response["X-Request-ID"],
        "route": "events:registration",
    }


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/findes-ikke/", "-"),
        ("/static/css/site.css", "static"),
        ("/robots.txt", "portal:robots"),
        ("/om", "-"),
    ],
)
@pytest.mark.django_db
def test_the_route_stands_for_the_address(client, lines, path, route):
    client.get(path)
    assert lines.only["route"] == route


def test_a_method_that_somebody_made_up_is_not_repeated(client, lines):
    client.generic("AASE", "/robots.txt")
    assert lines.only["method"] == "OTHER"


@pytest.mark.parametrize("given", [UUID, HEX])
def test_the_number_of_our_own_proxy_is_kept(client, settings, lines, given):
    settings.BEHIND_PROXY = 1
    assert client.get("/robots.txt", headers={"X-Request-ID": given})["X-Request-ID"] == given
    assert lines.only["request_id"] == given


@pytest.mark.parametrize(
    ("proxies", "given"),
    [
        (0, UUID),
        (1, ""),
        (1, "aase@example.org"),
        (1, "010190-1234"),
        (1, UUID + "\n"),
        (1, UUID.upper()),
        (1, "0101901234abcdef0123456789abcdef"),
        (1, "x" * 5000),
    ],
)
def test_any_other_number_is_replaced(client, settings, proxies, given):
    settings.BEHIND_PROXY = proxies
    number = client.get("/robots.txt", headers={"X-Request-ID": given})["X-Request-ID"]
    assert re.fullmatch("([b-df-hkmnp-tvx]{4}-){2}[b-df-hkmnp-tvx]{4}", number)


def test_numbers_differ():
    assert len({new_id() for _ in range(1000)}) == 1000


@pytest.mark.django_db
def test_every_request_has_a_number_of_its_own(client):
    assert client.get("/robots.txt")["X-Request-ID"] != client.get("/robots.txt")["X-Request-ID"]
