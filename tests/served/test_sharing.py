"""The web server's processes share what comes."""

import contextlib
import http.client
import os
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest

from dev.serve import end, web_command
from erhvervspanel.foundation.web_worker import PATIENCE
from tests.ports import free_port
from tests.served.conftest import ROOT

STARTS_WITHIN = 30  # seconds
GIVES_UP_AFTER = 15  # seconds, many times what everybody's turn takes
PROCESSES, THREADS = 2, 3


@pytest.fixture(scope="module")
def port():
    port = free_port()
    command = web_command(
        sys.executable, "127.0.0.1", port, workers=PROCESSES, application="tests.served.named_wsgi"
    )
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"WEB_THREADS": str(THREADS)})
    try:
        until_all_answer(port)
        yield port
    finally:
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
        connections = [
            http.client.HTTPConnection("127.0.0.1", port, timeout=GIVES_UP_AFTER) for _ in range(at_once)
        ]
        for connection in connections:
            stack.callback(connection.close)
            connection.request("GET", "/")
        return Counter(connection.getresponse().getheader("X-Process") for connection in connections)


def test_a_crowd_is_shared_evenly(port):
    rounds = []
    for _ in range(5):
        time.sleep(PATIENCE)  # until those of the round before are closed
        rounds.append(sorted(who_answers(port, PROCESSES * THREADS).values()))
    # Once a process may wake too late for what was left to it, on a machine that has more to do.
    assert rounds.count([THREADS] * PROCESSES) >= 4, rounds


def test_what_all_have_their_hands_full_for_is_answered_in_its_turn(port):
    answered = who_answers(port, 3 * PROCESSES * THREADS)
    assert answered.total() == 3 * PROCESSES * THREADS
    assert min(answered.values()) >= THREADS


def test_those_who_came_first_do_not_keep_the_others_out(port):
    crowd = [
        http.client.HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(3 * PROCESSES * THREADS)
    ]
    enough = threading.Event()

    def ask_again_and_again(connection):
        while not enough.is_set():
            connection.request("GET", "/")
            connection.getresponse().read()
        connection.close()

    askers = [threading.Thread(target=ask_again_and_again, args=[connection]) for connection in crowd]
    for asker in askers:
        asker.start()
    try:
        for _ in range(3):
            assert who_answers(port, 1).total() == 1
    finally:
        enough.set()
        for asker in askers:
            asker.join()
