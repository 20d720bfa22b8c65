"""A real replica behind two portals: read where nobody can tell the difference, and in nobody's way."""

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import psycopg2
import pytest

from dev.replication import crash, promote, until
from tests.replicas.conftest import EVENT, SIGN_UP, Answer, Cluster, Portal

pytestmark = pytest.mark.django_db  # for the tables that the servers here are given
THREADS = 4  # of a portal, as deploy/gunicorn.conf.py has it where nothing else is said
OF_THE_EVENT = 'FROM "events_event"'
numbers = count()


def made_anew(portal: Portal, method: str = "GET") -> Answer:
    """The event's page by an address that nobody has asked for, so that no kept page answers."""
    return portal.ask(method, f"{EVENT}?nr={next(numbers)}")


def settled(cluster: Cluster, portals: list[Portal]) -> None:
    """Waits until both read from the standby again, after whatever another test did to it."""
    for portal in portals:
        until(
            lambda portal=portal: cluster.was_asked(cluster.standby, OF_THE_EVENT, lambda: made_anew(portal)),
            "The replica is not read.",
        )


def retitled(cluster: Cluster, title: str) -> str:
    cluster.ask("UPDATE events_event SET title = %s", title)
    return f"<h1>{title}</h1>"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_public_page_is_read_from_the_replica_alone(cluster, portals, method):
    settled(cluster, portals)
    portal = portals[0]
    assert not cluster.was_asked(cluster.primary, OF_THE_EVENT, lambda: made_anew(portal, method))
    assert cluster.was_asked(cluster.standby, OF_THE_EVENT, lambda: made_anew(portal, method))


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", SIGN_UP, {}),
        ("POST", SIGN_UP, {}),
        ("GET", f"{SIGN_UP}modtaget/", {}),
        ("GET", "/tilmelding/abc/", {}),
        ("GET", "/forhaandsvisning/abc/", {}),
        ("GET", "/meld-et-behov/", {}),
        ("GET", "/konto/log-ind/", {}),
        ("GET", "/admin/", {}),
        ("GET", EVENT, {"Cookie": f"sessionid={'a' * 32}"}),
    ],
)
def test_the_replica_hears_nothing_of_forms_registrations_and_staff(cluster, portals, method, path, headers):
    fields = [("name", "Anna")] if method == "POST" else None
    assert not cluster.was_asked(
        cluster.standby, "SELECT", lambda: portals[0].ask(method, path, fields, **headers)
    )


def test_a_change_is_seen_by_the_next_request_on_every_instance_while_the_replica_lags(cluster, portals):
    settled(cluster, portals)
    cluster.hold_back()
    for title in ("Flyttet", "Flyttet igen"):
        heading = retitled(cluster, title)
        assert [heading in portal.get(EVENT).text for portal in portals] == [True, True]
    lags = cluster.ask("SELECT title FROM events_event", of=cluster.standby)
    assert lags not in ("Flyttet", "Flyttet igen")  # or nothing is shown here


def test_a_replica_that_has_caught_up_is_read_again(cluster, portals):
    settled(cluster, portals)
    cluster.hold_back()
    heading = retitled(cluster, "Indhentet")
    assert cluster.was_asked(cluster.primary, OF_THE_EVENT, lambda: made_anew(portals[0]))
    cluster.mend()
    assert not cluster.was_asked(cluster.primary, OF_THE_EVENT, lambda: made_anew(portals[0]))
    assert heading in portals[0].get(EVENT).text


def test_a_replica_that_is_gone_is_not_missed_and_comes_back_by_itself(cluster, portals):
    settled(cluster, portals)
    crash(cluster.standby)
    heading = retitled(cluster, "Uden kopi")
    answers = [made_anew(portal) for portal in portals for _ in range(3)]
    assert [answer.status for answer in answers] == [200] * 6
    assert all(heading in answer.text for answer in answers)
    cluster.mend()
    settled(cluster, portals)


@contextlib.contextmanager
def locked(cluster: Cluster) -> Iterator[None]:
    """Nobody can read events, at the primary or at the standby."""
    with contextlib.closing(psycopg2.connect(cluster.primary.url)) as holder:
        holder.cursor().execute("LOCK TABLE events_event IN ACCESS EXCLUSIVE MODE")
        cluster.ask("UPDATE foundation_workerbeat SET name = name")
        cluster.ask("SELECT pg_switch_wal()")
        cluster.catch_up()
        yield


def test_a_replica_that_breaks_in_the_middle_of_a_page_costs_nobody_the_page(cluster, portals):
    settled(cluster, portals)
    waiting = "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND backend_type = 'client backend'"
    with ThreadPoolExecutor(1) as pool:
        with locked(cluster):
            answer = pool.submit(made_anew, portals[0])
            until(lambda: cluster.ask(f"SELECT count(*) {waiting}", of=cluster.standby) == 1, "Nobody waits.")
            cluster.ask(f"SELECT pg_terminate_backend(pid) {waiting}", of=cluster.standby)
        assert answer.result().status == 200
        assert "<h1>" in answer.result().text


def test_a_replica_that_leads_by_mistake_shows_nothing_old(cluster, portals):
    cluster.lead_by_the_first()
    settled(cluster, portals)
    promote(cluster.standby)
    heading = retitled(cluster, "Kun hos den rigtige")
    assert [heading in portal.get(EVENT).text for portal in portals] == [True, True]


def test_who_took_over_is_not_taken_for_the_replica(cluster, portals):
    settled(cluster, portals)
    for _ in range(THREADS):
        made_anew(portals[0])
    cluster.fail_over()
    cluster.mend()
    settled(cluster, portals)
    for _ in range(2 * THREADS):
        assert not cluster.was_asked(cluster.primary, OF_THE_EVENT, lambda: made_anew(portals[0]))


def test_a_failover_is_followed_by_every_instance_and_doubles_no_registration(cluster, portals):
    forms = [portal.filled_in(name) for portal, name in zip(portals, ("Dora", "Erik"), strict=True)]
    assert portals[0].send(forms[0]).status == 302
    cluster.catch_up()
    crash(cluster.primary)
    assert [portal.send(form).status for portal, form in zip(portals, forms, strict=True)] == [503, 503]
    cluster.fail_over()
    assert [portal.send(form).status for portal, form in zip(portals, forms, strict=True)] == [302, 302]
    assert [portal.get(EVENT).status for portal in portals] == [200, 200]
    registered = (
        "SELECT string_agg(name, ',' ORDER BY name) FROM events_registration WHERE name IN ('Dora', 'Erik')"
    )
    assert cluster.ask(registered) == "Dora,Erik"
    assert (
        cluster.ask("SELECT seats_taken - (SELECT count(*) FROM events_registration) FROM events_event") == 0
    )
