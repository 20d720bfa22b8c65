"""Changing, correcting and erasing a registration."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from erhvervspanel.foundation.models import MailState, OutgoingMail
from events.actions import (
    Full,
    Wish,
    accept,
    cancel,
    cancel_event,
    capacity_problems,
    change,
    confirm,
    correct_email,
    erase,
    remind_unconfirmed,
    send_message,
)
from events.models import AccessService, Event, GroupRule, Message, Promotion, Registration, RegistrationState
from tests.events.test_event_changes import moved
from tests.events.test_forgetting import columns_that_hold
from tests.events.test_registering import come, mails, open_event
from tests.factories import SessionFactory, UserFactory, VenueFactory

pytestmark = pytest.mark.django_db
S = RegistrationState


def wish(registration, **kwargs) -> Wish:
    """As the registration stands, but for `kwargs`."""
    given = {
        "name": registration.name,
        "places": registration.places,
        "organisation": registration.organisation,
        "sessions": tuple(choice.session for choice in registration.choices.all()),
    }
    return Wish(**given | kwargs)


def taken(*things) -> list[int]:
    for thing in things:
        thing.refresh_from_db()
    return [thing.seats_taken for thing in things]


def test_more_places_are_taken_at_the_event_and_in_its_cafes_together():
    event = open_event(capacity=4)
    cafe = SessionFactory(event=event, kind="cafe", capacity=3)
    registration = come(event, sessions=(cafe,))
    change(registration, wish(registration, places=3))
    assert taken(event, cafe) == [3, 3]
    assert mails() == ["confirmed", "changed"]
    registration.refresh_from_db()
    with pytest.raises(Full) as full:
        change(registration, wish(registration, places=4))
    assert full.value.sessions == [cafe]
    assert taken(event, cafe) == [3, 3]
    with pytest.raises(Full) as full:
        change(registration, wish(registration, places=5))
    assert (full.value.left, full.value.sessions) == (1, [])
    assert capacity_problems() == []


def test_fewer_places_go_to_those_who_wait():
    event = open_event(capacity=3, promotion=Promotion.STRAIGHT)
    registration, waiting = come(event, 3), come(event, 2, wait=True)
    change(registration, wish(registration, places=1))
    waiting.refresh_from_db()
    assert waiting.state == S.CONFIRMED
    assert taken(event) == [3]


def test_nobody_who_is_in_gets_more_while_others_wait():
    event = open_event(capacity=3)
    registration, _waiting = come(event), come(event, 3, wait=True)
    with pytest.raises(Full):
        change(registration, wish(registration, places=2))


def test_changing_cafe_gives_the_old_seat_to_the_first_who_waits_for_it():
    event = open_event(capacity=10)
    one, other = (SessionFactory(event=event, kind="cafe", capacity=1) for _ in range(2))
    registration = come(event, sessions=(one,))
    waiting = come(event, sessions=(one,), waits_for_sessions=True)
    assert waiting.choices.get().queue_place() == 1
    change(registration, wish(registration, sessions=(other,)))
    assert waiting.choices.get().queued_at is None
    assert taken(one, other) == [1, 1]
    assert mails()[-2:] == ["changed", "got_session"]
    assert capacity_problems() == []


def test_a_full_cafe_is_refused_or_waited_for():
    event = open_event(capacity=10)
    cafe = SessionFactory(event=event, kind="cafe", capacity=1)
    come(event, sessions=(cafe,))
    registration = come(event)
    with pytest.raises(Full):
        change(registration, wish(registration, sessions=(cafe,)))
    assert not registration.choices.exists()
    change(registration, wish(registration, sessions=(cafe,), waits_for_sessions=True))
    assert registration.choices.get().queued_at is not None
    assert capacity_problems() == []


def test_one_that_waits_keeps_its_turn_when_it_changes():
    event = open_event(capacity=0)
    first, second = come(event, wait=True), come(event, wait=True)
    change(first, wish(first, places=3))
    assert list(event.registrations.queue()) == [first, second]


def test_names_that_nobody_asked_for_stay_as_they_are():
    registration = come(open_event(), 2, companions=("Bo",))
    change(registration, wish(registration, name="Nyt Navn"))
    assert registration.companions.get().name == "Bo"
    assert registration.changes.last().reason == "navn"


def test_what_did_not_change_writes_no_mail():
    event = open_event()
    registration = come(event)
    change(registration, wish(registration))
    assert mails() == ["confirmed"]
    assert registration.changes.count() == 1


def test_the_log_names_what_changed_and_not_whom():
    event = open_event()
    registration = come(event)
    change(registration, wish(registration, name="Kanariefuglen", companions=("Gul Fugl",), places=2))
    assert registration.changes.last().reason == "pladser 1 → 2, navn, medfølgende"


@pytest.mark.parametrize("values", [{"confirms_email": True}, {"cancelled_at": timezone.now()}])
def test_what_is_not_confirmed_or_is_cancelled_cannot_be_changed(values):
    event = open_event(confirms_email=values.get("confirms_email", False))
    registration = come(event)
    Event.objects.update(cancelled_at=values.get("cancelled_at"))
    with pytest.raises(ValidationError):
        change(registration, wish(registration, places=2))


def test_a_corrected_address_gets_a_new_link_and_the_old_one_dies():
    event = open_event()
    registration = come(event, email="forkert@example.org")
    old = registration.token
    correct_email(registration, "Rigtig@Example.org ", by=UserFactory())
    registration.refresh_from_db()
    assert registration.token != old
    assert not Registration.objects.by_token(old).exists()
    assert Registration.objects.by_token(registration.token).get() == registration
    mail = OutgoingMail.objects.order_by("pk").last()
    assert (mail.to, mail.kind) == ("Rigtig@Example.org", "confirmed")
    assert registration.token in mail.text


def test_an_address_that_is_registered_already_is_no_correction():
    event = open_event()
    come(event, email="bo@example.org")
    registration = come(event)
    with pytest.raises(ValidationError, match="allerede tilmeldt"):
        correct_email(registration, "BO@example.org", by=UserFactory())


def test_erasing_frees_the_seat_and_leaves_no_trace_of_the_person():
    event = open_event(capacity=1, promotion=Promotion.STRAIGHT, asks_access=True)
    registration = come(
        event, name="Kanariefuglen", email="kanariefuglen@example.org", access=(AccessService.HEARING_LOOP,)
    )
    waiting = come(event, wait=True)
    erase(registration)
    assert columns_that_hold("kanariefugl") == []
    assert not registration.access_needs.exists()
    registration.refresh_from_db()
    waiting.refresh_from_db()
    assert (registration.state, waiting.state) == (S.CANCELLED, S.CONFIRMED)
    assert not Registration.objects.by_token("").exists()
    assert capacity_problems() == []


def test_a_company_gets_no_more_than_its_share():
    event = open_event(capacity=100, most_per_company=3)
    come(event, 2, organisation="Ørsted & Søn A/S")
    with pytest.raises(Full) as full:
        come(event, 2, organisation="  ørsted & søn a/s")
    assert (full.value.company, full.value.left) == (True, None)
    come(event, 1, organisation="Ørsted & Søn")
    come(event, 3, organisation="En anden")
    come(event, 4)


def test_the_next_that_fits_may_be_a_newcomer_where_the_event_says_so():
    event = open_event(capacity=2, group_rule=GroupRule.NEXT)
    come(event)
    group = come(event, 2, wait=True)
    newcomer = come(event)
    assert (group.state, newcomer.state) == (S.WAITING, S.CONFIRMED)


def test_a_promoted_party_may_still_wait_for_its_cafe_behind_those_who_came_before():
    event = open_event(capacity=2, promotion=Promotion.OFFER)
    cafe = SessionFactory(event=event, kind="cafe", capacity=1)
    in_cafe, other = come(event, sessions=(cafe,)), come(event)
    change(other, wish(other, sessions=(cafe,), waits_for_sessions=True))
    late = come(event, sessions=(cafe,), wait=True)
    cancel(in_cafe)
    late.refresh_from_db()
    assert late.state == S.OFFERED
    assert other.choices.get().queued_at is None
    assert late.choices.get().queued_at is not None
    accept(late)
    cancel(other)
    assert late.choices.get().queued_at is None
    assert capacity_problems() == []


def test_confirming_twice_is_one_confirmation():
    event = open_event(confirms_email=True)
    registration = come(event)
    confirm(registration)
    confirm(registration)
    assert mails() == ["confirm", "confirmed"]


def test_a_change_keeps_to_the_companys_share():
    event = open_event(capacity=10, most_per_company=2)
    one, nobody = come(event, organisation="X A/S"), come(event, 4)
    with pytest.raises(Full):
        change(one, Wish("Navn", 4, "X A/S"))
    with pytest.raises(Full):
        change(nobody, Wish("Navn", 4, "x a/s"))
    change(one, Wish("Navn", 2, "X A/S"))
    assert one.event.registrations.get(pk=one.pk).places == 2


def test_who_sits_in_a_cafe_gets_no_more_seats_there_while_others_wait():
    event = open_event(capacity=100)
    cafe = SessionFactory(event=event, kind="cafe", capacity=4)
    seated = come(event, sessions=(cafe,))
    come(event, 2, sessions=(cafe,))
    come(event, 2, sessions=(cafe,), waits_for_sessions=True)
    with pytest.raises(Full):
        change(seated, Wish("Navn", 2, sessions=(cafe,)))


def test_the_address_of_somebody_who_has_come_is_corrected():
    registration = come(open_event())
    Registration.objects.filter(pk=registration.pk).update(state=S.ATTENDED)
    correct_email(registration, "rigtig@example.org", by=UserFactory())
    assert OutgoingMail.objects.latest("pk").to == "rigtig@example.org"


def test_what_somebody_else_has_changed_is_not_changed_back_unseen():
    event = open_event(capacity=5)
    cafe = SessionFactory(event=event, kind="cafe", title="Affald")
    one = come(event)
    opened = one.version
    change(one, wish(one, places=2, sessions=(cafe,)))
    with pytest.raises(ValidationError, match=r"2 pladser, »\d\d.\d\d-\d\d.\d\d Affald«"):
        change(one, wish(one, name="Nyt Navn", opened_version=opened))
    one.refresh_from_db()
    assert (one.places, one.choices.count()) == (2, 1)
    change(one, wish(one, name="Nyt Navn", opened_version=one.version))
    one.refresh_from_db()
    assert (one.name, one.choices.count()) == ("Nyt Navn", 1)


def test_the_same_change_twice_is_one():
    one = come(open_event(capacity=5))
    twice = wish(one, places=3, opened_version=one.version)
    assert change(one, twice).changes.count() == change(one, twice).changes.count()


def on_its_way(registration) -> set[tuple[str, str]]:
    """The kinds of the mails to it that have not gone, and where they go."""
    unsent = registration.mails().exclude(state=MailState.SENT)
    return set(unsent.values_list("kind", "to"))


def test_a_corrected_address_has_as_long_to_be_confirmed_as_a_new_one():
    registration = come(open_event(confirms_email=True), email="forkert@example.org")
    until = registration.held_until
    with time_machine.travel(until - timedelta(minutes=30)):
        remind_unconfirmed()
        correct_email(registration, "rigtig@example.org", by=UserFactory())
        registration.refresh_from_db()
        assert registration.held_until > until + timedelta(hours=23)
        assert remind_unconfirmed() == 0
    assert on_its_way(registration) == {("confirm", "rigtig@example.org")}
    with time_machine.travel(registration.held_until - timedelta(hours=1)):
        assert remind_unconfirmed() == 1


def test_what_is_on_its_way_to_the_wrong_address_goes_to_the_right_one_with_its_link():
    event = open_event(reminder_days=2)
    registration = come(event, email="forkert@example.org")
    old = registration.token
    by = UserFactory()
    letter = Message(subject="Parkering", text="Brug P2.", states=[S.CONFIRMED], form_token="t")
    send_message(event, letter, by=by)
    moved(event, venue=VenueFactory(name="Den store sal"))
    correct_email(registration, "rigtig@example.org", by=by)
    registration.refresh_from_db()
    assert on_its_way(registration) == {
        (kind, "rigtig@example.org") for kind in ("confirmed", "message", "moved")
    }
    for mail in registration.mails():
        assert registration.token in mail.text
        assert registration.token in mail.html
        assert old not in mail.text + mail.html


def test_the_right_address_is_told_of_a_cancellation_in_the_words_of_staff():
    event = open_event()
    registration = come(event, email="forkert@example.org")
    by = UserFactory()
    cancel_event(event, by=by, message="Der er storm.")
    correct_email(registration, "rigtig@example.org", by=by)
    assert on_its_way(registration) == {(kind, "rigtig@example.org") for kind in ("event_cancelled", "link")}
    assert "Der er storm." in registration.mails().get(kind="event_cancelled").text
