"""Figures for Prometheus: counted in each process, added up where they are asked for.

Gunicorn's processes count in files of their own, in a folder that they share (`monitoring/gunicorn.py`). A process without that
folder counts for itself. What stands in the database is read when it is asked for (`portal/gauges.py`).
"""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

logger = logging.getLogger(__name__)
FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library's own name for it
LOCK = "lock"
GONE = "gone"  # in the names of files, where living processes have their number

OWN = CollectorRegistry()
SECONDS = Histogram(
    "erhvervspanel_http_seconds",
    "How long a request took, until its response began",
    ("method", "route", "status"),
    registry=OWN,
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
QUERIES = Histogram(
    "erhvervspanel_http_queries",
    "How many statements a request sent to the database",
    ("route",),
    registry=OWN,
    buckets=(0, 2, 5, 10, 20, 50, 100),
)
REFUSALS = Counter(
    "erhvervspanel_throttle_refusals",
    "How many were told to try again later, by what they tried",
    ("purpose",),
    registry=OWN,
)


def count_request(method: str, route: str, status: int, *, seconds: float, queries: int) -> None:
    if settings.METRICS_TOKEN:
        seconds_of(method, route, status // 100).observe(seconds)
        queries_of(route).observe(queries)


@cache
def seconds_of(method: str, route: str, hundred: int) -> Histogram:
    return SECONDS.labels(method, route, f"{hundred}xx")


@cache
def queries_of(route: str) -> Histogram:
    return QUERIES.labels(route)


def count_refusal(purpose: str) -> None:
    if settings.METRICS_TOKEN:
        REFUSALS.labels(purpose).inc()


def exposition(*collectors: Collector) -> bytes:
    """All figures in Prometheus' text format, with those of `collectors`."""
    registry = CollectorRegistry()
    for collector in collectors:
        registry.register(collector)
    folder = os.environ.get(FOLDER)
    if folder is None:
        return generate_latest(OWN) + generate_latest(registry)
    with locked(Path(folder), fcntl.LOCK_SH):
        counted = CollectorRegistry()
        MultiProcessCollector(counted, folder)
        told = generate_latest(counted)
    return told + generate_latest(registry)


def fold(process: int) -> None:
    """Adds what a process that has ended counted to what all those before it did, and deletes its files.

    Figures never fall when a process ends, and there are never more files than processes. Nobody reads meanwhile: a process
    that was missing, or counted twice, would look like thousands of requests.
    """
    folder = Path(os.environ[FOLDER])
    with locked(folder, fcntl.LOCK_EX):
        for kind in ("counter", "histogram"):
            file = folder / f"{kind}_{process}.db"
            if file.exists():
                add_up(file, folder / f"{kind}_{GONE}.db")
                file.unlink()


def add_up(file: Path, total: Path) -> None:
    sums = MmapedDict(str(total))
    try:
        for key, value, _timestamp, _place in MmapedDict.read_all_values_from_file(str(file)):
            sums.write_value(key, sums.read_value(key)[0] + value, 0)
    except (RuntimeError, ValueError):
        logger.warning("Tallene fra en proces, der er stoppet, kan ikke læses og er slettet")
    finally:
        sums.close()


@contextmanager
def locked(folder: Path, how: int) -> Iterator[None]:
    with (folder / LOCK).open("a") as lock:
        fcntl.flock(lock, how)
        yield
