"""The portal is stopped and restarted while people use it. Nobody sees it."""

import contextlib
import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

import psycopg2
import pytest

from dev.serve import web_command
from tests.served.conftest import ROOT

ANSWERS_WITHIN = 60  # seconds
# What the clients ask for: a page with the database, one without, and a form that is sent (the address is unknown: a page says so).
ASKED = (("GET", "/ideer/2021-07/"), ("GET", "/livez"), ("POST", "/tilmelding/find/"))


@pytest.fixture
def listener():
    """A listening socket that somebody else holds, as systemd does."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as held:
        held.set_inheritable(True)
        yield held


class HeldPortal:
    """The portal on a socket that outlives it."""

    def __init__(self, environment, listener, *, workers: int = 1, **settings: str):
        self.port = listener.getsockname()[1]
        settings = environment | {"SITE_URL": f"http://127.0.0.1:{self.port}", "LISTEN_FDS": "1"} | settings
        # What systemd does to hand a socket over: it is file 3, and two variables tell of it.
        script = 'eval "exec 3<&$0"; LISTEN_PID=$$ exec "$@"'
        command = web_command(sys.executable, "127.0.0.1", 1, workers=workers)
        self.process = subprocess.Popen(
            ["bash", "-c", script, str(listener.fileno()), *command],
            cwd=ROOT,
            env=settings,
            pass_fds=[listener.fileno()],
        )

    def workers(self) -> set[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return set(map(int, path.read_text().split()))

    def until_it_answers(self) -> "HeldPortal":
        with contextlib.closing(connection_to(self.port)) as connection:
            ask(connection, "GET", "/livez")
        return self

    def end(self) -> None:
        self.process.terminate()
        assert self.process.wait(ANSWERS_WITHIN) == 0


@pytest.fixture
def held(environment, listener):
    """Starts the portal on the held socket."""
    started = []

    def start(**options) -> HeldPortal:
        started.append(HeldPortal(environment, listener, **options))
        return started[-1]

    yield start
    for portal in started:
        if portal.process.poll() is None:
            portal.end()


def connection_to(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWERS_WITHIN)


def ask(connection: http.client.HTTPConnection, method: str, path: str) -> tuple[int, bool]:
    """The answer's status, and whether the server keeps the connection. Raises where a request is not answered whole."""
    body = urlencode({"email": "ingen@example.org"}) if method == "POST" else None
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status, not answer.will_close


class Crowd:
    """Clients who ask, one request after the other, until they are called home; at most `most` each.

    Half of them keep their connection as long as the server does, as a proxy would.
    """

    def __init__(self, port: int, clients: int = 3, most: int = 2_000):
        self.port, self.most = port, most
        self.answered, self.failures = Counter(), []
        self.home = threading.Event()
        self.threads = [threading.Thread(target=self.use, args=(number,)) for number in range(clients)]

    def use(self, number: int) -> None:
        with contextlib.closing(connection_to(self.port)) as connection:  # which connects again by itself
            for turn in range(self.most):
                if self.home.is_set():
                    return
                method, path = ASKED[(turn + number) % len(ASKED)]
                try:
                    status, kept = ask(connection, method, path)
                    self.answered[method, path, status] += 1
                except (OSError, http.client.HTTPException) as error:
                    self.failures.append(repr(error))
                    kept = False
                if not kept or number % 2:
                    connection.close()

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        self.wait_for(10)
        return self

    def wait_for(self, more: int) -> None:
        """Until `more` requests more were answered."""
        enough = self.answered.total() + more
        deadline = time.monotonic() + ANSWERS_WITHIN
        while self.answered.total() < enough:
            assert time.monotonic() < deadline, self.failures
            time.sleep(0.01)

    def __exit__(self, *error):
        self.home.set()
        for thread in self.threads:
            thread.join()


def assert_served(crowd: Crowd) -> None:
    assert crowd.failures == []
    assert set(crowd.answered) == {
        ("GET", "/ideer/2021-07/", 200),
        ("GET", "/livez", 200),
        ("POST", "/tilmelding/find/", 200),
    }


def test_a_restart_on_a_held_socket_drops_nothing(held):
    first = held().until_it_answers()
    with Crowd(first.port) as crowd:
        first.end()
        second = held()
        crowd.wait_for(20)
    assert_served(crowd)
    assert first.process.pid != second.process.pid


def test_a_reload_drops_nothing_and_serves_with_fresh_processes(held):
    portal = held().until_it_answers()
    before = portal.workers()
    with Crowd(portal.port) as crowd:
        portal.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + ANSWERS_WITHIN
        while portal.workers() & before or not portal.workers():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        crowd.wait_for(20)
    assert_served(crowd)
    assert not portal.workers() & before


def test_a_worker_that_makes_room_for_a_fresh_one_drops_nothing(held):
    portal = held(WEB_MAX_REQUESTS="20").until_it_answers()
    before = portal.workers()
    with Crowd(portal.port) as crowd:
        crowd.wait_for(60)
    assert portal.workers() != before
    assert_served(crowd)


def test_what_was_taken_before_a_stop_is_answered(held, own_database):
    """A page waits for a lock while the portal is told to stop; it is answered whole, and the portal ends after it."""
    portal = held().until_it_answers()
    with contextlib.closing(psycopg2.connect(own_database)) as other:
        other.cursor().execute("LOCK TABLE ideas_idea IN ACCESS EXCLUSIVE MODE")
        with contextlib.closing(connection_to(portal.port)) as connection:
            connection.request("GET", "/ideer/2021-07/")
            wait_until_it_waits(own_database)
            portal.process.terminate()
            with pytest.raises(subprocess.TimeoutExpired):
                portal.process.wait(1)
            other.rollback()
            answer = connection.getresponse()
            assert answer.status == 200
            assert answer.read().endswith(b"</html>\n")
    assert portal.process.wait(ANSWERS_WITHIN) == 0


def wait_until_it_waits(database: str) -> None:
    """Until somebody in `database` waits for a lock."""
    deadline = time.monotonic() + ANSWERS_WITHIN
    with contextlib.closing(psycopg2.connect(database)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("Nobody waits.")
