"""When registration closes, the waiting list ends: nobody is promised a seat any more, and those who waited are told."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation.models import OutgoingMail
from erhvervspanel.foundation.outbox.sending import KEPT
from events import emails
from events.actions import Full, Wish, cancel_event, change, register, tell_of_closing
from events.models import Event
from tests.events.test_registering import come, open_event, party
from tests.events.test_sign_up import address, hidden
from tests.factories import SessionFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def told() -> list[str]:
    return list(OutgoingMail.objects.filter(kind="queue_closed").values_list("to", flat=True))


@pytest.fixture
def event():
    """Full, and closing in an hour."""
    event = open_event(capacity=1, registration_closes_at=timezone.now() + timedelta(hours=1))
    come(event)
    return event


def test_those_who_wait_are_told_once_that_the_list_has_closed(event):
    waiting = come(event, wait=True, email="venter@example.org")
    assert tell_of_closing() == 0
    with time_machine.travel(event.closes_at + MINUTE):
        assert (tell_of_closing(), tell_of_closing()) == (1, 0)
    assert told() == ["venter@example.org"]
    later = event.closes_at + timedelta(days=1)
    Event.objects.filter(pk=event.pk).update(registration_closes_at=later)
    assert tell_of_closing() == 0
    with time_machine.travel(later + MINUTE):
        assert tell_of_closing() == 1
    assert waiting.mails().filter(kind="queue_closed").count() == 2


def test_nobody_is_told_twice_though_the_mail_is_forgotten():
    closes_at = timezone.now() + timedelta(hours=1)
    starts_at = closes_at + 2 * KEPT
    event = open_event(
        capacity=1,
        registration_closes_at=closes_at,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
    )
    come(event), come(event, wait=True)
    with time_machine.travel(closes_at + MINUTE):
        assert tell_of_closing() == 1
    OutgoingMail.objects.all().delete()
    with time_machine.travel(closes_at + KEPT + MINUTE):
        assert tell_of_closing() == 0


def test_nobody_is_told_of_a_list_when_the_event_is_over_or_cancelled(event):
    come(event, wait=True)
    with time_machine.travel(event.ends_at + MINUTE):
        assert tell_of_closing() == 0
    cancel_event(event, by=UserFactory())
    with time_machine.travel(event.closes_at + MINUTE):
        assert tell_of_closing() == 0


def test_a_list_that_has_closed_promises_nothing(client, event):
    waiting = come(event, wait=True)
    seated = event.registrations.exclude(pk=waiting.pk).get()
    pages = [page.get_absolute_url() for page in (waiting, seated)]
    pages += [reverse("events:registration-change", args=[seated.token]), pages[1] + "oplysninger/"]
    promises = ("i køen", "der venter", "går videre")
    for page in pages:
        assert any(promise in client.get(page).text for promise in promises), page
    with time_machine.travel(event.closes_at + MINUTE):
        for page in pages:
            assert [promise for promise in promises if promise in client.get(page).text] == []
        page = client.get(pages[0]).text
        assert "Ventelisten er lukket</h2>" in page
        assert "Der blev ikke en plads til dig. Bliver der alligevel en" in page
    with time_machine.travel(event.ends_at + MINUTE):
        assert "Bliver der alligevel en" not in client.get(pages[0]).text


@pytest.mark.parametrize("write", [emails.confirmed, lambda registration: emails.reminder([registration])])
def test_a_mail_after_closing_speaks_of_nobody_who_waits(event, write):
    registration = event.registrations.get()
    OutgoingMail.objects.all().delete()
    with time_machine.travel(event.closes_at + MINUTE):
        write(registration)
    mail = OutgoingMail.objects.get()
    assert "Der kan være andre" not in mail.text + mail.html
    assert "meld fra" in mail.text


@pytest.mark.parametrize("write", [emails.received, emails.link_again])
def test_who_waited_is_promised_nothing_by_a_mail_after_closing(event, write):
    waiting = come(event, wait=True)
    OutgoingMail.objects.all().delete()
    with time_machine.travel(event.closes_at + MINUTE):
        write(waiting)
    mail = OutgoingMail.objects.get()
    for text in (mail.text, mail.html):
        assert "er lukket, og der blev ikke en plads til dig." in text
        assert "i køen" not in text


def test_a_form_that_was_opened_in_time_is_not_put_on_a_list_that_has_closed(client, event):
    opened = timezone.now()
    cafe = SessionFactory(event=event, kind="cafe", title="Affald", capacity=0)
    with time_machine.travel(event.closes_at + MINUTE):
        with pytest.raises(Full):
            register(event, party(), form_token="sent", wait=True, opened_at=opened)
        Event.objects.filter(pk=event.pk).update(capacity=5)
        event.refresh_from_db()
        queued = party(sessions=(cafe,), waits_for_sessions=True)
        with pytest.raises(Full):
            register(event, queued, form_token="sent", opened_at=opened)
        registration = event.registrations.get()
        wish = Wish("Navn", 1, sessions=(cafe,), waits_for_sessions=True)
        with pytest.raises(Full):
            change(registration, wish)


@pytest.mark.parametrize("checked", [{}, {"checked": "1"}])
def test_the_list_is_not_offered_to_a_form_that_was_opened_in_time(client, event, checked):
    with time_machine.travel(event.closes_at - MINUTE):
        token = hidden(client.get(address(event)))["form_token"]
    typed = {"name": "Åse Øst", "email": "aase@example.org", "places": "1", "organisation": ""}
    with time_machine.travel(event.closes_at + MINUTE):
        page = client.post(address(event), typed | checked | {"form_token": token}).text
    assert 'name="koe"' not in page
    assert "på venteliste" not in page
    assert ("Tilmeldingen er lukket, og ventelisten med den." in page) == bool(checked)
