"""Who is let in: the queue when seats become free, and those whom staff let past it."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from events.actions import (
    Full,
    Fullness,
    Wish,
    cancel,
    cancel_event,
    capacity_problems,
    change,
    confirm,
    erase,
    move_up,
    promote,
    register_for,
)
from events.forms import RegistrationForm
from events.models import Event, GroupRule, Promotion, RegistrationState
from tests.events.test_registering import come, mails, open_event, party
from tests.factories import SessionFactory, UserFactory
from tests.forms import fields_of

pytestmark = pytest.mark.django_db
S = RegistrationState


@pytest.fixture
def by():
    return UserFactory(is_staff=True)


@pytest.mark.parametrize("leave", [cancel, erase])
def test_who_leaves_the_queue_lets_in_those_behind_who_fit(leave):
    event = open_event(capacity=3, group_rule=GroupRule.WAIT, promotion=Promotion.STRAIGHT)
    come(event)
    large, small = come(event, 3, wait=True), come(event, wait=True)
    assert small.state == S.WAITING  # the seats are held for those in front
    leave(large)
    small.refresh_from_db()
    assert small.state == S.CONFIRMED


@pytest.mark.parametrize("rule", GroupRule)
def test_a_party_larger_than_the_whole_event_stands_in_nobodys_way(rule, by):
    event = open_event(capacity=3, group_rule=rule, promotion=Promotion.STRAIGHT)
    large = come(event, 4, wait=True)
    assert not Fullness(event).is_full
    assert come(event).state == S.CONFIRMED
    guest = register_for(event, party(email=""), form_token="a", by=by)
    assert (guest.state, guest.override_reason) == (S.CONFIRMED, "")
    last = come(event)
    behind = come(event, wait=True)
    assert behind.state == S.WAITING
    cancel(last)
    behind.refresh_from_db()
    assert behind.state == S.CONFIRMED
    Event.objects.filter(pk=event.pk).update(capacity=7)
    assert promote(event) == [large]


def test_a_party_larger_than_the_whole_cafe_stands_in_nobodys_way():
    event = open_event(capacity=20)
    cafe = SessionFactory(event=event, kind="cafe", capacity=2)
    large = come(event, 3, sessions=(cafe,), waits_for_sessions=True)
    first, _second = (come(event, sessions=(cafe,)) for _ in range(2))
    behind = come(event, sessions=(cafe,), waits_for_sessions=True)
    cancel(first)
    assert behind.choices.get().queued_at is None
    assert large.choices.get().queued_at is not None


def reasons(registration) -> list[str]:
    return [change.reason for change in registration.changes.all()]


def test_a_newcomer_who_fits_passes_those_who_do_not_and_the_log_says_so(by):
    event = open_event(capacity=6, group_rule=GroupRule.NEXT)
    cafe = SessionFactory(event=event, kind="cafe", title="Affald", capacity=3)
    come(event, sessions=(cafe,))
    come(event, 3, sessions=(cafe,), waits_for_sessions=True)
    come(event, 3, wait=True)
    assert label_of_cafe(event) == "2 pladser tilbage"
    newcomer = come(event, sessions=(cafe,))
    told = "Gik forbi 1 tilmelding og 1 tilmelding til »Affald«, som der ikke var plads til"
    assert (newcomer.state, reasons(newcomer)) == (S.CONFIRMED, [told])
    guest = register_for(event, party(email="", sessions=(cafe,)), form_token="a", by=by)
    assert reasons(guest) == [told]
    assert guest.choices.get().queued_at is None
    assert label_of_cafe(event) == "fuldt optaget"


def label_of_cafe(event) -> str:
    form = RegistrationForm(event=Event.objects.get(pk=event.pk))
    [(_key, label)] = form.fields["sessions"].choices
    return label.rpartition(", ")[2].removesuffix(")")


def test_who_is_promoted_past_others_has_it_in_the_log():
    event = open_event(capacity=3, group_rule=GroupRule.NEXT, promotion=Promotion.STRAIGHT)
    cafe = SessionFactory(event=event, kind="cafe", title="Affald", capacity=2)
    first, _seated = come(event, sessions=(cafe,)), come(event, 2)
    large, small = come(event, 3, wait=True), come(event, wait=True, sessions=(cafe,))
    cancel(first)
    small.refresh_from_db()
    assert (small.state, reasons(small)[-1]) == (
        S.CONFIRMED, "Gik forbi 1 tilmelding, som der ikke var plads til",
    )  # fmt: skip
    assert reasons(large) == [""]


def test_who_gets_a_seat_in_a_cafe_past_others_has_it_in_the_log():
    event = open_event(capacity=20, group_rule=GroupRule.NEXT)
    cafe = SessionFactory(event=event, kind="cafe", title="Affald", capacity=2)
    first, _second = (come(event, sessions=(cafe,)) for _ in range(2))
    come(event, 2, sessions=(cafe,), waits_for_sessions=True)
    small = come(event, sessions=(cafe,), waits_for_sessions=True)
    cancel(first)
    assert reasons(small)[-1] == "Plads i »Affald«. Gik forbi 1 tilmelding, som der ikke var plads til"


def test_who_changes_past_others_has_it_in_the_log():
    event = open_event(capacity=20, group_rule=GroupRule.NEXT)
    cafe = SessionFactory(event=event, kind="cafe", title="Affald", capacity=3)
    come(event, sessions=(cafe,)), come(event, 3, sessions=(cafe,), waits_for_sessions=True)
    registration = come(event)
    change(registration, Wish(registration.name, 1, sessions=(cafe,)))
    told = "programpunkter. Gik forbi 1 tilmelding til »Affald«, som der ikke var plads til"
    assert reasons(registration)[-1] == told
    registration.refresh_from_db()
    change(registration, Wish("Nyt navn", 1, sessions=(cafe,)))
    assert reasons(registration)[-1] == "navn"


def test_nobody_passes_those_who_wait_for_a_cafe_where_the_seats_wait_for_the_first():
    event = open_event(capacity=20, group_rule=GroupRule.WAIT)
    cafe = SessionFactory(event=event, kind="cafe", capacity=3)
    come(event, sessions=(cafe,)), come(event, 3, sessions=(cafe,), waits_for_sessions=True)
    with pytest.raises(Full):
        come(event, sessions=(cafe,))


@pytest.mark.parametrize("rule", GroupRule)
@pytest.mark.parametrize("waiting", [2, 12])
def test_a_seat_that_becomes_free_costs_the_same_however_many_wait(
    django_assert_max_num_queries, rule, waiting
):
    event = open_event(capacity=1, group_rule=rule, promotion=Promotion.STRAIGHT)
    cafe = SessionFactory(event=event, kind="cafe", capacity=1)
    first = come(event, sessions=(cafe,))
    for _ in range(waiting):
        come(event, sessions=(cafe,), wait=True, waits_for_sessions=True)
    with django_assert_max_num_queries(30):
        cancel(first)
    assert event.registrations.queue().count() == waiting - 1


def test_raising_the_capacity_serves_the_queue_first():
    event = open_event(capacity=0, promotion=Promotion.STRAIGHT)
    waiting = come(event, wait=True)
    Event.objects.filter(pk=event.pk).update(capacity=1)
    with pytest.raises(Full):
        come(event)
    assert promote(event) == [waiting]


def test_staff_register_without_an_address_and_beyond_the_capacity_with_a_reason(by):
    event = open_event(capacity=1)
    come(event)
    with pytest.raises(Full):
        register_for(event, party(email=""), form_token="a", by=by)
    who = party(email="")
    guest = register_for(event, who, form_token="a", by=by, override_reason="Oplægsholder")
    assert (guest.state, guest.override_reason) == (S.CONFIRMED, "Oplægsholder")
    assert register_for(event, who, form_token="a", by=by) == guest
    assert mails() == ["confirmed"]
    assert capacity_problems() == []
    with pytest.raises(ValidationError, match="allerede tilmeldt"):
        register_for(event, party(email=event.registrations.first().email), form_token="b", by=by)


@pytest.mark.parametrize("promotion", Promotion)
def test_staff_put_somebody_on_the_waiting_list_as_the_public_does(by, promotion):
    event = open_event(capacity=1, promotion=promotion)
    cafe = SessionFactory(event=event, kind="cafe", capacity=1)
    seated, first = come(event), come(event, wait=True)
    caller = register_for(event, party(sessions=(cafe,)), form_token="a", by=by, wait=True)
    assert (caller.state, caller.queue_place(), caller.override_reason) == (S.WAITING, 2, "")
    assert (caller.changes.get().reason, caller.changes.get().by) == ("", by)
    assert caller.choices.get().queued_at is not None
    assert mails()[-1] == "waiting"
    behind = come(event, wait=True)
    cancel(seated)
    cancel(first)
    for registration, state in ((caller, (S.OFFERED, S.CONFIRMED)), (behind, (S.WAITING,))):
        registration.refresh_from_db()
        assert registration.state in state
    assert caller.choices.get().queued_at is None


def test_where_there_is_a_seat_nobody_waits_for_it(by):
    event = open_event(capacity=1)
    cafe = SessionFactory(event=event, kind="cafe", capacity=0)
    who = party(email="", sessions=(cafe,), waits_for_sessions=True)
    made = register_for(event, who, form_token="a", by=by, wait=True)
    assert (made.state, made.choices.get().queued_at is None) == (S.CONFIRMED, False)


def test_who_passes_nobody_is_not_said_to(by):
    event = open_event(capacity=1, group_rule=GroupRule.NEXT)
    come(event), come(event, wait=True)
    caller = register_for(event, party(), form_token="a", by=by, wait=True)
    assert caller.changes.get().reason == ""


@pytest.mark.parametrize(("given", "field"), [({"email": ""}, "email"), ({"places": 3}, "places")])
def test_nobody_is_put_on_the_waiting_list_in_vain(by, given, field):
    event = open_event(capacity=2)
    come(event, 2)
    with pytest.raises(ValidationError) as refused:
        register_for(event, party(**given), form_token="a", by=by, wait=True)
    assert list(refused.value.message_dict) == [field]


def test_staff_put_nobody_on_a_list_that_has_closed(by):
    event = open_event(capacity=1)
    come(event)
    with time_machine.travel(event.closes_at + timedelta(minutes=1)), pytest.raises(Full):
        register_for(event, party(), form_token="a", by=by, wait=True)


def test_moving_up_needs_a_reason_and_is_told(by):
    event = open_event(capacity=1)
    come(event)
    _first, second = come(event, wait=True), come(event, wait=True)
    with pytest.raises(ValidationError, match="Skriv hvorfor"):
        move_up(second, by=by, reason=" ")
    move_up(second, by=by, reason="Skal holde oplæg")
    second.refresh_from_db()
    assert (second.state, second.override_reason) == (S.CONFIRMED, "Skal holde oplæg")
    assert second.changes.last().reason == "Skal holde oplæg"
    assert mails()[-1] == "promoted"
    assert capacity_problems() == []


def test_moving_up_who_did_not_fit_lets_in_those_behind_who_do(by):
    event = open_event(capacity=3, group_rule=GroupRule.WAIT, promotion=Promotion.STRAIGHT)
    come(event)
    large, small = come(event, 3, wait=True), come(event, wait=True)
    assert small.state == S.WAITING  # the seat is held for those in front
    move_up(large, by=by, reason="Skal holde oplæg")
    small.refresh_from_db()
    assert small.state == S.CONFIRMED


def test_a_reason_counts_the_seats_that_there_are(by):
    """Beyond the company's share or a full café is not beyond the capacity."""
    event = open_event(capacity=10, most_per_company=2)
    cafe = SessionFactory(event=event, kind="cafe", capacity=1)
    come(event, 2, organisation="Værkstedet")
    come(event, sessions=(cafe,))
    more = party(3, organisation="Værkstedet", sessions=(cafe,))
    with pytest.raises(Full):
        register_for(event, more, form_token="a", by=by)
    made = register_for(event, more, form_token="a", by=by, override_reason="Vært")
    event.refresh_from_db()
    assert (made.state, made.override_reason, event.seats_taken) == (S.CONFIRMED, "", 6)
    assert made.changes.get().reason == "Vært"
    assert made.choices.get().queued_at is not None
    assert capacity_problems() == []


def test_moving_up_beyond_the_capacity_leaves_no_queue_behind(by):
    event = open_event(capacity=0)
    cafe = SessionFactory(event=event, kind="cafe", capacity=5)
    waiting = come(event, wait=True, sessions=(cafe,))
    move_up(waiting, by=by, reason="Skal holde oplæg")
    assert waiting.choices.get().queued_at is None
    assert capacity_problems() == []


def test_more_seats_in_a_cafe_on_its_own_page_go_to_those_who_wait(
    client, django_capture_on_commit_callbacks
):
    client.force_login(UserFactory(superuser=True))
    event = open_event(capacity=10)
    cafe = SessionFactory(event=event, kind="cafe", capacity=1)
    come(event, sessions=(cafe,))
    waiting = come(event, sessions=(cafe,), waits_for_sessions=True)
    page = reverse("admin:events_session_change", args=[cafe.pk])
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(page, fields_of(client.get(page)) | {"capacity": "5"})
    assert response.status_code == 302
    assert waiting.choices.get().queued_at is None


def test_an_earlier_version_of_a_cafe_gives_its_seats_to_those_who_wait(client):
    client.force_login(UserFactory(superuser=True))
    event = open_event(capacity=10)
    cafe = SessionFactory(event=event, kind="cafe", capacity=5)
    earlier = cafe.history.first()
    cafe.capacity = 1
    cafe.save()
    come(event, sessions=(cafe,))
    waiting = come(event, sessions=(cafe,), waits_for_sessions=True)
    client.post(reverse("admin:events_session_simple_history", args=[cafe.pk, earlier.pk]))
    assert waiting.choices.get().queued_at is None


def test_nobody_gets_a_seat_at_a_cancelled_event(by):
    event = open_event(capacity=1, confirms_email=True)
    held, waiting = come(event), come(event, wait=True)
    cancel_event(event, by=by)
    with pytest.raises(ValidationError, match="aflyst"):
        confirm(held)
    with pytest.raises(ValidationError, match="aflyst"):
        move_up(waiting, by=by, reason="Oplæg")


def test_who_is_let_in_beyond_the_capacity_takes_a_seat_in_a_cafe_or_waits_for_one(by):
    event = open_event(capacity=1)
    cafe = SessionFactory(event=event, kind="cafe", capacity=1)
    come(event)
    guests = [
        register_for(
            event, party(email="", sessions=(cafe,)), form_token=f"{n}", by=by, override_reason="Vært"
        )
        for n in range(2)
    ]
    assert [guest.choices.get().queued_at is None for guest in guests] == [True, False]
    cafe.refresh_from_db()
    assert cafe.seats_taken == 1
    cancel(guests[0])
    assert guests[1].choices.get().queued_at is None
    cafe.refresh_from_db()
    event.refresh_from_db()
    assert (cafe.seats_taken, event.seats_taken) == (1, 1)
    assert capacity_problems() == []


def test_who_came_beyond_the_capacity_gets_more_places_from_staff_alone(by):
    event = open_event(capacity=0, most_places=4)
    cafe = SessionFactory(event=event, kind="cafe", capacity=3)
    guest = register_for(
        event, party(2, email="", sessions=(cafe,)), form_token="a", by=by, override_reason="Vært"
    )
    wish = Wish(guest.name, 3, sessions=(cafe,))
    with pytest.raises(Full):
        change(guest, wish)
    change(guest, Wish(guest.name, 1, sessions=(cafe,)))
    guest.refresh_from_db()
    change(guest, wish, by=by)
    cafe.refresh_from_db()
    event.refresh_from_db()
    assert (cafe.seats_taken, event.seats_taken) == (3, 0)


def test_too_many_are_told_until_the_event_is_over():
    event = open_event(capacity=2)
    come(event, 2)
    Event.objects.filter(pk=event.pk).update(capacity=1)
    [told] = capacity_problems()
    assert "der er kun 1" in told
    with time_machine.travel(event.ends_at + timedelta(minutes=1)):
        assert capacity_problems() == []
