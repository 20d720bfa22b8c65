"""Whatever is sent to the portal: a page, and never a failure. The addresses are those of the URLconf."""

from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from erhvervspanel.foundation.guarded_forms import new_form_token
from erhvervspanel.portal.following import ask
from erhvervspanel.portal.models import Follower
from events.actions import Party, register
from tests.chains import chain
from tests.events.test_registering import open_event
from tests.factories import SessionFactory, UserFactory
from tests.forms import fields_of
from tests.security.addresses import ARGUMENT, Address, every_address

ANSWERS = {200, 201, 301, 302, 303, 304, 400, 401, 403, 404, 405, 409, 410, 413, 429}
# What has hurt others: ends of numbers, of texts and of quotations, other alphabets' digits, and half characters.
NASTY = [
    "", " ", "\x00", "a\x00b", "'", '"', "')) OR 1=1 --", "%", "%00", "%s%n", "_", "\\", "0", "-1", "1e309", "NaN", "Infinity",
    "2147483648", "9223372036854775808", "9" * 400, "٣", "²", "\uff12\uff10\uff12\uff11", "2021-07", "0007-7", "2021-99999", "../../etc/passwd",
    "{{ 7*7 }}", "<script>", "javascript:alert(1)", "//ond.example", "()[]{}*?:&|!<>", "a:* & !", "\u202e", "\ufffe", "😀",
    "İ", "ß" * 300, "a" * 3000, "\r\nSet-Cookie: a=b", "on", "true", "None", "1,2,3", "[]", "a@b.dk", "ø@æ.dk", "2026-02-30",
    b"\xff\xfe", b"\xed\xa0\x80",
]  # fmt: skip
# Every parameter that some page reads, and one that none does.
PARAMETERS = [
    "q", "side", "tema", "omraade", "status", "behov", "initiativ", "moede", "verdensmaal", "sortering", "huskeliste", "nummer", "koe",
    "invitation", "next", "fra", "til", "stand", "punkt", "start", "titel", "ide", "o", "p", "all", "e", "_popup", "_to_field",
    "_changelist_filters", "valgte", "visning", "trin", "mangler", "created_at__year", "starts_at__month", "id__in",
    "theme__id__exact", "pk", "is_example__exact", "app_label", "model_name", "field_name", "term", "findes-ikke", "_facets",
]  # fmt: skip
values = st.one_of(
    st.sampled_from(NASTY), st.text(st.characters(codec="utf-8"), max_size=60), st.integers().map(str)
)
parameters = st.lists(st.tuples(st.sampled_from(PARAMETERS), values), max_size=6)
KINDS = {
    "slug": st.from_regex(r"[-a-zA-Z0-9_]{1,60}", fullmatch=True),
    "int": st.from_regex(r"[0-9]{1,30}", fullmatch=True),
    "year": st.from_regex(r"[0-9]{4}", fullmatch=True),
    "reference": st.from_regex(r"[0-9]{4}-[0-9]{1,5}", fullmatch=True),
    "str": values.map(lambda text: quote(text, safe="") or "x"),
    "path": values.map(lambda text: quote(text) or "x"),
}


def times(count: int):
    """So many examples, the same each time, and no search for a smaller one. To look further, count higher."""
    slow = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return limits(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=slow,
        phases=[Phase.generate],
    )


@pytest.fixture
def world(db):
    """Rows behind every kind of address: (the kind of argument, real values)."""
    rows = chain()
    event = open_event(asks_names=True, asks_access=True)
    SessionFactory(event=event, kind="cafe")
    party = Party("Åse Øst", "aase@example.org", 1, "1")
    registration = register(event, party, form_token="form")
    ask("idea", rows.ideas[0], email="aase@example.org", form_token="form", notice_version="1")
    follower = Follower.objects.get()
    things = [event, rows.companies[0], rows.decision, rows.initiatives[0], rows.news[0]]
    return {
        "event": event,
        "registration": registration,
        "follower": follower,
        "slug": [*(thing.slug for thing in things), rows.recommendations[0].assembly.slug, "ideer"],
        "int": [str(rows.theme.year), "1", str(rows.ideas[0].pk), str(event.pk), str(registration.pk)],
        "year": [str(rows.theme.year)],
        "reference": [rows.ideas[0].reference],
        "str": [registration.token, follower.token, "kommunen", "xlsx"],
        "path": [str(rows.ideas[0].pk), str(event.pk)],
    }


def paths(address: Address, world) -> st.SearchStrategy[str]:
    """Paths of `address`: some lead to what there is, the rest nowhere."""
    kinds = ARGUMENT.findall(address.route)
    arguments = st.tuples(*(st.one_of(st.sampled_from(world[kind]), KINDS[kind]) for kind in kinds))
    return arguments.map(address.path)


def assert_answered(response, what) -> None:
    """A page with a heading, or whatever else is sensible; a piece of a page, for scripts, has none."""
    assert response.status_code in ANSWERS, what
    body = response.getvalue()
    if response.status_code == 200 and body.lower().startswith(b"<!doctype html"):
        assert b"<h1" in body, what


def ask_all(addresses: list[Address], world, client, *, count: int) -> None:
    for address in addresses:

        @times(count)
        @given(paths(address, world), parameters, st.sampled_from(["get", "get", "get", "head", "options"]))
        def ask(path, query, method):
            whole = f"{path}?{urlencode(query)}"
            assert_answered(getattr(client, method)(whole), whole)

        ask()


def test_every_public_address_answers_whatever_it_is_asked(world, client):
    ask_all([each for each in every_address() if each.is_public], world, client, count=4)


def test_every_page_of_the_back_office_answers_whatever_it_is_asked(world, client):
    client.force_login(UserFactory(superuser=True))
    office = [each for each in every_address() if not each.is_public and "logout" not in each.route]
    ask_all(office, world, client, count=2)


def forms(world) -> dict[str, str]:
    """The address of each public form, with what its token is made for."""
    event, registration = world["event"], world["registration"]
    return {
        reverse("events:sign-up", args=[event.slug]): f"sign-up {event.pk}",
        reverse("events:registration-find"): "find",
        reverse("ideas:submission-form"): "submission",
        reverse("portal:follow-idea", args=[world["reference"][0]]): "follow",
        world["follower"].get_absolute_url(): "",
        registration.get_absolute_url(): "",
        f"{registration.get_absolute_url()}ret/": "",
        "/konto/log-ind/": "",
    }


def test_every_public_form_answers_whatever_it_is_sent(world, client):
    for path, purpose in forms(world).items():
        fields = fields_of(client.get(path)) | {"step": [], "checked": [], "koe": [], "cafekoe": []}
        with time_machine.travel(timezone.now() - timedelta(minutes=1)):
            fields["form_token"] = [new_form_token(purpose)]
        sent = st.fixed_dictionaries(
            {name: st.one_of(st.just(value), st.lists(values, max_size=2)) for name, value in fields.items()}
        )

        @times(10)
        @given(st.just(path), sent, st.integers(1, 250))
        def send(path, given, last):
            assert_answered(client.post(path, given, REMOTE_ADDR=f"203.0.113.{last}"), (path, given))

        send()


BODIES = [
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "application/json", "",
    "text/plain; charset=utf-7",
]  # fmt: skip


def test_every_public_address_answers_a_body_that_is_no_form(world, client):
    for address in [each for each in every_address() if each.is_public and each.needs_no_cookie]:

        @times(5)
        @given(paths(address, world), st.binary(max_size=200), st.sampled_from(BODIES))
        def send(path, body, kind):
            assert_answered(client.post(path, body, content_type=kind), (path, body, kind))

        send()


HEADERS = [
    "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Accept-Language", "Accept-Encoding", "Cookie", "Range",
    "If-None-Match", "If-Modified-Since", "Referer", "Origin", "Sec-Fetch-Site", "Authorization", "X-Request-ID",
]  # fmt: skip
written = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=80)


@pytest.mark.parametrize("behind", [0, 2])
def test_no_header_makes_a_page_fail(world, settings, behind):
    settings.BEHIND_PROXY = behind

    @times(15)
    @given(st.dictionaries(st.sampled_from(HEADERS), st.one_of(written, st.sampled_from(["fe80::1%eth0", "[::1]:80", "1.2.3.4:5", "bytes=0-", "W/\"x\"", "sessionid=\x00"]))))  # fmt: skip
    def ask(headers):
        client = Client(headers=headers)
        assert_answered(client.get("/"), headers)
        assert_answered(client.post("/tilmelding/find/", {"email": "a@example.org"}), headers)

    ask()
