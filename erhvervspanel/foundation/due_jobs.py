"""Scheduled work: each job once per due time, under any number of workers."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from erhvervspanel.foundation.models import DueRun
from erhvervspanel.foundation.outages import is_outage

logger = logging.getLogger(__name__)
KEPT = timedelta(days=7)  # how long a run is remembered


@dataclass(frozen=True)
class Job:
    """A piece of scheduled work.

    Attributes:
        path: the function to call, without arguments.
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

    A run and the row that tells of it are one transaction: killed midway, it is as if it had not begun. A due time that
    nobody was up for is made good once, late; those before it are not.

    A job that goes wrong is told, and keeps none of the others waiting. What went wrong first is raised when all have had their
    turn; only where the database does not serve at once, as no job could do better.
    """
    ran, failures = [], []
    for job in jobs:
        try:
            if run_once(job, job.due(timezone.now())):
                ran.append(job.name)
        except Exception as error:
            if is_outage(error):
                raise
            logger.exception("En planlagt opgave gik galt", extra={"job": job.name})
            failures.append(error)
    if failures:
        raise failures[0]
    return ran


@transaction.atomic
def run_once(job: Job, due_at: datetime) -> bool:
    """Runs `job` for `due_at` unless that is done, or being done by another worker, which this one waits for."""
    _, made = DueRun.objects.get_or_create(job=job.name, due_at=due_at, defaults={"done_at": timezone.now()})
    if made:
        import_string(job.path)()
        DueRun.objects.filter(job=job.name, due_at__lt=due_at - KEPT).delete()
    return made
