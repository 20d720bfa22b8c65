"""What it costs to write to all: the event is held meanwhile, and those who sign up wait."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from erhvervspanel.foundation.models import OutgoingMail
from erhvervspanel.foundation.outbox import posting
from events import emails
from events.actions import (
    cancel_event,
    follow_change,
    remind_participants,
    remind_unconfirmed,
    restore_event,
    send_message,
    tell_of_closing,
)
from events.facts import Programme
from events.models import Event, Message, RegistrationState
from tests.events.test_registering import come, mails, numbers, open_event
from tests.factories import SessionFactory, UserFactory

pytestmark = pytest.mark.django_db
FEW, MANY = 3, 20


def moved(event: Event) -> None:
    before = Programme.of(Event.objects.get(pk=event.pk))
    event.refresh_from_db()
    Event.objects.filter(pk=event.pk).update(
        starts_at=event.starts_at + timedelta(hours=1), ends_at=event.ends_at + timedelta(hours=1)
    )
    follow_change(event, before=before)


def cancelled(event: Event) -> None:
    cancel_event(event, by=UserFactory())


def restored(event: Event) -> None:
    restore_event(event, by=UserFactory())


def written_to(event: Event) -> None:
    states = [RegistrationState.CONFIRMED]
    letter = Message(subject="Parkering", text="Brug P2.", states=states, form_token=f"{next(numbers)}")
    send_message(event, letter, by=UserFactory())


def reminded(event: Event) -> None:
    with time_machine.travel(event.starts_at - timedelta(days=1)):
        remind_participants()


def crowded(many: int, **values) -> Event:
    event = open_event(capacity=None, **values)
    cafe = SessionFactory(event=event, kind="cafe")
    for _ in range(many):
        come(event, sessions=(cafe,))
    return event


def cost_of(do, event: Event) -> int:
    with CaptureQueriesContext(connection) as queries:
        do(event)
    return len(queries)


@pytest.mark.parametrize("do", [moved, cancelled, written_to, reminded])
def test_writing_to_many_takes_as_many_statements_as_to_few(do):
    costs = []
    for many in (FEW, MANY):
        event = crowded(many)
        OutgoingMail.objects.all().delete()
        costs.append(cost_of(do, event))
        assert len(mails()) == many
        Event.objects.filter(pk=event.pk).update(cancelled_at=timezone.now())
    assert costs[0] == costs[1]


@pytest.mark.parametrize("do", [moved, restored])
def test_what_is_taken_back_for_many_takes_as_many_statements_as_for_few(do):
    costs = []
    for many in (FEW, MANY):
        event = crowded(many)
        (cancelled if do is restored else moved)(event)
        costs.append(cost_of(do, event))
    assert costs[0] == costs[1]


def test_many_who_have_not_confirmed_are_reminded_by_as_many_statements_as_few():
    costs = []
    for many in (FEW, MANY):
        event = crowded(many, confirms_email=True)
        with time_machine.travel(event.registrations.first().held_until - timedelta(hours=1)):
            costs.append(cost_of(lambda _event: remind_unconfirmed(), event))
    assert mails().count("confirm_soon") == FEW + MANY
    assert costs[0] == costs[1]


def test_many_on_a_list_that_has_closed_are_told_by_as_many_statements_as_few():
    costs = []
    for many in (FEW, MANY):
        event = open_event(capacity=1)
        come(event)
        for _ in range(many):
            come(event, wait=True)
        with time_machine.travel(event.closes_at + timedelta(minutes=1)):
            costs.append(cost_of(lambda _event: tell_of_closing(), event))
        Event.objects.filter(pk=event.pk).update(cancelled_at=timezone.now())
    assert mails().count("queue_closed") == FEW + MANY
    assert costs[0] == costs[1]


def test_a_crowd_is_written_to_in_parts_with_one_calendar_file(monkeypatch):
    made = []
    calendar_of = emails.calendar_of
    monkeypatch.setattr(
        emails, "calendar_of", lambda *args, **kwargs: made.append(1) or calendar_of(*args, **kwargs)
    )
    monkeypatch.setattr(posting, "CHUNK", 2)
    event = crowded(5)
    made.clear()
    cancelled(event)
    assert mails().count("event_cancelled") == 5
    assert len(made) == 1
