"""`manage.py worker [--once]`: sends the outbox and runs what is due. Any number may run."""

import logging
import os
import signal
import socket
import threading
from datetime import timedelta

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone

from erhvervspanel.foundation.due_jobs import run_due
from erhvervspanel.foundation.models import WorkerBeat
from erhvervspanel.foundation.monitoring.statements import watched
from erhvervspanel.foundation.outbox import send_due

REST = 1.0  # seconds between two looks at an empty outbox
REST_AFTER_TROUBLE = 5.0  # seconds, where the database is away
GONE = timedelta(days=1)  # after which a silent worker is forgotten
logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Sender mails og udfører det, der er tid til. Der må køre så mange, man vil."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Gør det, der er at gøre nu, og stop.")

    def handle(self, *, once, **options):
        if once:
            self.work()
            return
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.is_set():
            stopped.wait(self.round())

    def round(self) -> float:
        """One look; returns how long to rest before the next."""
        try:
            close_old_connections()
            self.work()
        except (OperationalError, InterfaceError) as error:
            logger.warning("Databasen svarer ikke: %s", error)
            connection.close()
            return REST_AFTER_TROUBLE
        except Exception:  # a job's mistake must not stop the mails; it is tried again
            logger.exception("En planlagt opgave gik galt")
            return REST_AFTER_TROUBLE
        return REST

    @watched()
    def work(self):
        now = timezone.now()
        WorkerBeat.objects.update_or_create(
            name=f"{socket.gethostname()}-{os.getpid()}", defaults={"beat_at": now}
        )
        WorkerBeat.objects.filter(beat_at__lt=now - GONE).delete()
        send_due()
        run_due()
