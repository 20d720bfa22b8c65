"""A real SMTP server on loopback, that answers as it is told to."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.ports import free_port


@dataclass
class Inbox:
    """What the server took, and what it answers.

    Attributes:
        answer: given a recipient, what to answer to RCPT; "" takes the mail.
    """

    messages: list[EmailMessage] = field(default_factory=list)
    answer: Callable[[str], str] = lambda recipient: ""

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 (aiosmtpd's name)
        refusal = self.answer(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (the same)
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 Taken"


class CountingController(Controller):
    """Makes a protocol for each connection, and counts them."""

    connections = 0

    def factory(self) -> SMTP:
        self.connections += 1
        return super().factory()


class MailServer:
    """The server, which can go down and come up again on the same port with the same inbox."""

    def __init__(self, port: int):
        self.port = port
        self.inbox = Inbox()
        self.controller = None

    def start(self) -> None:
        self.controller = CountingController(self.inbox, hostname="127.0.0.1", port=self.port)
        self.controller.start()
        self.controller.connections = 0  # it has tried whether it is reached

    @property
    def connections(self) -> int:
        """How many have been opened since it came up."""
        return self.controller.connections

    def stop(self) -> None:
        if self.controller is not None:
            self.controller.stop(no_assert=True)
            self.controller = None


class Turnstile(socketserver.StreamRequestHandler):
    """Answers each command as the server has it, the greeting being that to none. What it has no answer to is left waiting."""

    def handle(self) -> None:
        self.server.connections += 1
        self.answer(b"")
        for line in self.rfile:
            self.answer(line[:4])

    def answer(self, command: bytes) -> None:
        if command in self.server.answers:
            self.wfile.write(self.server.answers[command] + b"\r\n")


@contextmanager
def turnstile(answers: dict[bytes, bytes]) -> Iterator[socketserver.ThreadingTCPServer]:
    """A mail server that lets nobody through."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Turnstile) as server:
        server.answers, server.connections = answers, 0
        threading.Thread(target=server.serve_forever, args=[0.05]).start()
        try:
            yield server
        finally:
            server.shutdown()


@pytest.fixture
def smtp(settings):
    """A mail server that is up; `stop()` takes it down and `start()` up again on the same port."""
    server = MailServer(port=free_port())
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_TIMEOUT = 5
    server.start()
    yield server
    server.stop()
