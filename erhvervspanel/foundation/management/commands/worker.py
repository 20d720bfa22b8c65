"""`manage.py worker [--once]`: sends the outbox and runs what is due. Any number may run."""

import logging
import os
import signal
import socket
import threading
from contextlib import suppress
from datetime import timedelta

from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection
from django.utils import timezone

from erhvervspanel.foundation.due_jobs import run_due
from erhvervspanel.foundation.models import WorkerBeat
from erhvervspanel.foundation.monitoring.statements import watched
from erhvervspanel.foundation.outages import is_outage
from erhvervspanel.foundation.outbox import send_due

REST = 1.0  # seconds between two looks at an empty outbox
REST_AFTER_TROUBLE = 5.0  # seconds, where the database is away
GONE = timedelta(days=1)  # after which a silent worker is forgotten
MANNERS = 10  # nice(2): where they share a machine a visitor goes first, and a mail can wait a second
logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Sender mails og udfører det, der er tid til. Der må køre så mange, man vil."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Gør det, der er at gøre nu, og stop.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stopped = threading.Event()

    def handle(self, *, once, **options):
        if once:
            self.work()
            return
        with suppress(PermissionError):  # where whoever started it has seen to that (deploy/systemd)
            os.nice(MANNERS)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopped.set())
        while not self.stopped.is_set():
            self.stopped.wait(self.round())

    def round(self) -> float:
        """One look; returns how long to rest before the next."""
        try:
            close_old_connections()
            self.work()
        except Exception as error:  # a job's mistake must not stop the mails; it is tried again
            if is_outage(error):
                logger.warning("Databasen svarer ikke: %s", " ".join(str(error).split()))
                connection.close()
            else:
                logger.exception("En omgang blev ikke færdig")
            return REST_AFTER_TROUBLE
        return REST

    @watched()
    def work(self):
        now = timezone.now()
        WorkerBeat.objects.update_or_create(
            name=f"{socket.gethostname()}-{os.getpid()}", defaults={"beat_at": now}
        )
        WorkerBeat.objects.filter(beat_at__lt=now - GONE).delete()
        send_due(is_stopped=self.stopped.is_set)
        if not self.stopped.is_set():
            run_due()
