"""Many at once for few seats: real connections, one barrier, and a control that shows the test would see it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from events.actions import Full, Party, accept, cancel, capacity_problems, register, seats
from events.models import Event, Promotion, Registration, RegistrationState
from tests.events.test_registering import come, open_event
from tests.factories import SessionFactory

pytestmark = pytest.mark.django_db(transaction=True)
S = RegistrationState
CROWD = 30


def at_once(actions) -> list:
    """What the actions returned or refused with, having begun together, each on a connection of its own."""
    actions = list(actions)
    barrier = Barrier(len(actions))

    def run(action):
        connection.ensure_connection()
        barrier.wait()
        try:
            return action()
        except (Full, ValidationError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def sign_up(event, number: int, *, places: int = 1, sessions=(), wait: bool = False):
    party = Party(f"Borger {number}", f"borger{number}@example.org", places, "1", sessions=tuple(sessions))
    return lambda: register(event, party, form_token=f"form-{number}", wait=wait)


def taken(event) -> int:
    return sum(event.registrations.holding().values_list("places", flat=True))


def test_thirty_for_ten_seats():
    event = open_event(capacity=10)
    results = at_once(sign_up(event, number) for number in range(CROWD))
    assert sum(isinstance(result, Registration) for result in results) == 10
    assert sum(isinstance(result, Full) for result in results) == CROWD - 10
    assert taken(event) == 10
    assert capacity_problems() == []


def test_without_lock_and_guard_it_oversells(monkeypatch):
    """The control: with both switched off, the same crowd gets in. Else the tests here prove nothing."""

    def unguarded(event, places):
        free = event.capacity - taken(event)
        if free < places:
            return False
        barrier_like_pause()
        return True

    def barrier_like_pause():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.05)")

    for module in ("events.actions.registering",):
        monkeypatch.setattr(f"{module}.lock", lambda key: Event.objects.get(pk=key))
        monkeypatch.setattr(f"{module}.take_event_seats", unguarded)
    event = open_event(capacity=10)
    at_once(sign_up(event, number) for number in range(CROWD))
    assert taken(event) > 10


def test_the_guard_holds_without_the_lock(monkeypatch):
    monkeypatch.setattr("events.actions.registering.lock", lambda key: Event.objects.get(pk=key))
    event = open_event(capacity=10)
    at_once(sign_up(event, number) for number in range(CROWD))
    assert taken(event) == 10
    assert capacity_problems() == []


def test_groups_all_or_nothing():
    event = open_event(capacity=10)
    at_once(sign_up(event, number, places=3) for number in range(12))
    assert taken(event) == 9


def test_the_last_seats_of_a_cafe():
    event = open_event(capacity=100)
    cafe = SessionFactory(event=event, kind="cafe", capacity=5)
    results = at_once(sign_up(event, number, sessions=[cafe]) for number in range(20))
    assert sum(isinstance(result, Registration) for result in results) == 5
    assert taken(event) == 5
    assert capacity_problems() == []


def test_two_cafes_in_opposite_order_do_not_wait_for_each_other():
    event = open_event(capacity=100)
    cafes = [SessionFactory(event=event, kind="cafe", capacity=50) for _ in range(2)]
    results = at_once(
        sign_up(event, number, sessions=cafes if number % 2 else cafes[::-1]) for number in range(20)
    )
    assert all(isinstance(result, Registration) for result in results)
    assert capacity_problems() == []


def test_a_freed_seat_goes_to_the_queue_and_not_to_a_newcomer():
    event = open_event(capacity=1, promotion=Promotion.STRAIGHT)
    seated = come(event)
    waiting = come(event, wait=True)
    at_once([lambda: cancel(seated), *(sign_up(event, number + 1000) for number in range(10))])
    waiting.refresh_from_db()
    assert waiting.state == S.CONFIRMED
    assert taken(event) == 1


def test_an_offer_is_accepted_or_passed_on_and_never_both():
    event = open_event(capacity=1)
    seated, first, second = come(event), come(event, wait=True), come(event, wait=True)
    cancel(seated)
    first.refresh_from_db()
    at_once([lambda: accept(first), lambda: cancel(first)])
    first.refresh_from_db()
    second.refresh_from_db()
    assert {first.state, second.state} in ({S.CANCELLED, S.OFFERED}, {S.CONFIRMED, S.WAITING})
    assert taken(event) == 1
    assert capacity_problems() == []


def test_a_double_click_is_one_registration():
    event = open_event(capacity=10)
    results = at_once(sign_up(event, 1) for _ in range(8))
    assert len({result.pk for result in results}) == 1
    assert Registration.objects.count() == 1
    assert seats.capacity_problems() == []
