"""Scheduled work: once per due time, by several workers, killed, and cut off midway."""

from datetime import UTC, datetime, timedelta
from threading import Event as Flag
from threading import Thread

import pytest
import time_machine
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from erhvervspanel.foundation.due_jobs import Job, daily_at, only_one, run_due
from erhvervspanel.foundation.models import DueRun, WorkerBeat
from tests.events.test_races import at_once

ran = []


def note():
    ran.append(timezone.now())


def fail():
    raise RuntimeError("Opgaven gik galt")


def lose_database():
    raise OperationalError("server closed the connection unexpectedly")


@pytest.mark.django_db
def test_a_job_runs_once_for_each_due_time():
    ran.clear()
    jobs = (Job("note", f"{__name__}.note", daily_at(7)),)
    start = datetime(2026, 3, 28, 11, tzinfo=UTC)
    # Over the night when summer time begins: seven o'clock is seven o'clock.
    for hours, runs in ((0, 1), (1, 1), (17, 1), (18, 2), (42, 3), (42.5, 3)):
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            run_due(jobs)
        assert len(ran) == runs, hours
    assert DueRun.objects.count() == 3


@pytest.mark.django_db
def test_a_job_that_fails_is_not_done():
    jobs = (Job("fail", f"{__name__}.fail", daily_at(7)),)
    with pytest.raises(RuntimeError):
        run_due(jobs)
    assert not DueRun.objects.exists()


@pytest.mark.django_db
def test_a_job_that_fails_keeps_none_of_the_others_from_running(caplog):
    ran.clear()
    names = ("fail", "note", "fail")
    jobs = tuple(Job(f"{name}-{n}", f"{__name__}.{name}", daily_at(7)) for n, name in enumerate(names))
    with pytest.raises(RuntimeError, match="Opgaven gik galt"):
        run_due(jobs)
    assert len(ran) == 1
    assert [run.job for run in DueRun.objects.all()] == ["note-1"]
    assert [record.job for record in caplog.records if hasattr(record, "job")] == ["fail-0", "fail-2"]


@pytest.mark.django_db
def test_no_job_is_tried_while_the_database_is_away():
    ran.clear()
    jobs = tuple(Job(name, f"{__name__}.{name}", daily_at(7)) for name in ("lose_database", "note"))
    with pytest.raises(OperationalError):
        run_due(jobs)
    assert ran == []


def lose_connection_midway():
    """Does the first half, and loses its connection in the second, the first time that it is called."""
    WorkerBeat.objects.get_or_create(name="første halvdel")
    ran.append(timezone.now())
    if len(ran) == 1:
        with transaction.atomic(), connection.cursor() as cursor:
            WorkerBeat.objects.create(name="anden halvdel")
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    WorkerBeat.objects.create(name="anden halvdel")


@pytest.mark.django_db(transaction=True)
def test_a_job_that_is_cut_off_keeps_what_it_did_and_is_made_good_at_the_next_round():
    ran.clear()
    jobs = (Job("half", f"{__name__}.lose_connection_midway", daily_at(7)),)
    with pytest.raises(OperationalError):
        run_due(jobs)
    connection.close()
    assert [beat.name for beat in WorkerBeat.objects.all()] == ["første halvdel"]
    assert not DueRun.objects.exists()
    assert run_due(jobs) == ["half"]
    assert run_due(jobs) == []
    assert WorkerBeat.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_had_begun_is_anybodys():
    ran.clear()
    jobs = (Job("note", f"{__name__}.note", daily_at(7)),)
    begun, killed = Flag(), Flag()

    def work():
        with only_one(jobs[0]) as is_mine:
            assert is_mine
            begun.set()
            killed.wait(30)
            connection.close()  # as the end of a process does
        connection.close()

    worker = Thread(target=work)
    worker.start()
    assert begun.wait(30)
    assert run_due(jobs) == []  # another is at it
    assert not DueRun.objects.exists()
    killed.set()
    worker.join()
    assert run_due(jobs) == ["note"]
    assert len(ran) == 1


@pytest.mark.django_db(transaction=True)
def test_several_workers_run_a_job_once():
    ran.clear()
    jobs = (Job("note", f"{__name__}.note", daily_at(7)),)
    results = at_once([lambda: run_due(jobs)] * 8)
    assert [name for names in results for name in names] == ["note"]
    assert len(ran) == 1


@pytest.mark.django_db(transaction=True)
def test_a_job_runs_in_no_transaction():
    jobs = (Job("alone", f"{__name__}.refuse_transaction", daily_at(7)),)
    assert run_due(jobs) == ["alone"]


def refuse_transaction():
    assert not connection.in_atomic_block
