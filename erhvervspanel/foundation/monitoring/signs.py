"""Whether this process can serve, and whether the portal is well: looked for within a time, whatever is broken."""

import queue
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db import close_old_connections, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max
from django.utils import timezone

from erhvervspanel.foundation.models import OutgoingMail, WorkerBeat

WITHIN = 3.0  # seconds; balancers wait about five
GIVEN_UP_AFTER = 30.0  # seconds, after which nobody waits for the examiner who is stuck
OLDEST_MAIL = 15 * 60  # seconds that it has waited
LONGEST_SILENCE = 60  # seconds since any worker was alive
LEAST_FREE = 16 * 2**20  # bytes, below which nothing can be written
LITTLE_FREE = 2**30  # bytes, and
LITTLE_FREE_SHARE = 0.1  # of the disk: both, so that a small one may be small


@dataclass(frozen=True)
class Sign:
    """One thing that was looked at.

    Attributes:
        is_well: whether nobody needs to look at it.
        is_fatal: whether this process should get no visitors.
        figure: what was found, in a few words.
    """

    name: str
    is_well: bool
    figure: str
    is_fatal: bool = False

    def __str__(self) -> str:
        state = "ok" if self.is_well else "fejl" if self.is_fatal else "advarsel"
        return f"{self.name} {state} {self.figure}"


def looked_at() -> list[Sign]:
    """All signs, within WITHIN seconds. Never raises."""
    try:
        return EXAMINER.ask().result(WITHIN)
    except TimeoutError:
        return [Sign("database", False, f"svarer ikke inden for {WITHIN:.0f} s", is_fatal=True)]


def look() -> list[Sign]:
    """All signs, however long it takes. What stands in the database is left out where that does not answer."""
    close_old_connections()
    try:
        first = seen("database", database)
        behind = (
            {"migreringer": migrations, "udbakke": outbox, "worker": worker} if not first.is_fatal else {}
        )
        return [first, *(seen(name, each) for name, each in behind.items()), seen("disk", disk)]
    finally:
        close_old_connections()


def seen(name: str, each: Callable[[], Sign]) -> Sign:
    """The sign, or that it cannot be seen: nothing that is broken may hide the rest."""
    try:
        return each()
    except Exception as error:
        return Sign(name, False, f"kan ikke ses ({type(error).__name__})", is_fatal=each is database)


def database() -> Sign:
    """A database that only answers questions serves most visitors: those who read."""
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_read_only')::bool")
        is_read_only = cursor.fetchone()[0]
    taken = f"{(time.perf_counter() - started) * 1000:.0f} ms"
    return Sign("database", not is_read_only, f"{taken}, kan kun læses" if is_read_only else taken)


def migrations() -> Sign:
    """Those in the code that the database has not had. More in the database than in the code is a newer portal's, and fine."""
    recorder = MigrationRecorder(connection)
    missing = len(in_the_code() - recorder.applied_migrations().keys())
    return Sign("migreringer", not missing, f"{missing} mangler", is_fatal=bool(missing))


@cache
def in_the_code() -> frozenset[tuple[str, str]]:
    """What cannot change while the process lives, and takes longest to find out."""
    return frozenset(MigrationLoader(None).graph.nodes)


def outbox() -> Sign:
    """How long the mail that has waited longest has done so."""
    since = OutgoingMail.objects.waiting_since()
    age = (timezone.now() - since).total_seconds() if since else 0
    return Sign("udbakke", age < OLDEST_MAIL, f"{age:.0f} s")


def worker() -> Sign:
    """How long ago any worker was alive."""
    beat_at = WorkerBeat.objects.aggregate(at=Max("beat_at"))["at"]
    if beat_at is None:
        return Sign("worker", False, "aldrig set")
    age = (timezone.now() - beat_at).total_seconds()
    return Sign("worker", age < LONGEST_SILENCE, f"{age:.0f} s")


def disk() -> Sign:
    """What is free where uploaded files are kept; where there are none, where temporary files are."""
    found = shutil.disk_usage(settings.MEDIA_ROOT or tempfile.gettempdir())
    is_low = found.free < LITTLE_FREE and found.free < LITTLE_FREE_SHARE * found.total
    figure = f"{found.free / 2**20:.0f} MB fri"
    return Sign("disk", not is_low and found.free >= LEAST_FREE, figure, is_fatal=found.free < LEAST_FREE)


class Examiner:
    """Looks, one at a time, in a thread of its own: one that is stuck holds up nobody else, and those who ask at once share."""

    def __init__(self, look: Callable[[], list[Sign]]):
        self.look = look
        self.lock = threading.Lock()
        self.wanted: queue.SimpleQueue[Future] | None = None
        self.asked: Future = Future()
        self.asked_at = 0.0

    def ask(self) -> Future:
        """What is being found out, by this or an earlier question."""
        with self.lock:
            now = time.monotonic()
            is_busy = self.wanted is not None and not self.asked.done()
            if is_busy and now - self.asked_at < GIVEN_UP_AFTER:
                return self.asked
            if is_busy or self.wanted is None:
                self.wanted = queue.SimpleQueue()
                threading.Thread(target=self.work, args=[self.wanted], name="examiner", daemon=True).start()
            self.asked, self.asked_at = Future(), now
            self.wanted.put(self.asked)
            return self.asked

    def work(self, wanted: queue.SimpleQueue) -> None:
        while True:
            question = wanted.get()
            try:
                question.set_result(self.look())
            except Exception as error:
                question.set_exception(error)


EXAMINER = Examiner(look)
