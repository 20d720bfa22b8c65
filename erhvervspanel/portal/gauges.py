"""Figures that stand in the database, read when Prometheus asks: the same few statements however many rows there are."""

import logging
import time
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from django.db import DatabaseError, InterfaceError
from django.db.models import Count, Max
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from erhvervspanel.foundation import persons
from erhvervspanel.foundation.due_jobs import JOBS
from erhvervspanel.foundation.models import DueRun, MailState, OutgoingMail, WorkerBeat
from events.actions import capacity_problems
from events.models import Event, Registration, RegistrationState

logger = logging.getLogger(__name__)
NEVER = float("inf")
AUDITED_EVERY = 600  # seconds


class Gauges(Collector):
    """The figures at one moment; `erhvervspanel_database_up` alone where the database does not answer."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            found = [*outbox(), worker(), jobs(), *coming_events(), audits()]
        except (DatabaseError, InterfaceError):
            logger.exception("Tallene kan ikke læses")
            found = []
        yield GaugeMetricFamily(
            "erhvervspanel_database_up", "Whether the database answered", 1 if found else 0
        )
        yield from found


def outbox() -> Iterator[GaugeMetricFamily]:
    counts = dict(OutgoingMail.objects.order_by().values_list("state").annotate(Count("pk")))
    mails = GaugeMetricFamily("erhvervspanel_mails", "Mails in the outbox by state", labels=["state"])
    for state in MailState:
        mails.add_metric([state], counts.get(state, 0))
    yield mails
    since = OutgoingMail.objects.waiting_since()
    age = 0 if since is None else age_of(since)
    yield GaugeMetricFamily(
        "erhvervspanel_oldest_mail_seconds", "How long the mail that has waited longest has done so", age
    )


def worker() -> GaugeMetricFamily:
    beat_at = WorkerBeat.objects.aggregate(at=Max("beat_at"))["at"]
    return GaugeMetricFamily(
        "erhvervspanel_worker_silent_seconds", "How long ago any worker was alive", age_of(beat_at)
    )


def jobs() -> GaugeMetricFamily:
    done = dict(DueRun.objects.order_by().values_list("job").annotate(Max("done_at")))
    ages = GaugeMetricFamily(
        "erhvervspanel_job_age_seconds", "How long ago a scheduled job succeeded", labels=["job"]
    )
    for job in JOBS:
        ages.add_metric([job.name], age_of(done.get(job.name)))
    return ages


def coming_events() -> Iterator[GaugeMetricFamily]:
    """Seats of each event that is not over, and its registrations by state."""
    events = list(Event.objects.coming().values_list("pk", "slug", "capacity", "seats_taken"))
    seats = GaugeMetricFamily(
        "erhvervspanel_event_seats", "Seats of coming events", labels=["event", "which"]
    )
    for _key, slug, capacity, taken in events:
        seats.add_metric([slug, "taken"], taken)
        if capacity is not None:
            seats.add_metric([slug, "all"], capacity)
    yield seats
    found = (
        Registration.objects.filter(event__in=[key for key, *_ in events])
        .order_by()
        .values_list("event", "state")
    )
    counts = {(key, state): rows for key, state, rows in found.annotate(Count("pk"))}
    registrations = GaugeMetricFamily(
        "erhvervspanel_registrations", "Registrations for coming events by state", labels=["event", "state"]
    )
    for key, slug, *_ in events:
        for state in RegistrationState:
            registrations.add_metric([slug, state], counts.get((key, state), 0))
    yield registrations


def audits() -> GaugeMetricFamily:
    """How many sentences each audit has: anything above none is for somebody to look at."""
    found = GaugeMetricFamily("erhvervspanel_audit_problems", "What an audit finds wrong", labels=["audit"])
    for audit, problems in audited(int(time.monotonic() // AUDITED_EVERY)).items():
        found.add_metric([audit], problems)
    return found


@lru_cache(maxsize=1)
def audited(period: int) -> dict[str, int]:
    """What the audits find, which read whole tables: once in each `period`, by each process."""
    return {"capacity": len(capacity_problems()), "retention": len(persons.overdue())}


def age_of(moment: datetime | None) -> float:
    return NEVER if moment is None else (timezone.now() - moment).total_seconds()
