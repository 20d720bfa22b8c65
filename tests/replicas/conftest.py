"""A primary with a standby that follows it, and portals that use both."""

import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import psycopg2
import pytest
from django.db import connection
from django.utils import timezone

from dev.postgresql import Server, find_programs
from dev.replication import address, crash, follow, promote, until
from dev.serve import web_command
from events.models import Event
from tests.factories import EventFactory
from tests.ports import free_port
from tests.replicas.wire import Wire

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = ("-cfsync=off", "-clog_statement=all")  # a log of who was asked what
EVENT = "/arrangementer/konferencen/"
SIGN_UP = f"{EVENT}tilmelding/"
LONGER_THAN_A_ROBOT = 2.1  # seconds between fetching a form and sending it


@dataclass
class Cluster:
    """Two servers, of which one leads. After a failover it is the other one."""

    primary: Server
    standby: Server

    def __post_init__(self):
        self.first = self.primary

    def ask(self, statement: str, *values, of: Server | None = None):
        """The first value that `statement` gives, at the primary where nothing else is said."""
        with contextlib.closing(psycopg2.connect((of or self.primary).url)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return cursor.fetchone()[0] if cursor.description else None

    def catch_up(self) -> None:
        """Waits until the standby has all that the primary has written."""
        position = self.ask("SELECT pg_current_wal_lsn()")
        until(
            lambda: self.ask("SELECT pg_last_wal_replay_lsn() >= %s", position, of=self.standby),
            "The standby does not follow.",
        )

    def hold_back(self) -> None:
        """Lets the standby receive what is written and show none of it."""
        self.ask("SELECT pg_wal_replay_pause()", of=self.standby)
        paused = "SELECT pg_get_wal_replay_pause_state() = 'paused'"
        until(lambda: self.ask(paused, of=self.standby), "The standby does not pause.")

    def fail_over(self) -> None:
        crash(self.primary)
        promote(self.standby)
        self.primary, self.standby = self.standby, self.primary

    def lead_by_the_first(self) -> None:
        """Lets the server lead that the portals' address names first: where two lead, new connections go there."""
        if self.primary is not self.first:
            self.fail_over()
            self.mend()

    def mend(self) -> None:
        """Both servers run, and the standby follows."""
        self.primary.start()
        if not (self.standby.answers() and self.ask("SELECT pg_is_in_recovery()", of=self.standby)):
            crash(self.standby)
            follow(self.primary, self.standby)
        self.ask("SELECT pg_wal_replay_resume()", of=self.standby)
        self.catch_up()

    def was_asked(self, server: Server, about: str, what: Callable[[], object]) -> bool:
        """Whether `server` got a statement with `about` in it while `what` was done."""
        before = server.log.stat().st_size
        what()
        with server.log.open("rb") as log:
            log.seek(before)
            return about.encode() in log.read()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str


@dataclass(frozen=True)
class Portal:
    port: int

    def ask(self, method: str, path: str, fields: list[tuple[str, str]] | None = None, **headers) -> Answer:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            body = urlencode(fields) if fields is not None else None
            form = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
            connection.request(method, path, body, form | headers)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read().decode())

    def get(self, path: str, **headers) -> Answer:
        return self.ask("GET", path, **headers)

    def filled_in(self, name: str) -> list[tuple[str, str]]:
        """A form, fetched and filled in as slowly as a person does it, ready to register."""
        page = self.get(SIGN_UP).text
        token = re.search(r'name="form_token"[^>]*value="([^"]+)"', page)[1]
        time.sleep(LONGER_THAN_A_ROBOT)
        person = {"name": name, "email": f"{name.lower()}@example.org", "places": "1", "organisation": ""}
        return [*person.items(), ("form_token", token), ("checked", "1")]

    def send(self, form: list[tuple[str, str]]) -> Answer:
        return self.ask("POST", SIGN_UP, form)


@pytest.fixture(scope="session")
def servers() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="ep-"))
    folder.chmod(0o755)  # root's server runs as another user
    one, other = Server(folder / "a", OPTIONS), Server(folder / "b", OPTIONS)
    try:
        one.start()
        yield Cluster(one, other)
    finally:
        for server in (one, other):
            crash(server)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def environment(servers, django_db_setup, django_db_blocker) -> dict[str, str]:
    """The settings of a portal on these servers, which hold an event that one can register for."""
    now = timezone.now()
    conference = EventFactory.build(
        title="Konferencen",
        slug="konferencen",
        capacity=100,
        confirms_email=False,
        registration_opens_at=now - timedelta(days=1),
        starts_at=now + timedelta(days=30),
        ends_at=now + timedelta(days=30, hours=3),
        publish_at=now - timedelta(days=2),
        venue=None,
    )
    with django_db_blocker.unblock():
        [conference] = Event.objects.bulk_create([conference])  # without history, to leave no trace here
        copy_tables(servers.primary)
        Event.objects.filter(pk=conference.pk)._raw_delete("default")
    follow(servers.primary, servers.standby)
    url = address(servers.primary, servers.standby)
    replica = url.replace("read-write", "standby")
    return os.environ | {"DATABASE_URL": url, "REPLICA_DATABASE_URL": replica, "CONN_MAX_AGE": "600"}


def copy_tables(server: Server) -> None:
    """The tables of the tests' own database, as they are before any test: to migrate anew takes a minute."""
    programs = find_programs()
    url = os.environ["DATABASE_URL"].replace("/erhvervspanel?", f"/{connection.settings_dict['NAME']}?")
    with tempfile.TemporaryFile() as dump:
        subprocess.run([programs / "pg_dump", "--no-owner", url], stdout=dump, check=True)  # noqa: S603 (PostgreSQL's)
        dump.seek(0)
        restore = [programs / "psql", "--quiet", "--set=ON_ERROR_STOP=1", server.url]
        subprocess.run(restore, stdin=dump, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 (the same)


@pytest.fixture(scope="session")
def serve(environment) -> Iterator[Callable[..., Portal]]:
    """Starts a portal, as one process, so that what it has found out about the replica holds for each request."""
    with contextlib.ExitStack() as stack:

        def start(**settings: str) -> Portal:
            port = free_port()
            command = web_command(
                sys.executable, "127.0.0.1", port, workers=1, application="tests.replicas.application"
            )
            run = {"cwd": ROOT, "env": environment | settings, "start_new_session": True}
            process = subprocess.Popen(command, **run)  # noqa: S603 (our own)
            stack.callback(process.wait)
            stack.callback(os.killpg, process.pid, signal.SIGKILL)
            until(lambda: listens(port), "The portal does not answer.")
            return Portal(port)

        yield start


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@pytest.fixture(scope="session")
def portals(serve) -> list[Portal]:
    """Two instances that know nothing of each other."""
    return [serve(), serve()]


@pytest.fixture(scope="session")
def wire(servers) -> Iterator[Wire]:
    made = Wire(lambda: str(servers.primary.sockets / ".s.PGSQL.5432"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def wired(serve, wire, environment) -> Portal:
    """A portal whose words with the database go over the wire."""
    return serve(
        DATABASE_URL=f"postgres://erhvervspanel@127.0.0.1:{wire.port}/erhvervspanel", REPLICA_DATABASE_URL=""
    )


@pytest.fixture
def cluster(servers, environment) -> Iterator[Cluster]:
    """The servers, whole before a test and after it."""
    servers.mend()
    yield servers
    servers.mend()
