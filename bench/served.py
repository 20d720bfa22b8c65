"""The portal as production serves it, with its workers and a mail server."""

import contextlib
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench import processor
from dev.console import ROOT, VAR
from dev.serve import answers, end, web_command
from tests.mail_server import MailServer
from tests.ports import free_port

WEB_WORKERS = 4
MAIL_WORKERS = 2
STARTS_WITHIN = 60  # seconds


@dataclass
class Taken:
    """What the mail server took, kept as it came: it is read when nothing is measured.

    Attributes:
        mails: recipient and content of each.
    """

    mails: list[tuple[str, bytes]] = field(default_factory=list)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (aiosmtpd's name)
        self.mails.extend((recipient, envelope.content) for recipient in envelope.rcpt_tos)
        return "250 Taken"


@dataclass(frozen=True)
class Portal:
    """A portal that is running.

    Attributes:
        mails: what the mail server has taken.
    """

    port: int
    web: subprocess.Popen
    mailers: list[subprocess.Popen]
    mails: list[tuple[str, bytes]]

    def memory(self) -> float:
        """Of the largest web worker, in MB."""
        return max(processor.resident(worker) for worker in processor.children(self.web.pid)) / 1024

    def processor(self) -> dict[str, float]:
        """Seconds of processor used so far by the web workers, the mail workers, and this process with its mail server."""
        return {
            "web": sum(processor.used(worker) for worker in processor.children(self.web.pid)),
            "mail workers": sum(processor.used(mailer.pid) for mailer in self.mailers),
            "mail server": time.process_time(),
        }


@contextlib.contextmanager
def portal(
    *,
    application: str = "erhvervspanel.wsgi",
    web_workers: int = WEB_WORKERS,
    mail_workers: int = MAIL_WORKERS,
    **settings: str,
) -> Iterator[Portal]:
    """Serves `application`, with `settings` over those of the environment, and sends its mails."""
    port = free_port()
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells of every line that it is sent
    server = MailServer(free_port())
    server.inbox = Taken()
    server.start()
    environment = {
        **os.environ,
        "EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
        "BEHIND_PROXY": "1",
        **settings,
    }
    VAR.mkdir(exist_ok=True)
    log = (VAR / "bench.log").open("w")  # a line for each request, as production writes it
    run = {"cwd": ROOT, "env": environment, "start_new_session": True, "stderr": log}
    command = web_command(sys.executable, "127.0.0.1", port, workers=web_workers, application=application)
    started = [subprocess.Popen(command, **run)]  # noqa: S603 (our own)
    mailer = [sys.executable, "manage.py", "worker"]
    started += [subprocess.Popen(mailer, **run) for _ in range(mail_workers)]  # noqa: S603 (the same)
    try:
        wait_for(port)
        yield Portal(port, started[0], started[1:], server.inbox.mails)
    finally:
        for process in started:
            end(process)
        server.stop()
        log.close()


def wait_for(port: int) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not answers("127.0.0.1", port):
        if time.monotonic() > deadline:
            sys.exit("The portal does not answer.")
        time.sleep(0.1)
