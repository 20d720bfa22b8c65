"""The web server's processes share what comes."""

import contextlib
import http.client
import os
import subprocess
import sys
import time
from collections import Counter

import pytest

from dev.serve import end, web_command
from tests.ports import free_port
from tests.served.conftest import ROOT

STARTS_WITHIN = 30  # seconds
PROCESSES, THREADS = 2, 3


@pytest.fixture(scope="module")
def port():
    port = free_port()
    command = web_command(
        sys.executable, "127.0.0.1", port, workers=PROCESSES, application="tests.served.named_wsgi"
    )
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"WEB_THREADS": str(THREADS)})
    until_all_answer(port)
    yield port
    end(process)


def until_all_answer(port: int) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if len(who_answers(port, 2 * PROCESSES * THREADS)) == PROCESSES:
                return
    raise AssertionError("The processes did not all start.")


def who_answers(port: int, at_once: int) -> Counter:
    """How many of the requests, which come together, each process answered."""
    with contextlib.ExitStack() as stack:
        connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(at_once)]
        for connection in connections:
            stack.callback(connection.close)
            connection.request("GET", "/")
        return Counter(connection.getresponse().getheader("X-Process") for connection in connections)


def test_a_crowd_is_shared_evenly(port):
    for _ in range(3):
        assert sorted(who_answers(port, PROCESSES * THREADS).values()) == [THREADS] * PROCESSES


def test_what_all_have_their_hands_full_for_is_answered_in_its_turn(port):
    answered = who_answers(port, 3 * PROCESSES * THREADS)
    assert answered.total() == 3 * PROCESSES * THREADS
    assert min(answered.values()) >= THREADS
