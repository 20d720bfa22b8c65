"""Scheduled work on many events: each is done by itself, and one that is busy holds up none of the others."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event as Flag
from threading import Thread

import pytest
import time_machine
from django.db import Error, connection, transaction

from erhvervspanel.foundation.due_jobs import Job, Unfinished, every_minute, run_due
from erhvervspanel.foundation.models import DueRun
from events.actions import (
    cancel_event,
    close_cancelled,
    release_expired,
    remind_participants,
    seats,
    tell_of_closing,
)
from events.models import Event, Registration, RegistrationState
from tests.events.test_registering import come, open_event
from tests.factories import UserFactory
from tests.locks import is_waited_for

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
PATIENCE = 30  # seconds, for whatever the test waits for
JOBS = (
    Job("release-expired-seats", "events.actions.release_expired", every_minute),
    Job("another", "events.actions.remind_unconfirmed", every_minute),
)


def not_confirmed():
    event = open_event(confirms_email=True)
    return event, come(event).held_until + DAY


def waited_for():
    event = open_event(capacity=1)
    come(event)
    come(event, wait=True)
    return event, event.closes_at + timedelta(minutes=1)


def cancelled():
    event = open_event()
    come(event)
    cancel_event(event, by=UserFactory())
    return event, event.ends_at + DAY


def about_to_begin():
    event = open_event(reminder_days=2)
    come(event)
    return event, event.starts_at - DAY


@contextmanager
def held(event: Event) -> Iterator[None]:
    """Somebody else has `event` locked."""
    is_held, let_go = Flag(), Flag()

    def hold():
        with transaction.atomic():
            seats.lock(event.pk)
            is_held.set()
            let_go.wait(PATIENCE)
        connection.close()

    holder = Thread(target=hold)
    holder.start()
    try:
        assert is_held.wait(PATIENCE)
        yield
    finally:
        let_go.set()
        holder.join()


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(seats, "LOCK", seats.LOCK.replace(seats.LOCK_WAIT, "50ms"))


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("happening", "job"),
    [
        (not_confirmed, release_expired),
        (waited_for, tell_of_closing),
        (cancelled, close_cancelled),
        (about_to_begin, remind_participants),
    ],
)
def test_a_busy_event_is_left_for_the_next_round_and_the_others_are_done(caplog, happening, job):
    (busy, when), *_ = happening(), happening()
    with time_machine.travel(when + timedelta(minutes=1)):
        with held(busy), pytest.raises(Unfinished):
            job()
        [warning] = caplog.records
        assert (warning.levelname, warning.model, warning.key) == ("WARNING", "events.event", busy.pk)
        assert job() == 1  # the busy one alone was left
        assert job() == 0


@pytest.mark.usefixtures("impatient")
def test_a_busy_event_keeps_no_other_job_from_running_and_its_own_is_run_again():
    busy, when = not_confirmed()
    with time_machine.travel(when, tick=False):
        with held(busy):
            assert run_due(JOBS) == ["another"]
        assert [run.job for run in DueRun.objects.all()] == ["another"]
        assert run_due(JOBS) == ["release-expired-seats"]
    assert Registration.objects.get().state == RegistrationState.LAPSED


def test_an_event_is_let_go_as_soon_as_it_is_done():
    """While a sweep waits for the second event, somebody else can have the first."""
    (first, _), (second, when) = not_confirmed(), not_confirmed()
    locks, is_held = [], Flag()

    def look():
        with transaction.atomic(), connection.cursor() as cursor:
            seats.lock(second.pk)
            is_held.set()
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline and not is_waited_for(cursor):
                time.sleep(0.01)
            try:
                cursor.execute("SELECT FROM events_event WHERE id = %s FOR NO KEY UPDATE NOWAIT", [first.pk])
                locks.append("free")
            except Error as error:
                locks.append(str(error))
                transaction.set_rollback(True)
        connection.close()

    other = Thread(target=look)
    other.start()
    assert is_held.wait(PATIENCE)
    with time_machine.travel(when):
        assert release_expired() == 2
    other.join()
    assert locks == ["free"]
