"""Many at once for few seats: real connections, one barrier, and a control that shows the test would see it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from time import sleep

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from erhvervspanel.foundation.models import OutgoingMail
from events.actions import (
    Full,
    Party,
    Wish,
    accept,
    cancel,
    capacity_problems,
    change,
    check_in,
    promote,
    register,
    release_expired,
    seats,
)
from events.models import Event, Promotion, Registration, RegistrationState
from tests.events.test_registering import come, open_event
from tests.factories import SessionFactory, UserFactory

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

    monkeypatch.setattr("events.actions.registering.LOCK", "")
    monkeypatch.setattr("events.actions.registering.take_event_seats", unguarded)
    event = open_event(capacity=10)
    at_once(sign_up(event, number) for number in range(CROWD))
    assert taken(event) > 10


def test_the_guard_holds_without_the_lock(monkeypatch):
    monkeypatch.setattr("events.actions.registering.LOCK", "")
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


def test_two_members_of_staff_check_the_same_party_in():
    registration = come(open_event(capacity=1))
    users = [UserFactory(first_name=name, last_name="") for name in ("Anna", "Bo")]
    results = at_once([lambda user=user: check_in(registration, by=user) for user in users])
    refused = [result for result in results if isinstance(result, ValidationError)]
    assert len(refused) == 1
    assert "allerede mødt op. Noteret kl." in refused[0].messages[0]
    assert registration.changes.filter(after=S.ATTENDED).count() == 1


def test_an_offer_that_runs_out_as_it_is_accepted_is_one_of_the_two():
    event = open_event(capacity=1)
    seated, first, second = come(event), come(event, wait=True), come(event, wait=True)
    cancel(seated)
    Registration.objects.filter(pk=first.pk).update(held_until=timezone.now() + timedelta(milliseconds=150))
    first.refresh_from_db()

    def expire():
        sleep(0.15)
        return release_expired()

    def take():
        sleep(0.14)
        return accept(first)

    at_once([expire, take])
    release_expired()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) in ((S.CONFIRMED, S.WAITING), (S.EXPIRED, S.OFFERED))
    assert taken(event) == 1
    assert capacity_problems() == []


def test_two_promotions_at_once_make_one_offer():
    event = open_event(capacity=1)
    come(event)
    queue = [come(event, wait=True) for _ in range(3)]
    Event.objects.filter(pk=event.pk).update(capacity=2)
    at_once([lambda: promote(event) for _ in range(6)])
    assert event.registrations.filter(state=S.OFFERED).get() == queue[0]
    assert OutgoingMail.objects.filter(kind="offer").count() == 1
    assert capacity_problems() == []


def test_a_capacity_lowered_among_the_crowd_is_held_from_then_on():
    event = open_event(capacity=20)
    seen = []

    def lower():
        with transaction.atomic():
            held = Event.objects.select_for_update().get(pk=event.pk)
            seen.append(taken(held))
            Event.objects.filter(pk=held.pk).update(capacity=5)

    at_once([*(sign_up(event, number) for number in range(CROWD)), lower])
    assert taken(event) == max(5, seen[0])


def test_a_promotion_and_newcomers_share_what_is_free():
    event = open_event(capacity=1, promotion=Promotion.STRAIGHT)
    come(event)
    queue = [come(event, 2, wait=True), come(event, wait=True)]
    Event.objects.filter(pk=event.pk).update(capacity=5)
    results = at_once([lambda: promote(event), *(sign_up(event, 2000 + number) for number in range(8))])
    for registration in queue:
        registration.refresh_from_db()
    assert [registration.state for registration in queue] == [S.CONFIRMED, S.CONFIRMED]
    assert sum(isinstance(result, Registration) for result in results) == 1
    assert taken(event) == 5


def test_two_cancellations_and_two_changes_leave_the_counters_right():
    event = open_event(capacity=9)
    cafe = SessionFactory(event=event, kind="cafe", capacity=9)
    rows = [come(event, 2, sessions=(cafe,)) for _ in range(4)]
    wishes = [
        Wish(row.name, places, sessions=(cafe,)) for row, places in zip(rows, (1, 3, 4, 1), strict=True)
    ]
    at_once(
        [lambda row=row, wish=wish: change(row, wish) for row, wish in zip(rows, wishes, strict=True)]
        + [lambda row=row: cancel(row) for row in rows[:2]]
    )
    assert capacity_problems() == []
    event.refresh_from_db()
    assert event.seats_taken == taken(event) <= 9
