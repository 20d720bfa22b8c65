"""The portal is stopped and restarted while people use it. Nobody sees it."""

import contextlib
import http.client
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from dev.serve import web_command
from tests.served.conftest import ROOT
from tests.served.crowd import Crowd, ask

ANSWERS_WITHIN = 60  # seconds


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

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWERS_WITHIN)

    def until_it_answers(self) -> "HeldPortal":
        with contextlib.closing(self.connect()) as connection:
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


def test_a_restart_on_a_held_socket_drops_nothing(held):
    first = held().until_it_answers()
    with Crowd(first.connect) as crowd:
        first.end()
        second = held()
        crowd.wait_for(20)
    crowd.assert_served()
    assert first.process.pid != second.process.pid


def test_a_reload_drops_nothing_and_serves_with_fresh_processes(held):
    portal = held().until_it_answers()
    before = portal.workers()
    with Crowd(portal.connect) as crowd:
        portal.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + ANSWERS_WITHIN
        while portal.workers() & before or not portal.workers():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        crowd.wait_for(20)
    crowd.assert_served()
    assert not portal.workers() & before


def test_a_worker_that_makes_room_for_a_fresh_one_drops_nothing(held):
    portal = held(WEB_MAX_REQUESTS="20").until_it_answers()
    before = portal.workers()
    with Crowd(portal.connect) as crowd:
        crowd.wait_for(60)
    assert portal.workers() != before
    crowd.assert_served()


def test_what_was_taken_before_a_stop_is_answered(held, own_database):
    """A page waits for a lock while the portal is told to stop; it is answered whole, and the portal ends after it."""
    portal = held().until_it_answers()
    with contextlib.closing(psycopg2.connect(own_database)) as other:
        other.cursor().execute("LOCK TABLE ideas_idea IN ACCESS EXCLUSIVE MODE")
        with contextlib.closing(portal.connect()) as connection:
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
