"""Whether the portal is well, with one thing broken after the other."""

import contextlib
import socket
import threading
import time
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, connections
from django.utils import timezone

from erhvervspanel.foundation.models import OutgoingMail, WorkerBeat
from erhvervspanel.foundation.monitoring import signs
from erhvervspanel.foundation.monitoring.signs import Examiner, Sign
from erhvervspanel.foundation.outbox import send_due
from tests.foundation.outbox.test_outbox import write
from tests.ports import free_port

ALIVE = "worker"


@pytest.fixture
def database(monkeypatch):
    """Lets the portal look for its database elsewhere."""

    def elsewhere(**values):
        for name, value in values.items():
            monkeypatch.setitem(connections.settings["default"], name, value)

    return elsewhere


@pytest.fixture
def well(transactional_db):
    WorkerBeat.objects.create(name=ALIVE)


def states(response) -> dict[str, str]:
    """What the page says of each sign: its state, and its figure where it is told to whom it may concern."""
    return {line.split()[0]: line.split()[1] for line in response.text.splitlines()}


OK = {"database": "ok", "migreringer": "ok", "udbakke": "ok", "worker": "ok", "disk": "ok"}


def asked(client) -> tuple[int, int, dict[str, str]]:
    """The status that a balancer gets, that of the strict question, and the signs."""
    response = client.get("/readyz")
    return response.status_code, client.get("/readyz?skaerpet=1").status_code, states(response)


@pytest.mark.usefixtures("well")
def test_a_portal_that_is_well(client):
    assert asked(client) == (200, 200, OK)


@pytest.mark.usefixtures("well")
def test_an_old_mail_is_told_and_keeps_nobody_out(client):
    write(1)
    OutgoingMail.objects.update(next_attempt_at=timezone.now() - timedelta(minutes=20))
    assert asked(client) == (200, 503, OK | {"udbakke": "advarsel"})


@pytest.mark.usefixtures("well")
def test_a_mail_that_is_due_and_one_that_is_to_wait_are_nothing_to_tell(client):
    write(1)
    OutgoingMail.objects.filter(pk=write(2).pk).update(
        next_attempt_at=timezone.now() + timedelta(days=1), created_at=timezone.now() - timedelta(days=1)
    )
    assert asked(client) == (200, 200, OK)


def outbox_after(minutes: int) -> dict[int, bool]:
    """Whether the outbox is well, minute by minute, with a worker at work."""
    start, well = timezone.now(), {}
    for minute in range(minutes):
        with time_machine.travel(start + timedelta(minutes=minute), tick=True):
            send_due()
            well[minute] = signs.outbox().is_well
    return well


@pytest.mark.django_db
def test_a_mail_server_that_refuses_everything_for_long_is_told(smtp):
    smtp.inbox.answer = lambda recipient: "451 Vent lidt"
    for number in range(2):
        write(number)
    well = outbox_after(20)
    assert [minute for minute in well if not well[minute]] == [15, 16, 17, 18, 19]


@pytest.mark.django_db
def test_a_mail_server_that_refuses_one_address_and_takes_the_others_is_well(smtp):
    smtp.inbox.answer = lambda recipient: "450 Findes måske" if recipient.startswith("borger1@") else ""
    write(1)
    write(2)
    assert all(outbox_after(20).values())


@pytest.mark.django_db(transaction=True)
def test_without_a_worker(client):
    assert asked(client) == (200, 503, OK | {"worker": "advarsel"})


@pytest.mark.usefixtures("well")
def test_a_silent_worker(client):
    WorkerBeat.objects.update(beat_at=timezone.now() - timedelta(minutes=2))
    assert asked(client) == (200, 503, OK | {"worker": "advarsel"})


@pytest.mark.usefixtures("well")
def test_a_full_disk(client, monkeypatch):
    monkeypatch.setattr(signs, "LEAST_FREE", 2**60)
    assert asked(client) == (503, 503, OK | {"disk": "fejl"})


@pytest.mark.usefixtures("well")
def test_a_disk_that_is_nearly_full(client, monkeypatch):
    monkeypatch.setattr(signs, "LITTLE_FREE", 2**60)
    monkeypatch.setattr(signs, "LITTLE_FREE_SHARE", 1)
    assert asked(client) == (200, 503, OK | {"disk": "advarsel"})


@pytest.mark.usefixtures("well")
def test_a_folder_that_is_gone(client, settings):
    settings.MEDIA_ROOT = "/findes/ikke"
    assert asked(client) == (200, 503, OK | {"disk": "advarsel"})


@pytest.mark.django_db
def test_a_database_that_is_not_migrated(client, database):
    database(NAME="postgres")
    status, strict, found = asked(client)
    assert (status, strict) == (503, 503)
    assert found == OK | {"migreringer": "fejl", "udbakke": "advarsel", "worker": "advarsel"}


@pytest.mark.django_db
def test_a_database_that_only_answers_questions(client, database):
    options = connections.settings["default"]["OPTIONS"]
    database(OPTIONS=options | {"options": "-c default_transaction_read_only=on"})
    status, strict, found = asked(client)
    assert (status, strict, found["database"]) == (200, 503, "advarsel")


@pytest.mark.django_db
def test_a_database_that_is_down(client, database):
    database(HOST="127.0.0.1", PORT=str(free_port()))
    assert asked(client) == (503, 503, {"database": "fejl", "disk": "ok"})


@pytest.mark.django_db
def test_a_database_that_takes_the_call_and_says_nothing(client, database, monkeypatch):
    monkeypatch.setattr(signs, "WITHIN", 0.2)
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as mute:
        database(HOST="127.0.0.1", PORT=str(mute.getsockname()[1]))
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.text == "database fejl svarer ikke inden for 0 s\n"
        stuck = signs.EXAMINER.asked
    # It is let go, so that it does not hold on to the tests' database.
    assert stuck.result(30)[0].is_fatal


@pytest.mark.usefixtures("well")
def test_it_costs_five_statements_and_nothing_that_cannot_change(client):
    client.get("/readyz")
    statements = []

    def note(execute, sql, *rest):
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        assert [str(sign).split()[1] for sign in signs.look()] == list(OK.values())
    assert len(statements) == 5
    assert signs.in_the_code() is signs.in_the_code()


def test_those_who_ask_at_once_share_one_examination():
    gate, looks = threading.Event(), []

    def look():
        looks.append(1)
        gate.wait(30)
        return [Sign("database", True, "")]

    examiner = Examiner(look)
    asked = [examiner.ask() for _ in range(5)]
    gate.set()
    assert [question.result(30) for question in asked] == [[Sign("database", True, "")]] * 5
    assert len(looks) == 1
    assert examiner.ask().result(30) == [Sign("database", True, "")]
    assert len(looks) == 2


def test_an_examiner_who_is_stuck_for_long_is_not_waited_for(monkeypatch):
    gate, looks = threading.Event(), []

    def look():
        looks.append(1)
        if len(looks) == 1:
            gate.wait(30)
        return [Sign("database", True, str(len(looks)))]

    examiner = Examiner(look)
    stuck = examiner.ask()
    while not looks:
        time.sleep(0.01)
    assert examiner.ask() is stuck
    monkeypatch.setattr(signs, "GIVEN_UP_AFTER", 0)
    assert examiner.ask().result(30)[0].figure == "2"
    gate.set()
    assert stuck.result(30)[0].is_well


def test_an_examination_that_goes_wrong_is_told_and_the_next_may_go_well():
    results = iter([None, [Sign("database", True, "")]])

    def look():
        found = next(results)
        if found is None:
            raise RuntimeError("uventet")
        return found

    examiner = Examiner(look)
    with pytest.raises(RuntimeError, match="uventet"):
        examiner.ask().result(30)
    assert examiner.ask().result(30) == [Sign("database", True, "")]
