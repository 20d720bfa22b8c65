"""Two at the door at once, on connections of their own."""

import itertools

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection

from events.actions import capacity_problems, check_in, close_door, let_in, standing, walk_in
from events.models import Registration, RegistrationState
from tests.events.test_races import at_once
from tests.events.test_registering import come, open_event, party
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
S = RegistrationState


def arrivals(registration) -> int:
    return registration.changes.filter(before=S.CONFIRMED, after=S.ATTENDED).count()


def test_many_check_the_same_person_in_and_one_does():
    registration = come(open_event())
    staff = UserFactory.create_batch(8, staff=True)
    results = at_once(lambda by=by: let_in(registration, by=by) for by in staff)
    assert sum(isinstance(result, Registration) for result in results) == 1
    refused = [result for result in results if isinstance(result, ValidationError)]
    assert len(refused) == 7
    assert all("er allerede mødt op. Noteret kl." in refusal.messages[0] for refusal in refused)
    assert arrivals(registration) == 1


def test_without_the_lock_several_do(monkeypatch):
    """The control: else the test above proves nothing."""

    def read_slowly(registration):
        fresh = Registration.objects.select_related("event").get(pk=registration.pk)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.05)")
        return fresh.event, fresh

    monkeypatch.setattr("events.actions.door.held", read_slowly)
    registration = come(open_event())
    staff = UserFactory.create_batch(8, staff=True)
    at_once(lambda by=by: check_in(registration, by=by) for by in staff)
    assert standing.held is not read_slowly
    assert arrivals(registration) > 1


def test_the_door_closes_while_people_come_and_each_is_noted_once():
    event, by = open_event(capacity=10), UserFactory(staff=True)
    registrations = [come(event) for _ in range(6)]
    with time_machine.travel(event.starts_at):
        at_once(
            [
                lambda: close_door(event, by=by),
                *(lambda each=each: check_in(each, by=by) for each in registrations),
            ]
        )
    for registration in registrations:
        registration.refresh_from_db()
        assert registration.state == S.ATTENDED
        moves = list(registration.changes.values_list("before", "after"))
        assert all(earlier[1] == later[0] for earlier, later in itertools.pairwise(moves)), moves
    assert capacity_problems() == []


@pytest.mark.parametrize("email", ["", "borger@example.org"])
def test_a_double_click_on_a_newcomer_is_one_person(email):
    event, by, who = open_event(capacity=10), UserFactory(staff=True), party(email=email)
    results = at_once(lambda: walk_in(event, who, form_token="form", by=by) for _ in range(6))
    assert {result.pk for result in results} == {Registration.objects.get().pk}
    assert Registration.objects.get().state == S.ATTENDED
    assert capacity_problems() == []
