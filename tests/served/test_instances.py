"""Two instances on one database: what is changed, by whatever means, is on the next page of both."""

import contextlib
import http.client
import subprocess
import sys
import time
from types import SimpleNamespace
from urllib.parse import urlencode

import psycopg2
import pytest

from erhvervspanel.foundation.guarded_forms import FASTEST
from tests.forms import fields_of
from tests.served.conftest import ROOT


@pytest.fixture(scope="module")
def instances(portal, serve):
    return (portal, serve(CONN_MAX_AGE="600"))


@pytest.fixture
def run(own_database):
    """Runs one statement, committed at once, as somebody does at the database's own prompt; returns its first row."""
    with contextlib.closing(psycopg2.connect(own_database)) as connection:
        connection.autocommit = True

        def first(statement: str):
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchone() if cursor.description else None

        yield first


@pytest.fixture
def news(run):
    """A piece of news that both have shown already, and its address."""
    run("DELETE FROM portal_news WHERE slug = 'to-instanser'")
    run(
        "INSERT INTO portal_news (is_example, provenance, created_at, updated_at, publish_at, slug, title, summary, text)"
        " VALUES (true, '', now(), now(), now(), 'to-instanser', 'Før', 'Kort', '')"
    )
    yield "/nyheder/to-instanser/"
    run("DELETE FROM portal_news WHERE slug = 'to-instanser'")


def shown(instances, path: str) -> list[tuple[int, bool, bool]]:
    """Of each instance: the status, and whether the page says »Før« and »Efter«."""
    pages = [instance.get(path, **{"Accept-Encoding": "identity"}) for instance in instances]
    return [(page.status, "Før" in page.body.decode(), "Efter" in page.body.decode()) for page in pages]


BEFORE, AFTER, NOTHING = (200, True, False), (200, False, True), (404, False, False)


def test_a_correction_and_an_unpublishing_are_seen_by_both(instances, run, news):
    for _ in range(2):
        assert shown(instances, news) == [BEFORE] * 2
    run("UPDATE portal_news SET title = 'Efter' WHERE slug = 'to-instanser'")
    assert shown(instances, news) == [AFTER] * 2
    run("UPDATE portal_news SET publish_at = NULL WHERE slug = 'to-instanser'")
    assert shown(instances, news) == [NOTHING] * 2
    assert shown(instances, "/nyheder/") == [(200, False, False)] * 2


def test_an_embargo_ends_on_both(instances, run, news):
    run(
        "UPDATE portal_news SET publish_at = clock_timestamp() + interval '3 seconds' WHERE slug = 'to-instanser'"
    )
    assert shown(instances, "/nyheder/") == [(200, False, False)] * 2
    time.sleep(3)
    assert shown(instances, "/nyheder/") == [BEFORE] * 2
    assert shown(instances, news) == [BEFORE] * 2


def test_what_is_rolled_back_changes_nothing_and_what_is_half_done_is_not_shown(
    instances, own_database, news
):
    assert shown(instances, news) == [BEFORE] * 2
    labels = [instance.get(news).headers["etag"] for instance in instances]
    with contextlib.closing(psycopg2.connect(own_database)) as connection:
        connection.cursor().execute("UPDATE portal_news SET title = 'Efter' WHERE slug = 'to-instanser'")
        assert shown(instances, news) == [BEFORE] * 2
        connection.rollback()
    for instance, label in zip(instances, labels, strict=True):
        assert instance.get(news, **{"If-None-Match": label}).status == 304


def test_a_connection_that_the_database_has_ended_is_made_anew(instances, run, news):
    assert shown(instances, news) == [BEFORE] * 2
    for path in (news, "/temaer/", "/arrangementer/?side=1"):
        run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert [instance.get(path).status for instance in instances] == [200] * 2


def test_a_programme_that_is_loaded_is_seen_by_both(instances, run, environment):
    titles = [page_of(instance, "/temaer/2021/").split("<h1>")[1].split("</h1>")[0] for instance in instances]
    run("UPDATE panels_theme SET title = 'Et andet tema' WHERE year = 2021")
    assert ["<h1>Et andet tema</h1>" in page_of(instance, "/temaer/2021/") for instance in instances] == [
        True
    ] * 2
    command = [sys.executable, "manage.py", "load_programme", "--verbosity=0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    for instance, title in zip(instances, titles, strict=True):
        assert f"<h1>{title}</h1>" in page_of(instance, "/temaer/2021/")


@pytest.fixture
def event(run):
    """An event with one seat, open to all, like one of the sample's."""
    (columns,) = run(
        "SELECT string_agg(column_name, ', ') FROM information_schema.columns WHERE table_name = 'events_event'"
        " AND is_generated = 'NEVER' AND column_name NOT IN ('id', 'slug', 'capacity', 'seats_taken')"
    )
    run(
        f"INSERT INTO events_event ({columns}, slug, capacity, seats_taken)"  # noqa: S608 (names of columns)
        f" SELECT {columns}, 'to-instanser', 1, 0 FROM events_event ORDER BY starts_at LIMIT 1"
    )
    run(
        "UPDATE events_event SET starts_at = now() + interval '9 days', ends_at = now() + interval '10 days',"
        " registration_opens_at = now() - interval '1 day', registration_closes_at = NULL, cancelled_at = NULL,"
        " audience = 'open', publish_at = now() WHERE slug = 'to-instanser'"
    )
    yield "/arrangementer/to-instanser/"
    run("UPDATE events_event SET publish_at = NULL, slug = 'to-instanser-' || id WHERE slug = 'to-instanser'")


def test_a_registration_that_fills_the_event_is_seen_by_both(instances, event):
    for _ in range(2):
        assert ["Der er ledige pladser." in page_of(each, event) for each in instances] == [True] * 2
    sign_up(instances[0], f"{event}tilmelding/")
    assert ["Alle pladser er optaget." in page_of(each, event) for each in instances] == [True] * 2


def sign_up(instance, path: str) -> None:
    """Fills in the form, as slowly as a person at the least, looks it over, and sends it."""
    form = fields_of(SimpleNamespace(text=page_of(instance, path)))
    time.sleep(FASTEST.total_seconds() + 0.1)
    typed = {"name": ["Åse Øst"], "email": ["aase@example.org"], "places": ["1"]}
    status, page = post(instance, path, form | typed)
    assert (status, "Er det rigtigt?" in page) == (200, True)
    status, _ = post(instance, path, fields_of(SimpleNamespace(text=page)) | {"checked": ["1"]})
    assert status == 302


def post(instance, path: str, fields: dict[str, list[str]]) -> tuple[int, str]:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", instance.port, timeout=30)) as connection:
        connection.request("POST", path, urlencode(fields, doseq=True), headers)
        response = connection.getresponse()
        return response.status, response.read().decode()


def page_of(instance, path: str) -> str:
    return instance.get(path, **{"Accept-Encoding": "identity"}).body.decode()
