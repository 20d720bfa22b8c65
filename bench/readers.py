"""People who read while something happens: who got an answer, and who did not."""

import contextlib
import http.client
import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

READERS = 4
PAUSE = 0.02  # seconds that each looks at a page
PATIENCE = 30  # seconds for an answer
# By turns one that may be kept whole, and one that is made anew.
PATHS = ("/arrangementer/", "/ideer/?q=energi{}", "/", "/soeg/?q=klima{}")


@dataclass
class Reading:
    """What the readers met.

    Attributes:
        statuses: how many answers had each; 0 where there was none.
        troubles: when each answer of 5xx came, or none, in seconds since 1970, and its status.
        slowest: seconds of the slowest answer.
    """

    statuses: Counter = field(default_factory=Counter)
    troubles: list[tuple[float, int]] = field(default_factory=list)
    slowest: float = 0.0

    @property
    def failed(self) -> int:
        return len(self.troubles)


@contextlib.contextmanager
def readers(port: int) -> Iterator[Reading]:
    """READERS people read by way of `port` while the body runs."""
    reading, done = Reading(), threading.Event()
    threads = [threading.Thread(target=read, args=(port, reading, done)) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    try:
        yield reading
    finally:
        done.set()
        for thread in threads:
            thread.join()


def read(port: int, reading: Reading, done: threading.Event) -> None:
    numbers = itertools.count()
    for path in itertools.cycle(PATHS):
        if done.wait(PAUSE):
            return
        started = time.perf_counter()
        status = status_of(port, path.format(next(numbers)))
        reading.slowest = max(reading.slowest, time.perf_counter() - started)
        reading.statuses[status] += 1
        if status >= 500 or not status:
            reading.troubles.append((time.time(), status))


def status_of(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response.status
    return 0
