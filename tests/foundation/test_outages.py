"""What the database refuses for now, and what it refuses for good."""

import pytest
from django.core.management import load_command_class
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from erhvervspanel.foundation.management.commands.worker import REST, REST_AFTER_TROUBLE
from erhvervspanel.foundation.models import WorkerBeat
from erhvervspanel.foundation.outages import gave_up_waiting, is_outage, is_refusal
from events.actions import Busy, patiently
from events.actions.seats import TRIES

pytestmark = pytest.mark.django_db(transaction=True)


def beat() -> WorkerBeat:
    return WorkerBeat.objects.create(name="prøve", beat_at=timezone.now())


def become_a_standby() -> None:
    """From now on the connection is to a server that takes no writes, as after a failover that went past it."""
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")


def test_a_server_that_takes_no_writes_is_left_for_the_one_that_does():
    become_a_standby()
    assert patiently(beat).pk
    assert WorkerBeat.objects.count() == 1


def test_a_worker_leaves_it_too(monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 600)
    become_a_standby()
    worker = load_command_class("erhvervspanel.foundation", "worker")
    assert [worker.round(), worker.round()] == [REST_AFTER_TROUBLE, REST]
    assert WorkerBeat.objects.count() == 1


def test_a_connection_that_breaks_is_opened_again_for_the_next_try():
    tries = []

    def broken_once():
        tries.append(1)
        if len(tries) == 1:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return beat()

    assert patiently(broken_once).pk
    assert len(tries) == 2


def test_what_is_refused_time_after_time_is_busy():
    tries = []

    def refused():
        tries.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(Busy):
        patiently(refused)
    assert len(tries) == TRIES


def test_what_is_refused_for_good_is_not_tried_again():
    tries = []

    def twice_the_same():
        tries.append(1)
        beat()
        return beat()

    with pytest.raises(IntegrityError):
        patiently(twice_the_same)
    assert len(tries) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "SET LOCAL statement_timeout = '10ms'; SELECT pg_sleep(30)",
        "SET LOCAL lock_timeout = '10ms'; SELECT FROM foundation_workerbeat FOR UPDATE",
    ],
)
def test_a_statement_that_is_given_up_is_no_outage_but_may_be_tried_again(statement):
    holder = connection.copy()
    beat()
    with holder.cursor() as cursor:
        cursor.execute("BEGIN; LOCK foundation_workerbeat")
        with pytest.raises(OperationalError) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    holder.close()
    assert gave_up_waiting(refused.value)
    assert is_refusal(refused.value)
    assert not is_outage(refused.value)


def test_a_connection_that_breaks_is_an_outage():
    with pytest.raises(OperationalError) as broken, connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.close()
    assert is_outage(broken.value)
    assert not gave_up_waiting(broken.value)
