"""The staff's page at the door, button by button."""

import re

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.guarded_forms import new_form_token
from erhvervspanel.foundation.models import AuditEntry
from events.actions import cancel, check_in
from events.admin.door import purpose
from events.entry_codes import entry_address
from events.models import Registration, RegistrationState
from tests.events.test_pages import conference_of_two_days
from tests.events.test_registering import come, open_event
from tests.factories import SessionFactory, UserFactory

pytestmark = pytest.mark.django_db
S = RegistrationState


def address(event, name: str = "doer") -> str:
    return reverse(f"admin:events_event_{name}", args=[event.pk])


def staff_with(*rights: str):
    user = UserFactory(staff=True, first_name="Anna", last_name="Jensen")
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return user


@pytest.fixture
def staff(client):
    client.force_login(staff_with("view_registration", "change_registration"))
    return client


def audited() -> tuple[str, int]:
    """What was noted last: of what, and how many."""
    entry = AuditEntry.objects.first()
    return entry.purpose, entry.rows


def press(client, registration, step: str, **given):
    url = address(registration.event)
    return client.post(url, {"tilmelding": registration.pk, "step": step, **given}, follow=True)


def told(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_without_log_in_the_page_and_the_code_lead_to_the_log_in(client):
    registration = come(open_event(), name="Åse Øst")
    for url in (address(registration.event), entry_address(registration)):
        response = client.get(url, follow=True)
        assert response.redirect_chain[0][0].startswith("/admin/login/?next=")
        assert "Åse" not in response.text


@pytest.mark.parametrize("name", ["doer", "doer-ny", "luk-doeren"])
@pytest.mark.parametrize("rights", [(), ("view_registration",), ("change_event", "view_event")])
def test_who_may_not_change_registrations_is_refused(client, name, rights):
    event = open_event()
    client.force_login(staff_with(*rights))
    assert client.get(address(event, name)).status_code == 403
    assert client.post(address(event, name), {"step": "tjek-ind"}).status_code == 403


def test_nobody_is_named_before_a_search_of_two_letters(staff):
    event = open_event()
    come(event, name="Åse Øst")
    for query in ("", "?q=", "?q=%20", "?q=s", "?nummer="):
        page = staff.get(address(event) + query)
        assert "Åse" not in page.text
    assert "Skriv mindst to bogstaver." in staff.get(address(event) + "?q=s").text
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("query", ["aase oest", "ÅSE", "værksted", "aase@ex", "vaerkstedet oest"])
def test_a_person_is_found_by_part_of_name_organisation_or_address(staff, query):
    event = open_event()
    come(event, name="Åse Øst", organisation="Værkstedet", email="aase@example.org")
    come(event, name="Bo Vest", email="bo@example.org")
    page = staff.get(address(event), {"q": query})
    assert "Åse Øst" in page.text
    assert "Bo Vest" not in page.text
    assert audited() == ("Åbnede søgning ved døren", 1)


def test_a_person_is_found_by_number_and_a_registration_for_another_event_is_not(staff):
    here, elsewhere = come(open_event(), name="Åse Øst"), come(open_event(), name="Bo Vest")
    for given in ({"q": here.reference.lower()}, {"nummer": here.reference}):
        assert "Åse Øst" in staff.get(address(here.event), given).text
    for given in ({"q": elsewhere.reference}, {"nummer": elsewhere.reference}, {"q": "bo vest"}):
        page = staff.get(address(here.event), given)
        assert "Bo Vest" not in page.text
        assert "Ingen tilmelding passer på" in page.text


def test_a_hit_says_what_the_door_needs_to_know(staff):
    event = open_event(capacity=9)
    cafe = SessionFactory(event=event, kind="cafe", title="Grøn café", capacity=9)
    registration = come(event, 3, name="Åse Øst", organisation="Værkstedet", sessions=(cafe,))
    page = staff.get(address(event), {"q": "åse"}).text
    for text in ("Værkstedet", "3 pladser", registration.reference, "Grøn café", "Bekræftet", "Tjek ind"):
        assert text in page
    assert registration.email not in page


def test_the_day_is_told_where_the_event_has_several(staff):
    event, _talk, cafe = conference_of_two_days()
    registration = come(event, name="Åse Øst", sessions=(cafe,))
    whole, hours = notation.span(event), notation.hours(cafe, event)
    page = staff.get(address(event), {"q": "åse"}).text
    assert whole in page
    assert hours in page
    for name in ("doerliste", "tilmeldinger"):
        assert whole in staff.get(address(event, name)).text
    assert notation.span(cafe) in staff.get(address(event, "doerliste"), {"punkt": cafe.pk}).text
    assert hours in staff.get(address(event, "flyt")).text
    press(staff, registration, "tjek-ind")
    today = notation.day_and_month(timezone.now())
    assert f"Noteret {today} kl. " in staff.get(address(event), {"q": "åse"}).text


def test_a_search_that_finds_many_shows_twenty_and_asks_for_more(staff):
    event = open_event(capacity=None)
    for number in range(22):
        come(event, name=f"Borger {number:02}")
    page = staff.get(address(event), {"q": "borger"}).text
    assert page.count('class="door-hit"') == 20
    assert "Der er flere. Skriv mere af navnet." in page


def test_the_button_checks_in_and_the_next_page_says_so_and_offers_to_undo(staff):
    registration = come(open_event(capacity=3), 3, name="Åse Øst")
    page = press(staff, registration, "tjek-ind", pladser="2")
    assert told(page) == ["Åse Øst er tjekket ind: 2 af 3 pladser."]
    assert "2 af 3</strong> er kommet" in page.text
    assert "Fortryd" in page.text
    page = press(staff, registration, "flere", pladser="3")
    assert told(page) == ["Åse Øst: 3 af 3 pladser er kommet."]
    page = press(staff, registration, "fortryd")
    assert told(page) == ["Åse Øst er ikke længere tjekket ind."]
    assert "0 af 3</strong> er kommet" in page.text


def test_a_second_click_says_who_checked_the_person_in(staff):
    registration = come(open_event(), name="Åse Øst")
    press(staff, registration, "tjek-ind")
    [text] = told(press(staff, registration, "tjek-ind"))
    assert re.fullmatch(r"Åse Øst er allerede mødt op\. Noteret kl\. \d\d\.\d\d af Anna Jensen\.", text)
    assert registration.changes.filter(after=S.ATTENDED).count() == 1


@pytest.mark.parametrize("step", ["", "noget andet", "flere"])
def test_no_button_does_nothing_and_says_so(staff, step):
    registration = come(open_event())
    assert told(press(staff, registration, step)) == ["Der blev ikke trykket på en knap. Prøv igen."]


@pytest.mark.parametrize("places", ["", "to", "-1", "99999999999", "²"])
def test_a_number_that_is_none_counts_the_whole_party(staff, places):
    registration = come(open_event(), 2)
    press(staff, registration, "tjek-ind", pladser=places)
    registration.refresh_from_db()
    assert registration.places_present == 2


@pytest.mark.parametrize("key", ["", "x", "0", "²", "99999999"])
def test_a_registration_that_is_not_here_is_not_found(staff, key):
    event, elsewhere = open_event(), come(open_event())
    for pk in (key, elsewhere.pk):
        response = staff.post(address(event), {"tilmelding": pk, "step": "tjek-ind"})
        assert response.status_code == 404


def test_who_waits_and_who_has_cancelled_are_told_apart_and_can_be_helped(staff):
    event = open_event(capacity=1)
    cancelled = cancel(come(event, name="Ida Afmeldt", email="ida@example.org"))
    come(event)
    come(event, name="Ole Venter", wait=True)
    page = staff.get(address(event), {"q": "ole"}).text
    assert "På venteliste" in page
    assert 'name="reason"' in page
    page = staff.get(address(event), {"q": "ida"}).text
    assert "Afmeldt" in page
    assert "Tjek ind</button>" not in page
    again = staff.get(f"{address(event, 'doer-ny')}?fra={cancelled.reference}")
    assert again.context["form"].initial["email"] == "ida@example.org"
    assert AuditEntry.objects.filter(action="seen", key=cancelled.pk).exists()


def newcomer(client, event, **given):
    fields = {"name": "Åse Øst", "places": "1", "form_token": new_form_token(purpose(event))}
    return client.post(address(event, "doer-ny"), fields | given, follow=True)


def test_a_newcomer_is_written_up_and_is_there(staff):
    event = open_event(capacity=2)
    page = newcomer(staff, event, places="2", organisation="Værkstedet")
    assert told(page) == ["Åse Øst er tilmeldt og tjekket ind."]
    assert "2 af 2</strong> er kommet" in page.text
    registration = Registration.objects.get()
    assert (registration.state, registration.notice_version) == (S.ATTENDED, "")


def test_the_same_form_twice_is_one_newcomer(staff):
    event = open_event()
    token = new_form_token(purpose(event))
    for _ in range(2):
        newcomer(staff, event, form_token=token)
    assert Registration.objects.count() == 1


@pytest.mark.parametrize("used", [False, True])
def test_a_form_that_cannot_be_used_any_more_comes_with_a_new_number(staff, used):
    event = open_event()
    token = new_form_token(purpose(event)) if used else "gammel"
    if used:
        newcomer(staff, event, name="Bo Vest", form_token=token)
    page = newcomer(staff, event, form_token=token)
    assert "Send den igen" in page.text
    assert page.context["form"]["name"].value() == "Åse Øst"
    page = newcomer(staff, event, form_token=page.context["form_token"])
    assert told(page) == ["Åse Øst er tilmeldt og tjekket ind."]


def test_the_reason_at_the_door_is_looked_over_like_any_other(staff):
    event = open_event(capacity=0)
    waiting = come(event, name="Ole Venter", wait=True)
    assert "CPR-nummer" in told(press(staff, waiting, "tjek-ind", reason="Er 010190-1234"))[0]
    waiting.refresh_from_db()
    assert waiting.state == S.WAITING
    press(staff, waiting, "tjek-ind", reason="  Holder  oplæg ")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.override_reason) == (S.ATTENDED, "Holder oplæg")


def test_a_newcomer_to_a_full_house_needs_a_reason_and_what_was_typed_stays(staff):
    event = open_event(capacity=1)
    come(event)
    page = newcomer(staff, event)
    assert "Der er ingen ledige pladser" in page.text
    assert page.context["form"]["name"].value() == "Åse Øst"
    page = newcomer(staff, event, override_reason="Pressen")
    assert told(page) == ["Åse Øst er tilmeldt og tjekket ind."]


def test_a_newcomer_is_asked_no_more_than_needed_whatever_the_event_asks(staff):
    event = open_event(asks_names=True)
    SessionFactory(event=event, kind="cafe")
    form = staff.get(address(event, "doer-ny")).context["form"]
    assert list(form.fields) == ["name", "places", "organisation", "email", "override_reason"]


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ({"name": ""}, "Skriv et navn"),
        ({"places": "0"}, "Skriv mindst 1"),
        ({"form_token": "gammel"}, "Formularen er for gammel"),
        ({"email": "borger@example.org"}, "allerede tilmeldt"),
    ],
)
def test_a_newcomer_who_cannot_be_written_up_is_explained(staff, given, answer):
    event = open_event()
    come(event, email="borger@example.org")
    assert answer in newcomer(staff, event, **given).text
    assert Registration.objects.count() == 1


def test_the_door_is_closed_after_a_page_that_says_how_many(client):
    event = open_event()
    registration = come(event)
    with time_machine.travel(event.starts_at):
        client.force_login(staff_with("view_registration", "change_registration"))
        assert "Luk døren" in client.get(address(event)).text
        check = client.get(address(event, "luk-doeren"))
        assert "1 tilmelding bliver noteret som ikke mødt op" in check.text
        page = client.post(address(event, "luk-doeren"), follow=True)
        assert told(page) == ["Døren er lukket. 1 tilmelding er noteret som ikke mødt op."]
        assert "1 (100 %)" in page.text
        assert "Luk døren" not in client.get(address(event)).text
    registration.refresh_from_db()
    assert registration.state == S.NO_SHOW


def test_the_door_of_an_event_to_come_is_not_closed(staff):
    registration = come(open_event())
    assert "Luk døren" not in staff.get(address(registration.event)).text
    page = staff.post(address(registration.event, "luk-doeren"), follow=True)
    assert told(page) == ["Arrangementet er ikke begyndt endnu."]
    registration.refresh_from_db()
    assert registration.state == S.CONFIRMED


def test_the_count_is_fetched_alone(staff):
    event = open_event(capacity=5)
    check_in(come(event, 2), by=UserFactory(staff=True), places=1)
    come(event)
    assert staff.get(address(event, "doer-tal")).json() == {"present": 1, "expected": 3}
    assert staff.post(address(event, "doer-tal")).status_code == 405


def test_looking_changes_nothing(staff):
    registration = come(open_event())
    for name in ("doer", "doer-ny", "luk-doeren", "doer-tal"):
        for method in (staff.get, staff.head):
            method(address(registration.event, name), {"nummer": registration.reference})
    registration.refresh_from_db()
    assert registration.state == S.CONFIRMED
    assert registration.changes.count() == 1


def test_a_search_costs_the_same_among_two_hundred(staff):
    event = open_event(capacity=None)
    cafe = SessionFactory(event=event, kind="cafe", capacity=None)
    for number in range(200):
        come(event, name=f"Borger {number}", sessions=(cafe,))
    staff.get(address(event))
    with CaptureQueriesContext(connection) as queries:
        staff.get(address(event), {"q": "borger"})
    assert len(queries) == 11


def test_the_code_stands_on_the_page_of_those_who_are_awaited_alone(client):
    event = open_event(capacity=1)
    registration, waiting = come(event), come(event, wait=True)
    assert "entry-code" in client.get(registration.get_absolute_url()).text
    assert "entry-code" not in client.get(waiting.get_absolute_url()).text
    cancel(registration)
    assert "entry-code" not in client.get(registration.get_absolute_url()).text


def test_the_code_holds_the_number_and_no_secret():
    registration = come(open_event())
    url = entry_address(registration)
    assert url == f"http://testserver{address(registration.event)}?nummer={registration.reference}"
    assert registration.token not in url
