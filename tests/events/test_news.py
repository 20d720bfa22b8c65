"""News of an event: one mail with what is so in the end, that says nothing a later mail has overtaken."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.models import OutgoingMail
from events.actions import (
    accept,
    cancel,
    cancel_event,
    change,
    decline,
    follow_change,
    move_up,
    release_expired,
    restore_event,
)
from events.facts import Facts, Programme
from events.models import Event, Promotion, RegistrationState, Session
from tests.events.test_changing import wish
from tests.events.test_event_changes import calendar_in, moved, sent
from tests.events.test_registering import come, mails, open_event
from tests.factories import SessionFactory, UserFactory, VenueFactory
from tests.forms import fields_of

pytestmark = pytest.mark.django_db
S = RegistrationState


@pytest.fixture
def by():
    return UserFactory(is_staff=True)


def later(event: Event, **by) -> dict:
    """Its times, so much later."""
    return {"starts_at": event.starts_at + timedelta(**by), "ends_at": event.ends_at + timedelta(**by)}


def forgotten() -> None:
    OutgoingMail.objects.all().delete()


def mail_of(registration, kind: str) -> OutgoingMail:
    return registration.mails().get(kind=kind)


def test_who_is_offered_a_seat_by_the_larger_hall_is_not_told_that_they_have_none():
    event = open_event(capacity=1)
    come(event)
    waiting = come(event, wait=True)
    moved(event, capacity=2, venue=VenueFactory(name="Den store sal"))
    waiting.refresh_from_db()
    assert waiting.state == S.OFFERED
    news = mail_of(waiting, "moved")
    assert "Den store sal" in news.text
    assert "Vi har tilbudt dig en plads" in news.text
    assert "har ikke en plads endnu" not in news.text


def test_who_gets_a_seat_when_it_is_held_after_all_is_told_so_by_both_mails(by):
    event = open_event(capacity=1, promotion=Promotion.STRAIGHT)
    seated, waiting = come(event), come(event, wait=True)
    cancel_event(event, by=by)
    sent()
    cancel(seated)
    assert restore_event(event, by=by) == 1
    news = mail_of(waiting, "event_restored")
    assert "har ikke en plads endnu" not in news.text
    assert mail_of(waiting, "promoted").next_attempt_at < news.next_attempt_at
    assert calendar_in(news)["method"] == "PUBLISH"


@pytest.mark.parametrize("ends", ["cancelled", "declined", "lapsed", "out of time"])
def test_who_is_out_gets_no_news_that_was_on_its_way(ends):
    event = open_event(capacity=1, confirms_email=ends == "lapsed")
    registration = come(event)
    if ends in ("declined", "out of time"):
        waiting = come(event, wait=True)
        cancel(registration)
        registration = waiting
    moved(event, **later(event, hours=1))
    assert "moved" in mails()
    if ends == "cancelled":
        cancel(registration)
    elif ends == "declined":
        decline(registration)
    else:
        with time_machine.travel(timezone.now() + timedelta(hours=49)):
            assert release_expired() == 1
    assert "moved" not in mails()


def test_news_on_their_way_are_written_anew_as_one_stands_now(by):
    event = open_event(capacity=1, confirms_email=False)
    seated, waiting = come(event), come(event, wait=True)
    moved(event, **later(event, hours=1))
    move_up(waiting, by=by, reason="Vært")
    news = mail_of(waiting, "moved")
    assert "har ikke en plads endnu" not in news.text
    assert calendar_in(news)["method"] == "PUBLISH"
    change(seated, wish(seated, organisation="Værkstedet"))
    assert seated.mails().filter(kind="moved").count() == 1
    cancel(seated)
    assert not seated.mails().filter(kind="moved").exists()


def test_an_offer_that_is_taken_is_no_offer_in_the_news():
    event = open_event(capacity=1)
    seated, waiting = come(event), come(event, wait=True)
    cancel(seated)
    moved(event, **later(event, hours=1))
    assert "Vi har tilbudt dig en plads" in mail_of(waiting, "moved").text
    accept(waiting)
    assert "Vi har tilbudt dig en plads" not in mail_of(waiting, "moved").text


def test_what_staff_say_of_a_cancellation_is_told_though_somebody_is_out_meanwhile(by):
    event = open_event(capacity=2)
    come(event)
    leaving = come(event)
    cancel_event(event, by=by, message="Der er storm.")
    cancel(leaving)
    [news] = OutgoingMail.objects.filter(kind="event_cancelled")
    assert "Der er storm." in news.text


def test_a_cancellation_that_is_mended_reaches_nobody(by):
    event = open_event()
    come(event)
    come(event, 2, wait=True)
    forgotten()
    assert cancel_event(event, by=by) == 2
    assert restore_event(event, by=by) == 0
    assert mails() == []


def test_a_move_that_is_put_back_reaches_those_alone_who_heard_of_it():
    event = open_event()
    come(event)
    there = event.venue
    moved(event, venue=VenueFactory())
    informed = come(event)  # whose mail says the new place
    assert moved(event, venue=there) == 1
    assert OutgoingMail.objects.get(kind="moved").to == informed.email


def test_moved_cancelled_and_held_after_all_is_moved(by):
    event = open_event()
    registration = come(event)
    moved(event, venue=VenueFactory(name="Den store sal"))
    cancel_event(event, by=by)
    assert mails()[1:] == ["event_cancelled"]
    assert restore_event(event, by=by) == 1
    assert mails()[1:] == ["moved"]
    assert "Den store sal" in mail_of(registration, "moved").text


def test_what_has_gone_is_told_otherwise_by_a_later_mail(by):
    event = open_event()
    come(event)
    forgotten()
    cancel_event(event, by=by)
    sent()
    moved(event, **later(event, days=1))
    assert restore_event(event, by=by) == 1
    # Nobody has heard that it is held: cancelled once more it is as they know it.
    event.refresh_from_db()
    assert cancel_event(event, by=by) == 0
    assert cancelled_again(event, by) == 1
    assert mails() == ["event_cancelled", "event_cancelled"]


def cancelled_again(event: Event, by) -> int:
    """With words of staff's, which are told whatever else is known."""
    restore_event(event, by=by)
    return cancel_event(event, by=by, message="Vi finder en ny dag.")


def test_facts_come_back_from_the_key_that_holds_them():
    event = open_event()
    for cancelled_at in (None, event.created_at):
        event.cancelled_at = cancelled_at
        facts = Facts.of(event, [SessionFactory(event=event)])
        assert Facts.read(str(facts)) == facts


# -- Cafés and workshops -------------------------------------------------------------------------------------


def put(session: Session, **values) -> int:
    before = Programme.of(Event.objects.get(pk=session.event_id))
    Session.objects.filter(pk=session.pk).update(**values)
    return follow_change(session.event, before=before)


def test_a_cafe_that_gets_another_time_or_room_is_told_to_those_who_chose_it():
    event = open_event(capacity=9)
    cafe, other = (SessionFactory(event=event, kind="cafe", title=f"Café {n}", room="1") for n in "AB")
    inside = come(event, sessions=(cafe,))
    come(event, sessions=(other,))
    forgotten()
    assert put(cafe, room="Salen") == 1
    news = OutgoingMail.objects.get()
    assert (news.kind, news.to) == ("sessions_moved", inside.email)
    assert "Salen" in news.text
    assert put(cafe, room="1") == 0
    assert mails() == []
    assert put(cafe, title="Café Å") == 0


def test_a_move_of_all_is_one_mail():
    event = open_event(capacity=9)
    cafe = SessionFactory(event=event, kind="cafe")
    come(event, sessions=(cafe,))
    forgotten()
    put(cafe, **later(cafe, hours=1))
    moved(event, **later(event, hours=1))
    assert mails() == ["moved"]


def test_two_rounds_with_one_title_are_told_apart():
    event = open_event(capacity=9)
    rounds = [
        SessionFactory(event=event, kind="cafe", title="Netværk", room=room, **later(event, hours=hours))
        for hours, room in ((2, "Salen"), (1, "Loftet"))
    ]
    come(event, sessions=rounds)
    text = OutgoingMail.objects.get().text
    assert text.index("Loftet") < text.index("Salen")
    assert text.count("Netværk, ") == 2


def test_staff_are_told_who_cannot_be_at_all_they_have_chosen(client):
    client.force_login(UserFactory(superuser=True))
    event = open_event(capacity=9)
    first, second = (
        SessionFactory(event=event, kind="cafe", **later(event, hours=hours)) for hours in (1, 9)
    )
    both = come(event, sessions=(first, second))
    alone, out = come(event, sessions=(second,)), come(event, sessions=(first, second))
    cancel(out)
    earlier = second.history.first()
    Session.objects.filter(pk=second.pk).update(starts_at=first.starts_at, ends_at=first.ends_at)
    second.refresh_from_db()
    second.save()
    as_the_first = second.history.first()
    address = "admin:events_session_simple_history"
    page = client.post(reverse(address, args=[second.pk, earlier.pk]), follow=True)
    assert "på samme tid" not in page.text
    page = client.post(reverse(address, args=[second.pk, as_the_first.pk]), follow=True)
    assert f"1 tilmelding har valgt noget, der nu er på samme tid: nummer {both.reference}." in page.text
    assert alone.reference not in page.text


@pytest.mark.django_db(transaction=True)
def test_a_cafe_that_staff_move_in_its_own_form_is_told_of(client):
    client.force_login(UserFactory(superuser=True))
    event = open_event(capacity=9)
    cafe = SessionFactory(event=event, kind="cafe", room="1")
    come(event, sessions=(cafe,))
    address = reverse("admin:events_session_change", args=[cafe.pk])
    fields = fields_of(client.get(address), with_action="") | {"room": ["Salen"], "_save": ["Gem"]}
    response = client.post(address, fields, follow=True)
    assert "1 tilmelding får en mail" in response.text
    assert mails()[1:] == ["sessions_moved"]


# -- Deadlines -----------------------------------------------------------------------------------------------


def offered_at(event: Event):
    """Somebody who has an offer at `event`, which has one seat."""
    seated, waiting = come(event), come(event, wait=True)
    cancel(seated)
    return waiting


def until(registration):
    registration.refresh_from_db()
    return registration.held_until


def test_an_offer_stands_though_registration_closes_sooner():
    event = open_event(capacity=1)
    waiting = offered_at(event)
    before = until(waiting)
    assert moved(event, registration_closes_at=timezone.now() + timedelta(hours=3)) == 0
    assert until(waiting) == before
    assert waiting.mails().filter(kind="offer").count() == 1


def test_nobody_may_think_beyond_the_start_of_an_event_that_begins_sooner():
    event = open_event(capacity=1)
    waiting = offered_at(event)
    starts_at = timezone.now() + timedelta(hours=8)
    moved(event, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3))
    assert until(waiting) < starts_at - timedelta(hours=3)
    assert notation.moment(waiting.held_until) in mail_of(waiting, "moved").text


def test_a_held_seat_is_to_be_confirmed_before_an_event_that_begins_sooner():
    event = open_event(confirms_email=True)
    registration = come(event)
    starts_at = timezone.now() + timedelta(hours=8)
    moved(event, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3))
    assert until(registration) < starts_at - timedelta(hours=3)


def test_who_was_offered_a_seat_may_take_it_though_registration_is_closed_at_once():
    event = open_event(capacity=1)
    waiting = offered_at(event)
    before = until(waiting)
    moved(event, registration_closes_at=timezone.now() - timedelta(minutes=1))
    assert until(waiting) == before


def test_news_that_an_earlier_release_wrote_go_as_they_are():
    event = open_event(capacity=2)
    registration = come(event)
    moved(event, venue=VenueFactory(name="Den store sal"))
    registration.mails().filter(kind="moved").update(key=f"registration:{registration.pk}:event:moved:3")
    cancel(registration)
    assert mail_of(registration, "moved")
    assert mail_of(registration, "cancelled")
