"""What the proxy makes of a request: a real Caddy with the file of production, before a portal that tells what it was sent."""

import contextlib
import http.client
import json
import os
import select
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from erhvervspanel.foundation.monitoring.requests import WELL_FORMED
from tests.deploy.caddy import buffers
from tests.ports import free_port
from tests.security.addresses import every_address

CADDYFILE = Path(__file__).resolve().parents[2] / "deploy/Caddyfile"
STARTS_WITHIN = 30  # seconds


class Telling(BaseHTTPRequestHandler):
    """Answers with the request as it came."""

    protocol_version = "HTTP/1.1"
    asked: ClassVar[list[str]] = []

    def do_GET(self):
        self.asked.append(self.path)
        length = int(self.headers.get("Content-Length", 0))
        told = {name.lower(): value for name, value in self.headers.items()} | {
            "body": len(self.rfile.read(length))
        }
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Server", "portal")
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 (the same)

    def log_message(self, *arguments):
        """Not a word."""


class Proxy:
    """Caddy before one portal that answers and one that is not there."""

    def __init__(self, folder: Path, portal: int, *, ready: int = 200):
        self.port, self.log = free_port(), folder / "log"
        settings = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "SITE_ADDRESS": f"http://127.0.0.1:{self.port}",
            "SITE_HOST": "127.0.0.1",
            "PORTALS": f"127.0.0.1:{free_port()} 127.0.0.1:{portal}",
            "HTTP_PORT": str(free_port()),
        } | buffers()
        # The address of its administration would be taken where two run at once.
        config = folder / "Caddyfile"
        config.write_text(CADDYFILE.read_text().replace("\thttp_port", "\tadmin off\n\thttp_port", 1))
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                ["caddy", "run", "--config", config], env=settings, stdout=log, stderr=log
            )
        deadline = time.monotonic() + STARTS_WITHIN
        while True:
            assert time.monotonic() < deadline, self.log.read_text()
            with contextlib.suppress(OSError):
                if self.ask("GET", "/").status == ready:
                    break
            time.sleep(0.05)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> http.client.HTTPResponse:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            response.body = response.read()
            return response

    def length_told(self, size: int) -> int:
        """The status for a form that says it is so long. Nothing of it is sent before the answer, unless it is waited for."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.putrequest("POST", "/")
            connection.putheader("Content-Length", str(size))
            connection.endheaders()
            if not select.select([connection.sock], [], [], 0.5)[0]:
                connection.send(b"a" * size)
            return connection.getresponse().status


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    with ThreadingHTTPServer(("127.0.0.1", 0), Telling) as portal:
        threading.Thread(target=portal.serve_forever, daemon=True).start()
        started = Proxy(tmp_path_factory.mktemp("proxy"), portal.server_port)
        yield started
        started.stop()
        portal.shutdown()


def test_the_portal_learns_who_asked_and_how_from_the_proxy_alone(proxy):
    sent = {
        "X-Forwarded-For": "198.51.100.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "ond.example.org",
    }
    told = json.loads(proxy.ask("GET", "/", **sent).body)
    assert told["x-forwarded-for"] == "127.0.0.1"
    assert told["x-forwarded-proto"] == "http"
    assert told["host"] == told["x-forwarded-host"] == f"127.0.0.1:{proxy.port}"


def test_the_number_of_a_request_is_the_proxys_own(proxy):
    numbers = {proxy_number(proxy) for _ in range(2)}
    assert len(numbers) == 2
    assert all(WELL_FORMED.fullmatch(number) for number in numbers)


def proxy_number(proxy: Proxy) -> str:
    forged = {"X-Request-ID": "0" * 32}
    return json.loads(proxy.ask("GET", "/", **forged).body)["x-request-id"]


def test_compression_is_between_browser_and_portal(proxy):
    assert not json.loads(proxy.ask("GET", "/", **{"Accept-Encoding": ""}).body).get("accept-encoding")
    assert json.loads(proxy.ask("GET", "/", **{"Accept-Encoding": "br"}).body)["accept-encoding"] == "br"


def test_a_portal_that_is_away_is_in_nobodys_way(proxy):
    answers = [proxy.ask(method, "/", b"x" if method == "POST" else None) for method in ("GET", "POST") * 4]
    assert {answer.status for answer in answers} == {200}


def test_what_no_form_can_be_is_not_let_through(proxy):
    for size, status in ((30_000_000, 413), (100_000_000, 413), (29_999_999, 200)):
        assert proxy.length_told(size) == status
    assert json.loads(proxy.ask("POST", "/", b"a" * 1000).body)["body"] == 1000


def test_who_sends_a_form_slowly_holds_no_thread_of_the_portal(proxy):
    """The portal hears of a form when it is there, so that a few slow senders do not keep everybody out."""
    heard = len(Telling.asked)
    with contextlib.closing(socket.create_connection(("127.0.0.1", proxy.port), timeout=30)) as slow:
        slow.sendall(b"POST /langsom HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n123456789")
        assert (
            proxy.ask("GET", "/imens").status == 200
        )  # it is answered after the slow one's beginning was read
        assert "/langsom" not in Telling.asked[heard:]
        slow.sendall(b"0")
        assert slow.recv(12) == b"HTTP/1.1 200"
    assert "/langsom" in Telling.asked[heard:]


def test_what_the_proxy_answers_itself_is_guarded_too(proxy, tmp_path):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=30)) as connection:
        connection.putrequest("POST", "/")
        connection.putheader("Content-Length", str(30_000_000))
        connection.endheaders()
        answers = [connection.getresponse()]
        answers[0].body = answers[0].read()
    away = Proxy(tmp_path, free_port(), ready=503)
    try:
        answers.append(away.ask("GET", "/"))
    finally:
        away.stop()
    assert [answer.status for answer in answers] == [413, 503]
    for answer in answers:
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Server"] is None
        assert b'href="/was"' in answer.body


# Addresses with a text in them that is no secret: a document's name, an idea's title.
TOLD = ("materiale/", "ideer/")


def test_the_log_tells_what_was_asked_for_and_not_by_whom(proxy):
    for address in every_address():
        if address.is_public and "<str>" in address.route and not address.route.startswith(TOLD):
            path = address.path(["hemmelig-noegle"] * address.route.count("<"))
            proxy.ask("GET", f"{path}?navn=%C3%85se", Referer="http://x/?navn=Bo", Cookie="a=b")
    proxy.ask("GET", "/soeg/?q=privat", **{"User-Agent": "Kendelig/1.0"})
    deadline = time.monotonic() + STARTS_WITHIN
    while "/soeg/" not in proxy.log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    entries = [json.loads(line) for line in proxy.log.read_text().splitlines() if "handled request" in line]
    asked = [entry["request"] for entry in entries]
    assert {"/tilmelding/--", "/foelger/--", "/soeg/-"} <= {request["uri"] for request in asked}
    assert {frozenset(request) for request in asked} == {frozenset({"proto", "method", "host", "uri"})}
    text = "".join(json.dumps(entry) for entry in entries)
    assert not [secret for secret in ("hemmelig", "privat", "navn", "Kendelig", "a=b") if secret in text]
    assert {"status", "duration", "size"} <= entries[-1].keys()
