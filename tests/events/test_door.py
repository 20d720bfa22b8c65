"""At the door: who is let in, how it is taken back, and who did not come."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from events import figures
from events.actions import (
    Full,
    cancel,
    capacity_problems,
    check_in,
    close_door,
    let_in,
    more_came,
    undo_check_in,
    walk_in,
)
from events.models import Registration, RegistrationState
from tests.events.test_registering import come, mails, open_event, party
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
S = RegistrationState


@pytest.fixture(autouse=True)
def _audited():
    """However a test ends, the counters tell what the rows do."""
    yield
    assert capacity_problems() == []


@pytest.fixture
def anna():
    return UserFactory(staff=True, first_name="Anna", last_name="Jensen")


def states(*registrations) -> list[str]:
    for registration in registrations:
        registration.refresh_from_db()
    return [registration.state for registration in registrations]


def test_who_is_checked_in_twice_is_there_once_and_the_second_hears_who_did_it(anna):
    registration = come(open_event())
    with time_machine.travel("2026-03-03 16:04Z", tick=False):
        let_in(registration, by=anna)
    other = UserFactory(staff=True)
    more_came(registration, by=other, places=1)
    with pytest.raises(ValidationError, match=r"er allerede mødt op\. Noteret kl\. 17\.04 af Anna Jensen\."):
        let_in(registration, by=other)
    assert registration.changes.arrivals().count() == 1


@pytest.mark.parametrize("state", [S.PENDING, S.OFFERED])
def test_who_has_not_answered_a_mail_yet_has_a_seat_when_they_come(anna, state):
    event = open_event(confirms_email=state == S.PENDING, capacity=1)
    registration = come(event)
    if state == S.OFFERED:
        seated, registration = registration, come(event, wait=True)
        cancel(seated)
    assert states(registration) == [state]
    let_in(registration, by=anna)
    assert states(registration) == [S.ATTENDED]
    assert [change.by for change in registration.changes.all()][-2:] == [anna, anna]


def test_who_waits_is_let_in_for_a_reason_alone(anna):
    event = open_event(capacity=1)
    seated, waiting = come(event), come(event, wait=True)
    with pytest.raises(ValidationError, match="Skriv hvorfor"):
        let_in(waiting, by=anna)
    assert states(waiting) == [S.WAITING]
    let_in(waiting, by=anna, reason="Taler i panelet")
    assert states(seated, waiting) == [S.CONFIRMED, S.ATTENDED]
    assert waiting.override_reason == "Taler i panelet"


def test_who_has_cancelled_is_not_let_in_by_the_old_registration(anna):
    registration = cancel(come(open_event()))
    with pytest.raises(ValidationError, match=r"har ingen plads: afmeldt\. Er der plads"):
        let_in(registration, by=anna)
    assert states(registration) == [S.CANCELLED]


@pytest.mark.parametrize(("said", "noted"), [(None, 3), (2, 2), (0, 1), (9, 3)])
def test_a_group_may_come_with_fewer_than_it_said_and_never_with_more(anna, said, noted):
    registration = come(open_event(capacity=5), 3)
    let_in(registration, by=anna, places=said)
    registration.refresh_from_db()
    assert registration.places_present == noted


def test_more_of_a_group_come_later(anna):
    registration = come(open_event(capacity=5), 4)
    with pytest.raises(ValidationError, match="Tjek ind først"):
        more_came(registration, by=anna, places=2)
    let_in(registration, by=anna, places=2)
    more_came(registration, by=anna, places=9)
    registration.refresh_from_db()
    assert registration.places_present == 4
    assert registration.changes.last().reason == "4 af 4 er kommet"


def test_a_check_in_is_taken_back_and_made_again(anna):
    registration = come(open_event())
    let_in(registration, by=anna)
    undo_check_in(registration, by=anna)
    registration.refresh_from_db()
    assert (registration.state, registration.places_present) == (S.CONFIRMED, None)
    with pytest.raises(ValidationError, match="ikke skrevet som mødt op"):
        undo_check_in(registration, by=anna)
    let_in(registration, by=anna)
    assert states(registration) == [S.ATTENDED]


def test_a_newcomer_takes_a_free_seat_and_is_there(anna):
    event = open_event(capacity=1)
    who = party(email="")
    registration = walk_in(event, who, form_token="form", by=anna)
    assert (registration.state, registration.places_present) == (S.ATTENDED, 1)
    event.refresh_from_db()
    assert event.seats_taken == 1
    assert mails() == []
    assert walk_in(event, who, form_token="form", by=anna) == registration
    assert Registration.objects.count() == 1


def test_a_newcomer_without_a_free_seat_needs_a_reason_and_takes_nobodys(anna):
    event = open_event(capacity=1)
    come(event)
    with pytest.raises(Full):
        walk_in(event, party(), form_token="form", by=anna)
    assert Registration.objects.count() == 1
    registration = walk_in(event, party(), form_token="form", by=anna, override_reason="Pressen")
    assert registration.state == S.ATTENDED
    event.refresh_from_db()
    assert event.seats_taken == 1


def test_the_door_is_not_closed_before_the_start(anna):
    with pytest.raises(ValidationError, match="ikke begyndt"):
        close_door(open_event(), by=anna)


def test_the_closed_door_tells_who_came_and_who_did_not(anna):
    event = open_event(capacity=20)
    group, alone, _absent, late = come(event, 4), come(event), come(event, 2), come(event)
    waiting = come(event, 20, wait=True)
    check_in(group, by=anna, places=3)
    check_in(alone, by=anna)
    assert figures.attendance(event).awaited == 3
    with time_machine.travel(event.starts_at + timedelta(minutes=30)):
        event.refresh_from_db()
        assert close_door(event, by=anna) == 2
        assert close_door(event, by=anna) == 0
        attendance = figures.attendance(event)
        assert (attendance.present, attendance.absent, attendance.expected) == (4, 4, 8)
        assert (attendance.awaited, attendance.absent_share) == (0, 50)
        let_in(late, by=anna)
    assert states(late, waiting) == [S.ATTENDED, S.WAITING]
    assert figures.attendance(event).present == 5
