"""Workers: several at once, and killed."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from importlib import import_module

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from erhvervspanel.foundation.models import MailState, OutgoingMail, WorkerBeat
from tests.foundation.outbox.test_outbox import write
from tests.mail_server import Inbox, MailServer
from tests.ports import free_port


@pytest.fixture
def smtp():
    server = MailServer(port=free_port())
    server.start()
    yield server
    server.stop()


def start_worker(server, *arguments) -> subprocess.Popen:
    """A worker as a process of its own, on the test's database."""
    base = os.environ["DATABASE_URL"]
    url = base.replace("/erhvervspanel?", f"/{connection.settings_dict['NAME']}?")
    settings = {**os.environ, "DATABASE_URL": url, "EMAIL_URL": f"smtp://127.0.0.1:{server.port}"}
    return subprocess.Popen(  # noqa: S603 (our own command)
        [sys.executable, "manage.py", "worker", *arguments], env=settings, stderr=subprocess.PIPE, text=True
    )


def ends(process: subprocess.Popen) -> None:
    """Waits for the end, without trouble told."""
    _, told = process.communicate(timeout=60)
    assert process.returncode == 0, told


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_every_mail_once(smtp):
    for number in range(60):
        write(number)
    for worker in [start_worker(smtp, "--once") for _ in range(2)]:
        ends(worker)
    assert len(smtp.inbox.messages) == 60
    assert len({message["Message-ID"] for message in smtp.inbox.messages}) == 60
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {MailState.SENT}


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_loses_no_mail(smtp):
    for number in range(200):
        write(number)
    worker = start_worker(smtp)
    deadline = time.monotonic() + 60
    while len(smtp.inbox.messages) < 20:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.kill(worker.pid, signal.SIGKILL)
    worker.communicate()
    OutgoingMail.objects.exclude(leased_until=None).update(leased_until=timezone.now())  # the lease runs out
    ends(start_worker(smtp, "--once"))
    sent = [message["Message-ID"] for message in smtp.inbox.messages]
    assert set(sent) == set(OutgoingMail.objects.values_list("message_id", flat=True))
    assert len(sent) <= 201  # at worst the one it had in hand, with the same Message-ID


class SlowInbox(Inbox):
    """Takes a mail when it is let to."""

    def __init__(self):
        super().__init__()
        self.asked, self.let = threading.Event(), threading.Event()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (aiosmtpd's name)
        self.asked.set()
        await asyncio.to_thread(self.let.wait, 30)
        return await super().handle_DATA(server, session, envelope)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_stopped_in_the_middle_of_a_mail_sends_and_marks_it_and_no_other():
    server = MailServer(port=free_port())
    server.inbox = SlowInbox()
    server.start()
    for number in range(3):
        write(number)
    worker = start_worker(server)
    assert server.inbox.asked.wait(60)
    worker.terminate()
    assert worker.poll() is None
    server.inbox.let.set()
    ends(worker)
    server.stop()
    [sent] = OutgoingMail.objects.filter(state=MailState.SENT)
    assert [message["Message-ID"] for message in server.inbox.messages] == [sent.message_id]
    waiting = OutgoingMail.objects.filter(state=MailState.QUEUED)
    assert set(waiting.values_list("attempts", "leased_until")) == {(0, None)}
    assert waiting.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_worker_stops_when_it_is_asked_to_and_shows_that_it_lives(smtp):
    worker = start_worker(smtp)
    deadline = time.monotonic() + 60
    while not WorkerBeat.objects.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    worker.terminate()
    ends(worker)


@pytest.mark.django_db
def test_a_silent_worker_is_forgotten():
    WorkerBeat.objects.create(name="gammel", beat_at=timezone.now() - timedelta(days=2))
    call_command("worker", once=True)
    assert WorkerBeat.objects.get().name != "gammel"


def test_a_worker_that_may_not_say_how_much_it_matters_works_all_the_same(monkeypatch):
    """The sandbox of systemd refuses the call (deploy/systemd)."""

    def refuse(increment):
        raise PermissionError

    monkeypatch.setattr(os, "nice", refuse)
    monkeypatch.setattr(signal, "signal", lambda number, handler: None)
    command = import_module("erhvervspanel.foundation.management.commands.worker").Command()
    command.stopped.set()
    command.handle(once=False)
