"""What a citizen can do besides signing up: find the registration, change it, see and erase what is kept."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation.models import OutgoingMail
from events.models import AccessService, Audience, Event, Registration, RegistrationState
from tests.events.test_personal_page import fingerprint
from tests.events.test_registering import come, mails, open_event
from tests.events.test_sign_up import address, check_and_send, fill, hidden
from tests.factories import SessionFactory
from tests.forms import fields_of

pytestmark = pytest.mark.django_db
S = RegistrationState
__all__ = ["fill"]
FIND = reverse("events:registration-find")


def page_of(registration, name: str) -> str:
    return reverse(f"events:registration-{name}", args=[registration.token])


def change(client, registration, **given):
    """The form to change a registration, sent as it stands but for `given`."""
    typed = {"name": registration.name, "places": str(registration.places), "organisation": ""}
    return client.post(page_of(registration, "change"), typed | given, follow=True)


def ask(client, email: str):
    with time_machine.travel(timezone.now() - timedelta(minutes=1)):
        token = hidden(client.get(FIND))
    return client.post(FIND, token | {"email": email}, follow=True)


def test_finding_mails_the_link_and_says_the_same_to_everybody(client):
    registration = come(open_event(), email="aase@example.org")
    OutgoingMail.objects.all().delete()
    known, unknown = ask(client, " AASE@example.org"), ask(client, "ukendt@example.org")
    assert known.text == unknown.text
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.to) == ("link", "aase@example.org")
    assert registration.get_absolute_url() in mail.text


def test_finding_again_and_again_sends_one_mail_a_quarter(client):
    come(open_event(), email="aase@example.org")
    with time_machine.travel(timezone.now().replace(minute=1), tick=False):
        for _ in range(4):
            ask(client, "aase@example.org")
    assert mails() == ["confirmed", "link"]


def test_an_address_that_cannot_be_one_is_told(client):
    page = ask(client, "aase")
    assert "navn@eksempel.dk" in page.text
    assert 'value="aase"' in page.text


def test_places_and_cafes_are_changed_by_the_form(client):
    event = open_event(capacity=5)
    cafe = SessionFactory(event=event, kind="cafe", title="Affald", capacity=5)
    registration = come(event)
    after = change(client, registration, places="3", sessions=[cafe.pk], organisation="Værkstedet")
    assert after.redirect_chain[-1][0] == registration.get_absolute_url()
    registration.refresh_from_db()
    assert (registration.places, registration.organisation) == (3, "Værkstedet")
    assert [choice.session for choice in registration.choices.all()] == [cafe]


def test_more_places_than_there_are_change_nothing_and_keep_what_was_typed(client):
    event = open_event(capacity=5)
    registration, _others = come(event), come(event, 3)
    page = change(client, registration, places="4", organisation="Værkstedet")
    assert "Der er kun 1 plads mere." in unescape(page.text)
    assert 'value="Værkstedet"' in page.text
    registration.refresh_from_db()
    assert registration.places == 1


def test_what_staff_have_changed_of_the_event_takes_nothing_from_those_who_come(client):
    event = open_event(capacity=9, most_places=6, asks_names=True)
    cafe = SessionFactory(event=event, kind="cafe", title="Affald", capacity=6)
    names = ("Bo", "Dea", "Eli", "Fie", "Ib")
    registration = come(event, 6, companions=names, sessions=(cafe,))
    Event.objects.filter(pk=event.pk).update(asks_names=False, most_places=4, capacity=5)
    cafe.capacity = 5
    cafe.save()
    page = page_of(registration, "change")
    fields = fields_of(client.get(page))
    assert [fields[f"companion_{number}"] for number in range(2, 7)] == [[name] for name in names]
    after = client.post(page, fields | {"name": "Åse Vest"}, follow=True)
    assert after.redirect_chain[-1][0] == registration.get_absolute_url()
    registration.refresh_from_db()
    assert (registration.name, registration.places) == ("Åse Vest", 6)
    assert registration.choices.get().queued_at is None
    assert [companion.name for companion in registration.companions.all()] == list(names)
    assert registration.changes.last().reason == "navn"
    more = client.post(page, fields_of(client.get(page)) | {"places": "7"})
    assert "Du kan højst tilmelde 6. Skriv et mindre tal." in more.text


def test_more_names_than_places_are_told_though_none_are_asked_for_any_more(client):
    event = open_event(capacity=9, asks_names=True)
    registration = come(event, 3, companions=("Bo", "Dea"))
    Event.objects.filter(pk=event.pk).update(asks_names=False)
    page = page_of(registration, "change")
    fewer = fields_of(client.get(page)) | {"places": "2"}
    refused = client.post(page, fewer)
    assert "Du har skrevet 2 navne ud over dit eget, men bedt om 2 pladser." in refused.text
    client.post(page, fewer | {"companion_3": ""})
    assert [companion.name for companion in registration.companions.all()] == ["Bo"]


def test_a_full_cafe_can_be_waited_for_by_one_who_comes_already(client):
    event = open_event(capacity=5)
    cafe = SessionFactory(event=event, kind="cafe", title="Affald", capacity=1)
    come(event, sessions=(cafe,))
    registration = come(event)
    page = change(client, registration, sessions=[cafe.pk])
    assert "cafekoe" in page.text
    change(client, registration, sessions=[cafe.pk], cafekoe="1")
    assert registration.choices.get().queued_at
    assert "nr. 1" in client.get(registration.get_absolute_url()).text


def test_a_full_cafe_is_waited_for_from_the_page_that_says_it_is_full(client, fill):
    event = open_event(capacity=5)
    cafe = SessionFactory(event=event, kind="cafe", title="Affald", capacity=1)
    come(event, sessions=(cafe,))
    full = check_and_send(client, event, fill(event, name="Karen", sessions=[cafe.pk]))
    client.post(address(event), hidden(full) | {"cafekoe": "1"}, follow=True)
    registration = Registration.objects.get(name="Karen")
    assert registration.state == S.CONFIRMED
    assert registration.choices.get().queued_at


def test_what_is_kept_is_shown_to_its_owner_and_erased_by_a_button(client):
    event = open_event(asks_access=True)
    registration = come(event, name="Åse Øst", email="aase@example.org", access=(AccessService.LIVE_TEXT,))
    page = client.get(page_of(registration, "data"))
    for told in ("Åse Øst", "aase@example.org", "Skrivetolk", "Du er tilmeldt"):
        assert told in page.text
    assert str(registration.kept_until_day().year) in page.text
    client.post(registration.get_absolute_url(), {"step": "slet"})
    registration.refresh_from_db()
    assert (registration.name, registration.email, registration.state) == ("", "", S.CANCELLED)
    assert not OutgoingMail.objects.exists()
    assert client.get(page_of(registration, "data")).status_code == 404


def test_names_of_the_others_are_asked_for_only_where_the_event_wants_them(client, fill):
    plain, named = open_event(capacity=9), open_event(capacity=9, asks_names=True)
    assert "Navn på nr. 2" not in client.get(address(plain)).text
    assert "Der mangler 1" in fill(named, places="3", companion_2="Bo").text
    page = fill(named, places="2", companion_2="Øjvind Ågård")
    assert "Øjvind Ågård" in page.text
    check_and_send(client, named, page)
    assert [str(each.name) for each in Registration.objects.get().companions.all()] == ["Øjvind Ågård"]


def test_help_to_take_part_is_a_list_and_nobody_has_to_say_why(client, fill):
    event = open_event(asks_access=True)
    page = fill(event, access=["hearing_loop"])
    assert "Teleslynge" in page.text
    check_and_send(client, event, page)
    assert Registration.objects.get().access_needs.get().service == AccessService.HEARING_LOOP
    assert "Vælg fra listen" in fill(event, access=["noget andet"]).text


def test_an_event_for_those_invited_takes_those_who_have_the_link(client):
    event = open_event(audience=Audience.INVITED)
    assert "Arrangementet er for inviterede" in client.get(address(event)).text
    link = f"{address(event)}?invitation={event.invitation}"
    with time_machine.travel(timezone.now() - timedelta(minutes=1)):
        given = hidden(client.get(link))
    typed = {"name": "Bo", "email": "bo@example.org", "places": "1", "organisation": ""}
    page = client.post(address(event), typed | given)
    # A new link ends the old one, also for those who have the form open.
    event.invitation_version += 1
    event.save()
    assert check_and_send(client, event, page).status_code == 409
    assert not Registration.objects.exists()
    page = client.post(address(event), typed | given | {"invitation": event.invitation})
    check_and_send(client, event, page)
    assert Registration.objects.get().name == "Bo"


def test_an_event_for_companies_asks_which(fill):
    event = open_event(audience=Audience.COMPANIES)
    assert "Skriv virksomhedens" in fill(event).text
    assert "Er det rigtigt?" in fill(event, organisation="Værkstedet").text


@pytest.mark.parametrize("name", ["change", "data"])
def test_looking_at_ones_own_pages_changes_nothing(client, name):
    registration = come(open_event())
    before = fingerprint()
    for method in (client.get, client.head, client.options):
        method(page_of(registration, name))
    assert fingerprint() == before
    assert client.get(page_of(registration, name))["Referrer-Policy"] == "no-referrer"


def test_no_mailed_link_changes_anything_when_a_gateway_opens_it(client):
    """As mail gateways do, each of them, with GET and HEAD, whatever the mail is about."""
    event = open_event(capacity=2, confirms_email=True)
    come(event), come(event), come(event, wait=True)
    for registration in Registration.objects.filter(state=S.PENDING):
        client.post(registration.get_absolute_url(), {"step": "bekraeft"})
    client.post(Registration.objects.first().get_absolute_url(), {"step": "meld-fra"})
    assert set(mails()) == {"confirm", "confirmed", "waiting", "cancelled", "offer"}
    links = {
        link
        for mail in OutgoingMail.objects.all()
        for link in re.findall(r"https?://testserver(/[^\s\"<>)]*)", f"{mail.text} {unescape(mail.html)}")
    }
    assert len([link for link in links if link.startswith("/tilmelding/")]) >= 3
    before = fingerprint()
    for link in links:
        for method in (client.get, client.head):
            assert method(link).status_code == 200, link
    assert fingerprint() == before


@pytest.mark.django_db(transaction=True)
def test_a_submit_while_the_event_is_held_too_long_keeps_what_was_typed(client, fill, monkeypatch):
    """The database refuses each try, as it does where somebody holds the event for longer than anybody waits."""
    event = open_event()
    page = fill(event, name="Karen", organisation="Værkstedet")
    tries = []

    def refuse(event, *_):
        tries.append(event)
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE lock_not_available; END $$")

    monkeypatch.setattr("events.actions.registering.held_and_looked", refuse)
    busy = check_and_send(client, event, page)
    assert (busy.status_code, len(tries)) == (503, 3)
    monkeypatch.undo()
    after = client.post(address(event), hidden(busy) | {"checked": "1"}, follow=True)
    assert after.status_code == 200
    assert Registration.objects.get().name == "Karen"


def test_forms_and_links_from_before_a_deploy_with_a_new_key_still_work(client, fill, settings):
    event = open_event(capacity=5)
    page, registration = fill(event), come(event)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "en ny noegle, som er lang nok til at vaere hemmelig"
    check_and_send(client, event, page)
    assert Registration.objects.filter(name="Åse Øst").exists()
    # The link that is mailed again is still the one that opens the page.
    assert client.get(Registration.objects.get(pk=registration.pk).get_absolute_url()).status_code == 200
