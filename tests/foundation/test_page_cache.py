"""Kept pages: the same to the letter as those made anew, for readers alone, and never older than the content.

That two instances see each other's changes at once is tested on the portal as it is served (tests/served/test_instances.py).
"""

import gzip
from datetime import timedelta

import brotli
import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from erhvervspanel.foundation.page_cache import public_page
from erhvervspanel.foundation.page_cache.kept import KeptPage, Memory, encoding_for
from erhvervspanel.foundation.prepared import spelt_out
from erhvervspanel.foundation.previews import preview_url
from events.actions import Wish, cancel, change
from events.models import Event, GroupRule
from panels.models import Theme
from tests.chains import chain
from tests.events.test_registering import come, open_event
from tests.factories import EventFactory, IdeaFactory, NewsFactory, ThemeFactory, UserFactory
from tests.foundation.test_content_version import settled
from tests.portal.test_public_pages import PAGES

pytestmark = pytest.mark.django_db

# What is no page for all, what nobody but a machine asks for, what changes with the clock, and files that may be very long.
NOT_MARKED = {
    "events:sign-up", "events:signed-up", "events:registration-find", "events:registration-sent",
    "events:registration-erased", "events:registration", "events:registration-change", "events:registration-data",
    "ideas:submission-form", "ideas:submission-received",
    "events:material", "panels:material", "portal:metrics",
    "portal:follow-idea", "portal:follow-initiative", "portal:follow-theme", "portal:follow-sent", "portal:following",
    "portal:data-csv", "portal:data-json",
    "portal:was", "portal:preview", "portal:robots", "portal:security-txt", "portal:livez", "portal:readyz",
}  # fmt: skip


@pytest.fixture
def reader(settings) -> Client:
    """Somebody who reads, on a portal that keeps pages and has kept none yet."""
    settings.PAGE_CACHE_BYTES = 1_000_000
    return Client()


def own_headers(response) -> dict[str, str]:
    """The headers of `response` but for the number that each request has of its own."""
    return {name: value for name, value in response.items() if name != "X-Request-ID"}


def queries_of(get) -> int:
    with CaptureQueriesContext(connection) as queries:
        get()
    return len(queries)


# -- What is kept ----------------------------------------------------------------------------------------------


def test_every_address_is_decided_on():
    """A new page fails here until it is marked with `public_page`, or named above."""
    patterns = [
        (f"{app}:{pattern.name}", pattern.callback)
        for app in ("portal", "panels", "ideas", "initiatives", "events")
        for pattern in get_resolver().namespace_dict[app][1].url_patterns
        if isinstance(pattern, URLPattern) and pattern.name
    ]
    assert {name for name, view in patterns if not hasattr(view, "is_public_page")} == NOT_MARKED


def test_a_kept_page_is_the_page_itself_and_costs_one_query(reader):
    rows = chain(1)
    for title, (address, _) in PAGES.items():
        if title in ("robots", "security.txt", "livez"):
            continue
        url = address(rows)
        made = reader.get(url, headers={"accept-encoding": "br"})
        with CaptureQueriesContext(connection) as queries:
            kept = reader.get(url, headers={"accept-encoding": "br"})
        assert len(queries) == 1, title
        assert own_headers(kept) == own_headers(made), title
        assert kept.content == made.content, title


def test_a_kept_page_is_what_is_sent_where_none_is_kept(reader, client, settings):
    url = chain(1).theme.get_absolute_url()
    settings.PAGE_CACHE_BYTES = 0
    made = client.get(url)
    settings.PAGE_CACHE_BYTES = 1_000_000
    reader.get(url)
    kept = reader.get(url)
    assert kept.content == made.content
    labels = {"ETag", "Cache-Control", "Vary"}
    assert {(name, value) for name, value in own_headers(kept).items() if name not in labels} == {
        (name, value) for name, value in own_headers(made).items() if name not in labels
    }


@pytest.mark.parametrize(
    ("query", "queries"),
    [("?sortering=titel", 1), ("?tema=2021&side=2", 1), ("?tema=findes-ikke", 1), ("?q=ide", 5), ("?fbclid=17", 4),
     ("?tema=1&tema=2&tema=3&tema=4", 4), (f"?tema={'1' * 200}", 4)],
)  # fmt: skip
def test_a_page_is_kept_where_its_address_is_one_of_few(reader, query, queries):
    chain(1)
    reader.get(f"/ideer/{query}")
    assert queries_of(lambda: reader.get(f"/ideer/{query}")) == queries


@pytest.mark.parametrize(
    "address",
    [
        lambda: reverse("events:sign-up", args=[EventFactory().slug]),
        lambda: reverse("events:registration-find"),
        lambda: reverse("ideas:submission-form"),
        lambda: preview_url(ThemeFactory(draft=True)),
        lambda: reverse("portal:readyz"),
        lambda: reverse("admin:login"),
        lambda: "/ideer/2021-999/",
        lambda: f"{IdeaFactory().get_absolute_url()}med-en-titel/",
    ],
)
def test_what_is_not_for_all_is_never_kept(reader, address):
    url = address()
    first = reader.get(url)
    assert "ETag" not in first.headers
    assert "public" not in first.get("Cache-Control", "")
    assert queries_of(lambda: reader.get(url)) == queries_of(lambda: Client().get(url))


def test_what_needs_no_content_reads_no_version(reader):
    assert queries_of(lambda: reader.get("/livez")) == 0


@pytest.mark.parametrize("url", ["/cookie/", "/secret/", "/stream/"])
def test_a_page_that_turns_out_to_be_one_readers_own_is_not_kept(reader, settings, url):
    settings.ROOT_URLCONF = __name__
    made[:] = []
    answers = [reader.get(url) for _ in range(2)]
    assert [b"".join(answer) for answer in answers] == [b"1", b"2"]
    assert not any(answer.has_header("ETag") for answer in answers)


made = []


def number() -> str:
    """»1«, »2« …: how often a page has been made."""
    made.append(None)
    return f"{len(made)}"


@public_page()
def sets_a_cookie(request):
    response = HttpResponse(number())
    response.set_cookie("x", "1")
    return response


@never_cache
@public_page()
def is_secret(request):
    return HttpResponse(number())


@public_page()
def streams(request):
    return StreamingHttpResponse([number()])


urlpatterns = [path("cookie/", sets_a_cookie), path("secret/", is_secret), path("stream/", streams)]


# -- For whom --------------------------------------------------------------------------------------------------


def test_who_is_logged_in_gets_the_page_made_anew(reader):
    reader.get("/om/")
    reader.force_login(UserFactory(staff=True))
    response = reader.get("/om/")
    assert response["Cache-Control"] == "private, no-cache"
    assert not response.has_header("ETag")


@pytest.mark.parametrize(("name", "queries"), [("csrftoken", 3), ("messages", 3), ("_ga", 1)])
def test_only_cookies_of_our_own_matter(reader, name, queries):
    reader.get("/")
    reader.cookies[name] = "x"
    assert queries_of(lambda: reader.get("/")) == queries


def test_another_host_gets_nothing(reader):
    assert reader.get("/om/").status_code == 200
    assert reader.get("/om/", headers={"host": "ond.example.org"}).status_code == 400


def test_a_form_that_is_sent_to_a_page_is_refused_as_ever(reader):
    reader.get("/om/")
    assert reader.post("/om/").status_code == 405


# -- In which form ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0.1", "br"),
        ("gzip;q=0.000,br; q=0", ""),
        ("brotli", ""),
    ],
)
def test_the_best_encoding_that_is_accepted(accepted, encoding):
    assert encoding_for(accepted) == encoding


def in_every_form(reader: Client, url: str, **headers: str) -> dict:
    """What is answered in each form, which all hold the same page."""
    answers = {
        encoding: reader.get(url, headers={"accept-encoding": encoding, **headers})
        for encoding in ("identity", "gzip", "br")
    }
    plain = answers["identity"].content
    assert gzip.decompress(answers["gzip"].content) == plain
    assert brotli.decompress(answers["br"].content) == plain
    for encoding, answer in answers.items():
        assert answer.get("Content-Encoding", "identity") == encoding
        assert answer["Content-Length"] == str(len(answer.content))
    return answers


def test_every_form_holds_the_same_page(reader):
    answers = in_every_form(reader, "/om/")
    for answer in answers.values():
        assert answer["Vary"] == "Accept-Encoding, Cookie"
    assert len({answer["ETag"] for answer in answers.values()}) == 1


@pytest.mark.parametrize(("url", "cookie"), [("/om/", "csrftoken=et-svar-undervejs"), ("/soeg/?q=ide", "")])
def test_a_page_that_is_not_kept_comes_in_the_same_forms(reader, url, cookie):
    """It is made for one reader, and holds nobody's secret."""
    answers = in_every_form(reader, url, cookie=cookie)
    for encoding in ("gzip", "br"):
        assert "Accept-Encoding" in answers[encoding]["Vary"]


@pytest.mark.parametrize("url", ["/", "/soeg/?q=ide", "/arrangementer.ics", "/tal/ideer.csv"])
def test_who_has_the_page_is_told_so(reader, url):
    chain(1)
    first = reader.get(url)
    assert first["Cache-Control"] == "public, no-cache"
    for label in (first["ETag"], first["ETag"].removeprefix("W/"), f'"andet", {first["ETag"]}', "*"):
        again = reader.get(url, headers={"if-none-match": label})
        assert (again.status_code, again.content) == (304, b"")
        assert {name: again[name] for name in ("ETag", "Cache-Control", "Vary")} == {
            name: first[name] for name in ("ETag", "Cache-Control", "Vary")
        }
    assert reader.get(url, headers={"if-none-match": 'W/"andet"'}).status_code == 200


def test_who_has_the_page_costs_one_query(reader):
    label = reader.get("/")["ETag"]
    assert queries_of(lambda: reader.get("/", headers={"if-none-match": label})) == 1


def test_a_head_is_answered_as_a_get_without_its_body(reader):
    page = reader.get("/om/")
    head = reader.head("/om/")
    assert head.content == b""
    assert own_headers(head) == own_headers(page)


# -- Never old -------------------------------------------------------------------------------------------------


def changed(theme: Theme, **values) -> None:
    """A change, as it stands when its transaction has ended."""
    Theme.objects.filter(pk=theme.pk).update(**values)
    settled()


def test_a_change_is_seen_by_the_next_request(reader):
    theme = ThemeFactory(title="Før")
    settled()
    assert "Før" in reader.get("/temaer/").text
    changed(theme, title="Efter")
    assert "Efter" in reader.get("/temaer/").text
    changed(theme, publish_at=None)
    assert "Efter" not in reader.get("/temaer/").text


def test_an_embargo_ends_by_itself(reader):
    ends = timezone.now() + timedelta(days=2)
    NewsFactory(title="Nyt om vand", publish_at=ends)
    settled()
    with time_machine.travel(ends - timedelta(seconds=1), tick=False) as clock:
        assert "Nyt om vand" not in reader.get("/nyheder/").text
        clock.shift(timedelta(seconds=2))
        assert "Nyt om vand" in reader.get("/nyheder/").text


def test_registrations_make_the_page_of_an_event_anew_where_it_says_something_else(reader):
    event = EventFactory(capacity=20, registration_opens_at=timezone.now() - timedelta(days=1))
    settled()
    url = event.get_absolute_url()
    said = []
    for taken in (0, 5, 17, 18, 19, 20):
        Event.objects.filter(pk=event.pk).update(seats_taken=taken)
        settled()
        said.append(queries_of(lambda: reader.get(url)) > 1)
        event.refresh_from_db()
        assert event.fullness in reader.get(url).text
    assert said == [True, False, False, True, False, True]


def test_a_queue_makes_the_page_of_an_event_anew_where_what_is_free_is_for_those_who_wait(reader):
    event = open_event(capacity=4, group_rule=GroupRule.WAIT)
    come(event)
    settled()
    url = event.get_absolute_url()
    assert "Der er ledige pladser." in reader.get(url).text
    first, _behind = (come(event, 4, wait=True) for _ in range(2))
    settled()
    assert "Alle pladser er optaget." in reader.get(url).text
    cancel(first)
    settled()
    assert queries_of(lambda: reader.get(url)) == 1
    for registration in event.registrations.queue():
        cancel(registration)
    settled()
    assert "Der er ledige pladser." in reader.get(url).text


def test_a_party_that_waits_makes_the_page_of_an_event_anew_where_it_is_not_too_large_any_more(reader):
    event = open_event(capacity=5, group_rule=GroupRule.WAIT)
    come(event, 3)
    large = come(event, 6, wait=True)
    settled()
    url = event.get_absolute_url()
    assert "Der er ledige pladser." in reader.get(url).text
    behind = come(event, 3, wait=True)
    settled()
    assert "Alle pladser er optaget." in reader.get(url).text
    cancel(behind)
    settled()
    assert "Der er ledige pladser." in reader.get(url).text
    change(large, Wish(large.name, 4))
    settled()
    assert "Alle pladser er optaget." in reader.get(url).text


def test_what_changes_while_a_page_is_made_is_on_the_next(reader):
    theme = ThemeFactory(title="Før")
    settled()

    def change_after(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if 'FROM "panels_theme"' in spelt_out(sql) and not happened:
            happened.append(True)
            changed(theme, title="Efter")
        return result

    happened = []
    with connection.execute_wrapper(change_after):
        page = reader.get("/temaer/").text
    assert happened
    assert "Før" in page
    assert "Efter" in reader.get("/temaer/").text


# -- How much --------------------------------------------------------------------------------------------------


def page_of(size: int) -> KeptPage:
    return KeptPage("1", {}, {"br": b"x" * size})


def test_what_nobody_has_read_for_the_longest_goes_first():
    memory = Memory(100)
    for number in range(10):
        memory.keep(f"{number}", page_of(10))
    memory.get("0")
    memory.keep("10", page_of(10))
    memory.keep("2", page_of(5))
    assert list(memory.pages) == ["3", "4", "5", "6", "7", "8", "9", "0", "10", "2"]
    assert memory.size == 95


def test_a_page_that_would_take_the_place_of_many_is_not_kept():
    memory = Memory(100)
    memory.keep("a", page_of(10))
    memory.keep("a", page_of(11))
    assert (dict(memory.pages), memory.size) == ({}, 0)


def test_who_makes_addresses_up_pushes_out_what_nobody_else_asks_for(reader, settings):
    settings.PAGE_CACHE_BYTES = 120_000
    ThemeFactory()
    reader.get("/temaer/")
    for made_up in range(40):
        reader.get(f"/tilbud/?behov=opfundet-{made_up}")
        assert queries_of(lambda: reader.get("/temaer/")) == 1
    assert queries_of(lambda: reader.get("/tilbud/?behov=opfundet-39")) == 1
    assert queries_of(lambda: reader.get("/tilbud/?behov=opfundet-0")) > 1
