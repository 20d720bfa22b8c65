"""The drill: two instances behind a balancer and a database with a standby, of which each part is lost in turn while people come.

In this order: an instance is killed; the standby is killed, and then made to lag; the primary is killed while a crowd registers, with
synchronous replication and without it. For each it is told who got no answer, for how long, and what must be 0.
"""

import contextlib
import http.client
import io
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg2
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from bench import audits
from bench.balancer import PROXIES, balancer
from bench.crowd import Outcome
from bench.readers import Reading, readers
from bench.registrations import come, new_event, show
from bench.served import Portal, portal, wait_for
from dev.console import ROOT, say
from dev.postgresql import DURABLE, Server
from dev.replication import address, crash, follow, promote, until
from dev.serve import end, web_command
from erhvervspanel.foundation.models import MailState, OutgoingMail
from erhvervspanel.foundation.replicas import RETRY_AFTER
from events.models import Event
from tests.ports import free_port

WEB_WORKERS = 2  # of each instance
PEOPLE = 400  # who register while the primary is lost
FEW = 300  # while an instance is
CLIENTS = 24  # of them at once
BEFORE = 60  # registrations before something is lost
DECIDES_IN = 2.0  # seconds until somebody, or something, has decided that the primary is gone
BEHIND = 1.0  # seconds that the standby hears nothing before the primary is lost, where nobody waits for it
RESTS = 4.0  # seconds of reading
COMES_WITHIN = 300  # seconds, in which all have fetched the form first
PUBLISHES = 20
# What the world knows and the standby may not, where nobody waits for it.
AHEAD_OF_THE_STANDBY = ("confirmed but lost", "mails doubled")
DRAINED_WITHIN = 660  # seconds; the lease of a mail that nobody knows of runs for 600


@dataclass
class Site:
    """What the drill takes apart.

    Attributes:
        first: an instance with the mail workers; it is left alone.
        second: an instance that can be killed, and its port.
        port: the balancer's.
    """

    primary: Server
    standby: Server
    first: Portal
    second: subprocess.Popen
    second_port: int
    port: int

    def start_second(self) -> None:
        self.second = web(self.second_port)


def measure() -> dict:
    """What became of the readers and the registered in each part of the drill."""
    hosts = parse_qs(urlsplit(os.environ["DATABASE_URL"]).query)["host"]
    primary = Server(Path(hosts[0]), DURABLE)
    standby = Server(primary.home.with_name("standby"), DURABLE)
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("load_programme", stdout=io.StringIO())
    follow(primary, standby)
    results = {}
    with site(primary, standby) as drilled:
        for name, part in PARTS.items():
            say(name)
            results[name] = part(drilled)
    for name, told in results.items():  # once the portals, which say what they miss, are silent
        say(f"\n{name}")
        show(told)
    return results


@contextlib.contextmanager
def site(primary: Server, standby: Server) -> Iterator[Site]:
    url = address(primary, standby)
    lead_to(url)
    os.environ["REPLICA_DATABASE_URL"] = url.replace("read-write", "standby")
    os.environ["BEHIND_PROXY"] = PROXIES
    with portal(web_workers=WEB_WORKERS, BEHIND_PROXY=PROXIES) as first:
        port = free_port()
        drilled = Site(primary, standby, first, web(port), port, 0)
        try:
            wait_for(port)
            with balancer(first.port, port) as drilled.port:
                yield drilled
        finally:
            end(drilled.second)
            crash(drilled.standby)
            crash(drilled.primary)


def lead_to(url: str) -> None:
    """From here on, this process and all that it starts look for the server that takes writes."""
    os.environ["DATABASE_URL"] = url
    connection.close()
    hosts = parse_qs(urlsplit(url).query)["host"][0]
    connection.settings_dict["OPTIONS"] |= {"host": hosts, "target_session_attrs": "read-write"}


def web(port: int) -> subprocess.Popen:
    command = web_command(sys.executable, "127.0.0.1", port, workers=WEB_WORKERS)
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True)  # noqa: S603 (our own)


# -- The parts -------------------------------------------------------------------------------------------------


def at_rest(drilled: Site) -> dict:
    """Nothing is lost: who is asked how much."""
    before = statements(drilled)
    with readers(drilled.port) as reading:
        time.sleep(RESTS)
    time.sleep(1.5)  # the servers tell of what they did with a delay
    after = statements(drilled)
    primary, standby = (late - early for late, early in zip(after, before, strict=True))
    return read(reading) | {
        "statements at the primary": primary,
        "statements at the replica": standby,
        "faults": {"answers that failed": reading.failed},
    }


def instance_killed(drilled: Site) -> dict:
    """`kill -9` of one of two instances under load, and its return."""
    event = new_event("instans")
    with readers(drilled.port) as reading, crowd(drilled.port, event, FEW) as coming:
        registrations(event, BEFORE)
        os.killpg(drilled.second.pid, signal.SIGKILL)
        drilled.second.wait()
        time.sleep(2)
        drilled.start_second()
        outcome = coming.result()
    last_mail(drilled)
    return (
        read(reading)
        | posts(outcome)
        | {
            "faults": {"answers to readers that failed": reading.failed}
            | faults(drilled, event, outcome, FEW)
        }
    )


def replica_killed(drilled: Site) -> dict:
    """The standby is lost, and comes back."""
    with readers(drilled.port) as reading:
        time.sleep(1)
        crash(drilled.standby)
        time.sleep(RESTS)
        drilled.standby.start()
        back = seconds_until(lambda: reads_again(drilled))
    return read(reading) | {
        "read again after s": back,
        "faults": {"answers that failed": reading.failed},
    }


def replica_lagging(drilled: Site) -> dict:
    """The standby shows nothing new while things are published."""
    event = new_event("forsinket")
    time.sleep(RETRY_AFTER)
    ask(drilled.standby, "SELECT pg_wal_replay_pause()")
    stale = 0
    with readers(drilled.port) as reading:
        for number in range(PUBLISHES):
            title = f"Udgave nr. {number}"
            Event.objects.filter(pk=event.pk).update(title=title)
            for port in (drilled.first.port, drilled.second_port):
                stale += f"<h1>{title}</h1>" not in page(port, event.get_absolute_url())
    known = "SELECT count(*) FROM events_event WHERE title LIKE 'Udgave%'"
    behind = ask(drilled.primary, known) - ask(drilled.standby, known)
    ask(drilled.standby, "SELECT pg_wal_replay_resume()")
    return read(reading) | {
        "publishes, each read at both instances": PUBLISHES,
        "faults": {
            "replica that was not behind": 1 - behind,
            "pages that were old": stale,
            "answers that failed": reading.failed,
        },
    }


def primary_lost_in_step(drilled: Site) -> dict:
    """The primary is lost, and every commit had waited for the standby."""
    ask(drilled.primary, "ALTER SYSTEM SET synchronous_standby_names = '*'")
    ask(drilled.primary, "SELECT pg_reload_conf()")
    until(
        lambda: ask(drilled.primary, "SELECT sync_state FROM pg_stat_replication") == "sync",
        "Kopien følger ikke med.",
    )
    event = new_event("i-takt")
    told = primary_lost(drilled, event, lambda: None)
    # What was told to citizens must be there, and what was sent must be known.
    told["faults"] |= {name: told.pop(name) for name in AHEAD_OF_THE_STANDBY}
    return told


def primary_lost_behind(drilled: Site) -> dict:
    """The same where nobody waits for the standby, which has heard nothing for a second. The control: here something must be lost."""

    def fall_behind() -> None:
        ask(drilled.standby, "ALTER SYSTEM SET primary_conninfo = ''")
        ask(drilled.standby, "SELECT pg_reload_conf()")
        time.sleep(BEHIND)

    return primary_lost(drilled, new_event("bagud"), fall_behind)


def primary_lost(drilled: Site, event: Event, before: Callable[[], None]) -> dict:
    """A crowd registers, the primary is killed, the standby takes over, and the old primary comes back as the new one's standby."""
    with readers(drilled.port) as reading, crowd(drilled.port, event, PEOPLE) as coming:
        registrations(event, BEFORE)
        before()
        lost_at = time.time()
        crash(drilled.primary)
        time.sleep(DECIDES_IN)
        promoting = time.time()
        promote(drilled.standby)
        promoted_at = time.time()
        drilled.primary, drilled.standby = drilled.standby, drilled.primary
        connection.close()
        had = event.registrations.count()
        again = seconds_until(lambda: event.registrations.count() > had)
        outcome = coming.result()
    connection.close()
    drained = last_mail(drilled)
    follow(drilled.primary, drilled.standby)
    troubles = reading.troubles + outcome.troubles
    kept = set(event.registrations.values_list("email", flat=True))
    found = faults(drilled, event, outcome, PEOPLE)
    lost = len(set(outcome.registered) - kept)
    return (
        read(reading)
        | posts(outcome)
        | {
            "decided after s": promoting - lost_at,
            "promoted in s": promoted_at - promoting,
            "first registration after promotion s": again,
            "last 5xx after the loss s": max((at for at, _ in troubles), default=lost_at) - lost_at,
            "last mail after s": drained,
            "confirmed but lost": lost,
            "mails doubled": found.pop("mails doubled"),
            "faults": found | {"5xx before the loss": sum(at < lost_at for at, _ in troubles)},
        }
    )


PARTS = {
    "nothing lost": at_rest,
    "an instance killed": instance_killed,
    "the replica killed": replica_killed,
    "the replica lagging": replica_lagging,
    "the primary lost, synchronous": primary_lost_in_step,
    "the primary lost, asynchronous and 1 s behind": primary_lost_behind,
}


# -- The crowd, and what is waited for -------------------------------------------------------------------------


@contextlib.contextmanager
def crowd(port: int, event: Event, many: int) -> Iterator[Future[Outcome]]:
    """People who register while the body runs, which waits for them."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(come, port, event, many, clients=CLIENTS)


def registrations(event: Event, many: int) -> None:
    until(lambda: event.registrations.count() >= many, "Der kommer ingen tilmeldinger.", within=COMES_WITHIN)


def seconds_until(holds: Callable[[], bool]) -> float:
    started = time.monotonic()
    until(holds, "Det bliver ikke til noget igen.")
    return time.monotonic() - started


def last_mail(drilled: Site) -> float:
    """Waits until every mail has gone, those included whose worker never heard that it had them. Returns the seconds."""
    started = time.monotonic()
    while OutgoingMail.objects.filter(state=MailState.QUEUED, next_attempt_at__lte=timezone.now()).exists():
        if time.monotonic() - started > DRAINED_WITHIN:
            sys.exit("The outbox is not emptied.")
        time.sleep(0.2)
    return time.monotonic() - started


def page(port: int, path: str) -> str:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as asked:
        asked.request("GET", path)
        return asked.getresponse().read().decode()


def ask(server: Server, statement: str):
    """The first value that `statement` gives at `server`."""
    with contextlib.closing(psycopg2.connect(server.url)) as asked:
        asked.autocommit = True
        cursor = asked.cursor()
        cursor.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


def statements(drilled: Site) -> list[int]:
    """How many statements each server has answered."""
    counted = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
    return [ask(server, counted) for server in (drilled.primary, drilled.standby)]


def reads_again(drilled: Site) -> bool:
    """Whether somebody but us has asked the standby something."""
    portals = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    with contextlib.suppress(psycopg2.Error):
        return ask(drilled.standby, portals) > 0
    return False


# -- The figures -----------------------------------------------------------------------------------------------


def read(reading: Reading) -> dict:
    return {
        "reads": sum(reading.statuses.values()),
        "read statuses": {str(status): times for status, times in sorted(reading.statuses.items())},
        "slowest read s": reading.slowest,
    }


def posts(outcome: Outcome) -> dict:
    """What the crowd met."""
    return {
        "post statuses": dict(sorted(outcome.statuses.items())),
        "slowest post s": max(outcome.times),
        "told that they are in": len(outcome.registered),
        "5xx to the crowd": len(outcome.troubles),
    }


def faults(drilled: Site, event: Event, outcome: Outcome, many: int) -> dict[str, int]:
    """What must be 0."""
    doubled = Counter(event.registrations.values_list("email", flat=True))
    mails = audits.lost_and_doubled(event, drilled.first.mails)
    return {
        "people whom nobody answered": many - len(set(outcome.registered)),
        "registrations doubled": sum(times - 1 for times in doubled.values()),
        "seats oversold": audits.oversold(event),
        "counters that are wrong": audits.wrong_counters(),
        "got past the queue": audits.out_of_order(event),
        "mails lost": mails["lost"],
        "mails doubled": mails["doubled"],
    }
