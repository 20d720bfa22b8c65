"""What the real processes tell of a person who goes through the portal, and what they count meanwhile."""

import contextlib
import gzip
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, urlencode

import brotli
import psycopg2
import pytest

from bench.processor import children
from tests.mail_server import MailServer
from tests.ports import free_port
from tests.served.canary import CPR, EMAIL, NAME
from tests.served.conftest import ROOT, Portal

TOKEN = "kun-til-prometheus-8f1d27c4"
UUID = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
WORKERS = 2
UNPACKED = {"br": brotli.decompress, "gzip": gzip.decompress}


class ErrorService(ThreadingHTTPServer):
    """A service that takes envelopes, as Sentry's do, and keeps them."""

    def __init__(self):
        self.headers: list[str] = []
        self.envelopes: list[str] = []
        super().__init__(("127.0.0.1", 0), ErrorHandler)
        self.dsn = f"http://noegle@127.0.0.1:{self.server_address[1]}/1"

    def events(self) -> list[dict]:
        """What was sent: the third line of an envelope of one item."""
        return [json.loads(envelope.splitlines()[2]) for envelope in self.envelopes]


class ErrorHandler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        text = UNPACKED[self.headers["Content-Encoding"]](body)
        self.server.headers.append(f"{self.path} {self.headers}")
        self.server.envelopes.append(text.decode())
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *arguments):
        """Nothing: pytest has the terminal."""


@dataclass
class Walk:
    """A person's way through the portal, and what was told of it.

    Attributes:
        answers: status and text of each page, by a name for it.
        secrets: what only the person is to know.
        worker: what the worker wrote to stderr.
    """

    portal: Portal
    errors: ErrorService
    counts: object
    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    worker: str = ""

    @property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.portal.log.read_text().splitlines()]

    def ask(self, name: str, path: str, data: dict | None = None, **headers: str) -> http.client.HTTPResponse:
        with contextlib.closing(
            http.client.HTTPConnection("127.0.0.1", self.portal.port, timeout=60)
        ) as connection:
            body = None if data is None else urlencode(data)
            form = {} if data is None else {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("GET" if data is None else "POST", path, body, form | headers)
            response = connection.getresponse()
            self.answers[name] = response.status, response.read().decode()
            return response

    def figures(self) -> dict[str, float]:
        self.ask("figures", "/metrics", Authorization=f"Bearer {TOKEN}")
        status, text = self.answers["figures"]
        assert status == 200
        samples = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, _, value in samples}


@pytest.fixture(scope="module")
def errors() -> Iterator[ErrorService]:
    with ErrorService() as service:
        threading.Thread(target=service.serve_forever, daemon=True).start()
        yield service
        service.shutdown()


@pytest.fixture(scope="module")
def walk(serve, environment, own_database, errors, tmp_path_factory) -> Walk:
    forget_mails(own_database)
    counts = tmp_path_factory.mktemp("counts")
    settings = {
        "DEMO": "false",
        "BEHIND_PROXY": "1",
        "SLOW_QUERY_MS": "50",
        "METRICS_TOKEN": TOKEN,
        "PROMETHEUS_MULTIPROC_DIR": str(counts),
        "SENTRY_DSN": errors.dsn,
    }
    walk = Walk(serve("tests.served.canary_wsgi", workers=WORKERS, **settings), errors, counts)
    go(walk)
    walk.worker = send_mails(environment | settings)
    wait_until(lambda: len(errors.events()) >= 5)
    return walk


def forget_mails(database: str) -> None:
    """Takes away those that other tests have left in the queue: the walk's worker would try to send them too."""
    with (
        contextlib.closing(psycopg2.connect(database)) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM foundation_outgoingmail")


def go(walk: Walk) -> None:
    cookies = "".join(walk.ask("prepared", "/proeve/forbered/").headers.get_all("Set-Cookie"))
    told = json.loads(walk.answers["prepared"][1])
    session = re.search("sessionid=([^;]+)", cookies)[1]
    walk.secrets += [told["token"], told["form_token"], session]
    typed = {
        "name": NAME,
        "email": EMAIL,
        "places": 1,
        "organisation": "",
        "form_token": told["form_token"],
        "checked": 1,
    }
    sign_up = f"{told['event']}tilmelding/"
    walk.ask("form", f"{sign_up}?invitation={told['token']}")
    walk.ask("refused", sign_up, typed | {"name": f"{NAME} {CPR}"})
    walk.ask("registered", sign_up, typed)
    personal = f"/tilmelding/{told['token']}/"
    walk.ask("personal page", personal, **{"X-Request-ID": UUID})
    walk.ask("data", f"{personal}oplysninger/")
    walk.ask("wrong link", f"{personal[:-2]}x/")
    walk.ask("no such page", f"/kontakt/{quote(EMAIL)}/")
    walk.ask("odd host", f"/?q={quote(NAME)}", Host=f"{EMAIL.split('@')[0]}.example.org")
    for query in (EMAIL, NAME, CPR):
        walk.ask("search", f"/admin/events/registration/?q={quote(query)}", Cookie=f"sessionid={session}")
    for page in (
        f"fejl/{told['token']}",
        f"ord/{told['token']}",
        "optaget",
        "regel",
        "misforstaaet",
        "langsom",
    ):
        walk.ask(
            page.partition("/")[0], f"/proeve/{page}/?email={quote(EMAIL)}", Cookie=f"sessionid={session}"
        )


def send_mails(settings: dict[str, str]) -> str:
    """What a worker writes whose mail server knows nobody, and says whom."""
    server = MailServer(free_port())
    server.inbox.answer = lambda recipient: f"550 5.1.1 <{recipient}> {NAME} findes ikke"
    server.start()
    command = [sys.executable, "manage.py", "worker", "--once"]
    env = settings | {"EMAIL_URL": f"smtp://127.0.0.1:{server.port}"}
    ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    server.stop()
    return ended.stderr


def wait_until(holds) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def traces(text: str, secrets: list[str]) -> list[str]:
    """What stands in `text` of the person, in any way of writing it."""
    text = text.casefold()
    words = [
        "kanarie",
        "stersøgaard",
        quote("stersøgaard"),
        r"sters\u00f8gaard",
        CPR,
        CPR.replace("-", ""),
        *secrets,
    ]
    return [word for word in words if word.casefold() in text]


def test_the_walk_led_where_it_should(walk):
    statuses = {name: status for name, (status, _) in walk.answers.items() if name != "figures"}
    assert statuses == {
        "prepared": 200, "form": 200, "refused": 200, "registered": 302, "personal page": 200, "data": 200,
        "wrong link": 404, "no such page": 404, "odd host": 400, "search": 200,
        "fejl": 500, "ord": 200, "optaget": 500, "regel": 500, "misforstaaet": 500, "langsom": 200,
    }  # fmt: skip


def test_the_portal_writes_nothing_of_the_person(walk):
    told = walk.portal.log.read_text()
    assert len(walk.lines) >= 20
    assert traces(told, walk.secrets) == []


def test_the_worker_writes_nothing_of_the_person(walk):
    lines = [json.loads(line) for line in walk.worker.splitlines()]
    # On a busy machine statements are slow too, and told of.
    assert {(line["event"], line["kind"], line["error"]) for line in lines if "kind" in line} == {
        ("En mail kan ikke sendes og venter på en medarbejder", "confirmed", "550"),
        ("En mail kan ikke sendes og venter på en medarbejder", "confirm", "550"),
    }
    assert traces(walk.worker, walk.secrets) == []


def test_the_error_service_is_sent_nothing_of_the_person(walk):
    assert traces("\n".join(walk.errors.headers + walk.errors.envelopes), walk.secrets) == []


def test_the_error_service_is_sent_what_went_wrong_and_where(walk):
    events = [event for event in walk.errors.events() if event["logger"] != "tests.served.canary"]
    assert sorted(
        (
            event["transaction"],
            event["exception"]["values"][-1]["type"],
            event["exception"]["values"][-1]["value"],
        )
        for event in events
    ) == [
        ("failure", "LookupError", "[besked udeladt]"),
        ("misread", "DataError", "22P02"),
        (
            "rule",
            "IntegrityError",
            "23514, foundation_outgoingmail, mail_sent_when, new row for relation "
            '"foundation_outgoingmail" violates check constraint "mail_sent_when"',
        ),
        (
            "taken",
            "IntegrityError",
            "23505, foundation_user, foundation_user_username_key, duplicate key value violates unique constraint "
            '"foundation_user_username_key"',
        ),
    ]
    frames = [event["exception"]["values"][-1]["stacktrace"]["frames"] for event in events]
    assert {stack[-1]["function"] for stack in frames} >= {"fail"}
    assert not [frame for stack in frames for frame in stack if "vars" in frame]
    assert not [
        event for event in events if {"request", "user", "breadcrumbs", "extra", "contexts"} & event.keys()
    ]


def test_a_failure_is_found_by_the_number_that_the_page_tells(walk):
    number = re.search(r"oplys nummeret <strong>([a-z-]{14})</strong>", walk.answers["fejl"][1])[1]
    lines = [line for line in walk.lines if line.get("request_id") == number]
    assert [(line["level"], line["route"]) for line in lines] == [("error", "failure"), ("info", "failure")]
    assert "LookupError: [besked udeladt]" in lines[0]["exception"]
    [event] = [event for event in walk.errors.events() if event["tags"]["request_id"] == number]
    assert event["transaction"] == "failure"


def test_each_request_is_one_line(walk):
    lines = [line for line in walk.lines if line["event"] == "Besvaret"]
    assert len({line["request_id"] for line in lines}) == len(lines)
    [line] = [line for line in lines if line["request_id"] == UUID]
    assert line.keys() == {
        *("timestamp", "level", "logger", "event", "request_id"),
        *("method", "route", "status", "ms", "queries"),
    }
    assert (line["method"], line["route"], line["status"]) == ("GET", "events:registration", 200)


def test_a_slow_statement_is_told_with_its_route(walk):
    slow = [line for line in walk.lines if line["logger"].endswith(".statements") and line["route"] == "slow"]
    assert [line["statement"] for line in slow] == ["SELECT pg_sleep(0.05), %s"]
    assert slow[0]["request_id"]


def test_figures_are_for_those_who_show_the_token(walk):
    for headers in (
        {},
        {"Authorization": "Bearer x"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": TOKEN},
    ):
        walk.ask("refused figures", "/metrics", **headers)
        assert walk.answers.pop("refused figures")[0] == 404


def test_all_processes_count_together(walk):
    figures = walk.figures()
    assert figures['erhvervspanel_http_seconds_count{method="GET",route="failure",status="5xx"}'] == 1
    assert (
        figures[
            'erhvervspanel_http_seconds_count{method="GET",route="admin:events_registration_changelist",status="2xx"}'
        ]
        == 3
    )
    assert figures['erhvervspanel_http_queries_count{route="slow"}'] == 1
    assert figures['erhvervspanel_mails{state="failed"}'] == 2
    assert figures["erhvervspanel_worker_silent_seconds"] < 600
    assert figures["erhvervspanel_database_up"] == 1
    assert traces(walk.answers["figures"][1], walk.secrets) == []


def test_no_figure_falls_when_processes_die_and_no_files_are_left(walk):
    before = walk.figures()
    for _ in range(WORKERS):
        living = children(walk.portal.pid)
        os.kill(living[0], signal.SIGKILL)
        wait_until(
            lambda dead=living[0]: (
                dead not in children(walk.portal.pid) and len(children(walk.portal.pid)) == WORKERS
            )
        )
    after = walk.figures()
    counted = {
        name for name in before if name.startswith("erhvervspanel_http") and "portal:metrics" not in name
    }
    assert {name: after.get(name) for name in counted} == {name: before[name] for name in counted}
    left = {file.stem.rpartition("_")[2] for file in walk.counts.glob("*.db")}
    assert left - {str(pid) for pid in children(walk.portal.pid)} == {"gone"}


def test_without_a_token_there_are_no_figures(portal):
    assert portal.get("/metrics", Authorization="Bearer ").status == 404
    assert portal.get("/metrics").status == 404
