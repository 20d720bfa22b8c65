"""`python -m bench.crowd`: the people, in a process of their own. Reads a Crowd as JSON, and writes what became of it.

They share the machine with the server that is measured, so this knows nothing of Django and reads no more of an answer than a
person needs: its own share of the processor is told beside the figures.
"""

import json
import re
import socket
import sys
import threading
import time
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

GUNZIP = 16 + zlib.MAX_WBITS
PATIENCE = 30  # seconds for an answer
FASTEST = 2.2  # seconds; a form that is sent sooner after it was fetched is refused
TRIES = 8  # sends of one person's form, before they go
PAUSE = 1.0  # seconds that a person waits where the portal asks for patience
ENDURES = 60  # seconds that they go on so
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)"(?: id="[^"]*")? value="([^"]*)"')
HEAD = (
    "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\nX-Forwarded-For: {network}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n"
)


@dataclass
class Crowd:
    """Who comes, and where to.

    Attributes:
        people: what each types into the form.
        clients: how many of them are at it at once.
    """

    port: int
    path: str
    people: list[dict[str, str]]
    clients: int


@dataclass
class Outcome:
    """What became of a crowd.

    Attributes:
        taken: seconds from the first send to the last answer.
        times: seconds of every send.
        statuses: how many sends were answered with each status.
        registered: e-mails of those who were told that they are in or on the list.
        reconnects: connections that the server had closed in between.
        cpu: seconds of processor that the crowd itself used while it sent.
        troubles: when each answer of 5xx came, in seconds since 1970, and its status; 0 where there was none at all.
    """

    taken: float = 0.0
    times: list[float] = field(default_factory=list)
    statuses: Counter = field(default_factory=Counter)
    registered: list[str] = field(default_factory=list)
    reconnects: int = 0
    cpu: float = 0.0
    troubles: list[tuple[float, int]] = field(default_factory=list)


class Line:
    """One client's connection, kept between people as a proxy keeps it."""

    def __init__(self, port: int):
        self.port = port
        self.socket = None
        self.reconnects = 0

    def ask(self, method: str, path: str, network: str, fields: list[tuple[str, str]]) -> tuple[int, str]:
        """The answer's status, and its text."""
        body = urlencode(fields)
        head = HEAD.format(method=method, path=path, network=network, length=len(body))
        request = (head + body).encode()
        while True:
            fresh = self.socket is None
            if fresh:
                self.socket = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                self.socket.sendall(request)
                return self.answer()
            except ConnectionError:
                # The server may close a connection that rests, just as it is used again. The form's token makes it safe.
                self.close()
                self.reconnects += 1
                if fresh:
                    raise

    def answer(self) -> tuple[int, str]:
        received = b""
        while b"\r\n\r\n" not in received:
            received += self.more()
        head, _, body = received.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").lower().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:])
        while len(body) < int(fields["content-length"]):
            body += self.more()
        if fields.get("connection") == "close":
            self.close()
        if fields.get("content-encoding") == "gzip":
            body = zlib.decompress(body, GUNZIP)
        return int(lines[0].split()[1]), body.decode()

    def more(self) -> bytes:
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionResetError
        return part

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.socket = None


def network(number: int) -> str:
    """Where a person comes from: each from a network of their own."""
    return f"10.{number // 256}.{number % 256}.7"


def hidden(page: str) -> list[tuple[str, str]]:
    """What a page's form keeps for the next step."""
    return [(unescape(name), unescape(value)) for name, value in HIDDEN.findall(page)]


def come(crowd: Crowd) -> Outcome:
    """All fetch the form, and then all send it, `clients` of them at a time."""
    tokens: dict[int, str] = {}
    outcome = Outcome()

    def fetch(line: Line, number: int) -> None:
        status, page = line.ask("GET", crowd.path, network(number), [])
        if status != 200:
            raise RuntimeError(f"The form was answered with {status}")
        tokens[number] = dict(hidden(page))["form_token"]

    def send(line: Line, number: int) -> None:
        person = crowd.people[number]
        fields = [*person.items(), ("form_token", tokens[number]), ("checked", "1")]
        tries, end = TRIES, time.perf_counter() + ENDURES
        while tries and time.perf_counter() < end:
            started = time.perf_counter()
            status, page = patiently(line, crowd.path, network(number), fields)
            outcome.times.append(time.perf_counter() - started)
            statuses.append(status)
            if status == 302:
                outcome.registered.append(person["email"])
                return
            if status == 409:
                fields = when_full(fields, hidden(page))
            if status >= 500 or not status:
                outcome.troubles.append((time.time(), status))
                time.sleep(PAUSE)
            else:
                tries -= 1

    statuses: list[int] = []
    each(crowd, fetch)
    time.sleep(FASTEST)
    started, cpu = time.perf_counter(), time.process_time()
    outcome.reconnects = each(crowd, send)
    outcome.taken, outcome.cpu = time.perf_counter() - started, time.process_time() - cpu
    outcome.statuses = Counter(statuses)
    return outcome


def patiently(line: Line, path: str, network: str, fields: list[tuple[str, str]]) -> tuple[int, str]:
    """The answer to a form; 0 where there is none."""
    try:
        return line.ask("POST", path, network, fields)
    except OSError:
        line.close()
        return 0, ""


def when_full(sent: list[tuple[str, str]], kept: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The waiting list, with all that the page kept; and where that was tried, the same without the café."""
    if ("koe", "1") in sent:
        kept = [(name, value) for name, value in kept if name != "sessions"]
    return [*kept, ("koe", "1")]


def each(crowd: Crowd, act) -> int:
    """Calls `act` with a line and each person's number, and returns how many lines had to be opened again."""
    numbers = iter(range(len(crowd.people)))
    turn = threading.Lock()

    def serve(line: Line) -> int:
        while True:
            with turn:
                number = next(numbers, None)
            if number is None:
                return line.reconnects
            act(line, number)

    with ThreadPoolExecutor(crowd.clients) as pool:
        return sum(pool.map(serve, [Line(crowd.port) for _ in range(crowd.clients)]))


if __name__ == "__main__":
    json.dump(vars(come(Crowd(**json.load(sys.stdin)))), sys.stdout)
