"""Scheduled work: each job once per due time, under any number of workers.

A job commits as it goes, so that what it has locked is let go at once. It may be killed anywhere and begun anew, so it has to find what it
has done already: each part of it is a transaction that looks at the rows before it changes them.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import Error, connection
from django.db.models import Model
from django.utils import timezone
from django.utils.module_loading import import_string

from erhvervspanel.foundation.models import DueRun
from erhvervspanel.foundation.outages import gave_up_waiting, is_outage

logger = logging.getLogger(__name__)
KEPT = timedelta(days=7)  # how long a run is remembered


class Unfinished(Exception):
    """A job did what it could, but something was held by others. It is run again at the next round."""


@dataclass(frozen=True)
class Job:
    """A piece of scheduled work.

    Attributes:
        path: the function to call, without arguments and outside any transaction. Called twice it does no harm.
        due: gives the latest due time that is not ahead of an aware moment.
    """

    name: str
    path: str
    due: Callable[[datetime], datetime]


def daily_at(hour: int) -> Callable[[datetime], datetime]:
    """Every day at `hour` o'clock, Danish time."""

    def due(now: datetime) -> datetime:
        today = timezone.localtime(now)
        at = timezone.make_aware(datetime.combine(today.date(), time(hour)))
        return (
            at
            if at <= now
            else timezone.make_aware(datetime.combine(today.date() - timedelta(days=1), time(hour)))
        )

    return due


def every_minute(now: datetime) -> datetime:
    """The beginning of the minute."""
    return now.replace(second=0, microsecond=0)


# By path, as the foundation knows no app.
JOBS = (
    Job("release-expired-seats", "events.actions.release_expired", every_minute),
    Job("remind-unconfirmed", "events.actions.remind_unconfirmed", every_minute),
    Job("tell-of-answers", "ideas.actions.tell_of_answers", every_minute),
    Job("tell-of-closing", "events.actions.tell_of_closing", every_minute),
    Job("close-cancelled-events", "events.actions.close_cancelled", daily_at(2)),
    Job("forget-attempts", "erhvervspanel.foundation.throttle.forget_past", daily_at(2)),
    Job("purge-personal-data", "erhvervspanel.foundation.persons.purge", daily_at(3)),
    Job("forget-audit", "erhvervspanel.foundation.audit.forget_old", daily_at(4)),
    Job("forget-log-ins", "erhvervspanel.foundation.accounts.log.forget_old", daily_at(4)),
    Job("seal-second-factors", "erhvervspanel.foundation.accounts.sealing.seal_anew", daily_at(4)),
    Job("forget-erasures", "erhvervspanel.foundation.erasures.forget_old", daily_at(4)),
    Job("forget-words", "erhvervspanel.foundation.vocabulary.forget_unused", daily_at(4)),
    Job("forget-uploads", "ideas.actions.forget_uploads", daily_at(4)),
    Job("forget-documents", "erhvervspanel.foundation.documents.orphans.forget_orphans", daily_at(4)),
    Job("remind-owners", "initiatives.actions.remind_owners", daily_at(7)),
    Job("tell-followers", "erhvervspanel.portal.following.tell_followers", daily_at(7)),
    Job("remind-participants", "events.actions.remind_participants", daily_at(9)),
)


def run_due(jobs: tuple[Job, ...] = JOBS) -> list[str]:
    """Runs the jobs whose due time has come and that have not run for it, and returns their names.

    The row that tells of a run is written when that has ended well: killed midway, or with something left, it is run again. A due
    time that nobody was up for is made good once, late; those before it are not.

    A job that goes wrong is told, and keeps none of the others waiting. What went wrong first is raised when all have had their
    turn; only where the database is away at once, as no job could do better.
    """
    ran, failures = [], []
    for job in jobs:
        try:
            if run_once(job, job.due(timezone.now())):
                ran.append(job.name)
        except Unfinished:
            continue  # told where it was left
        except Exception as error:
            if is_outage(error):
                raise
            logger.exception("En planlagt opgave gik galt", extra={"job": job.name})
            failures.append(error)
    if failures:
        raise failures[0]
    return ran


def run_once(job: Job, due_at: datetime) -> bool:
    """Runs `job` for `due_at` unless that is done, or another worker is at it. Returns whether it ran."""
    run = DueRun.objects.filter(job=job.name, due_at=due_at)
    if run.exists():
        return False
    with only_one(job) as is_mine:
        if not is_mine or run.exists():
            return False
        import_string(job.path)()
        DueRun.objects.get_or_create(job=job.name, due_at=due_at, defaults={"done_at": timezone.now()})
        DueRun.objects.filter(job=job.name, due_at__lt=due_at - KEPT).delete()
    return True


@contextmanager
def only_one(job: Job) -> Iterator[bool]:
    """Whether nobody else is at `job`, and then nobody will be until this ends, or its connection does: a killed worker holds nothing."""
    key = [f"job:{job.name}"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", key)
        [is_mine] = cursor.fetchone()
    try:
        yield is_mine
    finally:
        with suppress(Error), connection.cursor() as cursor:  # where the connection is gone, so is the lock
            if is_mine:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", key)


def for_each(rows: Iterable[Model], action: Callable[[Model], int]) -> int:
    """Does `action`, a transaction, to each of `rows`, and returns the sum of what it returned: the shape of a job that takes locks.

    A row that others hold for too long keeps none of the next waiting: it is told, and left for the next round.

    Raises Unfinished, when all have had their turn, where any was left.
    """
    done, left = 0, False
    for row in rows:
        try:
            done += action(row)
        except Error as error:
            if not gave_up_waiting(error):
                raise
            left = True
            logger.warning(
                "Optaget og venter til næste omgang", extra={"model": row._meta.label_lower, "key": row.pk}
            )
    if left:
        raise Unfinished
    return done
