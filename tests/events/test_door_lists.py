"""The lists for the day: who comes, for print, and who needs help to take part."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation.admin import right
from erhvervspanel.foundation.models import AuditEntry
from events.actions import check_in, purge_access_needs, purge_registrations
from tests.events.test_door_page import address, audited, staff_with
from tests.events.test_registering import come, open_event
from tests.factories import SessionFactory, UserFactory

pytestmark = pytest.mark.django_db
LISTS = ("doerliste", "navneskilte", "hjaelp")


@pytest.fixture
def staff(client):
    client.force_login(staff_with("view_registration"))
    return client


def names(page) -> list[str]:
    return re.findall(r'<th scope="row">([^<]+)', page.text)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_for_those_who_may_see_registrations(client, name):
    event = open_event()
    assert client.get(address(event, name)).status_code == 302
    client.force_login(staff_with("view_event", "change_event", "arrange_access"))
    assert client.get(address(event, name)).status_code == 403


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_read_alone(staff, name):
    assert staff.post(address(open_event(), name)).status_code == 405


@pytest.mark.parametrize(
    ("name", "noted"),
    [("doerliste", ("Åbnede dørlisten", 1)), ("navneskilte", ("Åbnede navneskilte", 2))],
)
def test_who_opens_a_list_with_names_is_noted(staff, name, noted):
    event = come(open_event(), 2).event
    staff.get(address(event, name))
    entry = AuditEntry.objects.get()
    assert ((entry.purpose, entry.rows), entry.key) == (noted, str(event.pk))
    assert entry.by.first_name == "Anna"


def test_the_list_is_sorted_as_a_danish_dictionary_and_has_those_with_a_seat_alone(staff):
    event = open_event(capacity=6)
    for name in ("Åse Øst", "Ærlig Nørgård", "Aage Sø", "Øjvind Bo", "Zenia Li", "anna lille"):
        come(event, name=name)
    come(event, name="Venter Forgæves", wait=True)
    page = staff.get(address(event, "doerliste"))
    assert names(page) == ["anna lille", "Zenia Li", "Ærlig Nørgård", "Øjvind Bo", "Aage Sø", "Åse Øst"]
    assert "Venter Forgæves" not in page.text
    assert "6 pladser. Udskrevet" in page.text
    assert event.title in page.text


def test_the_list_has_a_box_for_each_place_and_no_more_about_people_than_the_door_needs(staff):
    event = open_event(capacity=9)
    registration = come(event, 3, name="Åse Øst", organisation="Værkstedet", companions=("Bo Øst",))
    check_in(registration, by=UserFactory(staff=True), places=2)
    page = staff.get(address(event, "doerliste")).text
    assert page.count('class="tick') == 3
    assert page.count("tick--done") == 2
    assert "Bo Øst" in page
    assert "Værkstedet" in page
    assert registration.email not in page


def test_a_cafe_has_its_own_list_of_those_with_a_seat_there(staff):
    event = open_event(capacity=9)
    early, late = (
        SessionFactory(event=event, kind="cafe", capacity=1, title=title, room="Sal 2")
        for title in ("Tidlig café", "Sen café")
    )
    come(event, name="Åse Øst", sessions=(early, late))
    come(event, name="Bo Vest", sessions=(early,), waits_for_sessions=True)
    come(event, name="Ida Nord")
    whole = staff.get(address(event, "doerliste"))
    assert names(whole) == ["Bo Vest", "Ida Nord", "Åse Øst"]
    assert "<td>A B</td>" in whole.text
    page = staff.get(address(event, "doerliste"), {"punkt": early.pk})
    assert names(page) == ["Åse Øst"]
    assert "Sal 2" in page.text
    assert audited() == ("Åbnede dørlisten til »Tidlig café«", 1)
    assert names(staff.get(address(event, "doerliste"), {"punkt": "findes ikke"})) == names(whole)


def test_the_lists_cost_the_same_among_two_hundred(client):
    client.force_login(staff_with("view_registration", "arrange_access"))
    event = open_event(capacity=None)
    cafe = SessionFactory(event=event, kind="cafe", capacity=None)
    for number in range(200):
        come(event, 2, sessions=(cafe,), companions=(f"Gæst {number}",), access=("parking",))
    client.get("/admin/")  # the first request of a session notes when it began
    for name, cost in {"doerliste": 10, "navneskilte": 10, "navneskilte?start=3": 10, "hjaelp": 9}.items():
        name, _, query = name.partition("?")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{address(event, name)}?{query}").status_code == 200
        assert len(queries) == cost, name


def needing(event, **kwargs):
    return come(event, access=("parking", "hearing_loop"), **kwargs)


def test_help_is_counted_for_the_event_and_for_each_cafe_and_names_nobody(staff):
    event = open_event(capacity=9, asks_access=True)
    cafe = SessionFactory(event=event, kind="cafe", capacity=1)
    needing(event, name="Åse Øst", sessions=(cafe,))
    needing(event, name="Bo Vest", sessions=(cafe,), waits_for_sessions=True)
    page = staff.get(address(event, "hjaelp"))
    assert page.context["rows"] == [("Teleslynge", [2, 1]), ("Handicapparkering", [2, 1])]
    assert "Åse" not in page.text
    assert "ses kun af dem, der skal sørge for hjælpen" in page.text
    assert not AuditEntry.objects.exists()


def test_who_arranges_the_help_sees_who_asked_for_it_and_that_is_noted(client):
    client.force_login(staff_with("view_registration", "arrange_access"))
    event = open_event(capacity=1, asks_access=True)
    needing(event, name="Åse Øst")
    needing(event, name="Bo Vest", wait=True)
    page = client.get(address(event, "hjaelp"))
    assert page.text.count("Åse Øst</a>") == 2
    assert "Bo Vest" not in page.text
    assert audited() == ("Åbnede listen over hjælp til at deltage", 2)


def test_the_page_says_when_the_answers_are_deleted_and_they_are(client):
    event = open_event(asks_access=True, ends_at=timezone.now() + timedelta(days=22))
    needing(event, name="Åse Øst")
    with time_machine.travel(event.ends_at + timedelta(days=7, hours=-1)):
        client.force_login(staff_with("view_registration", "arrange_access"))
        page = client.get(address(event, "hjaelp"))
        assert "Svarene slettes senest" in page.text
        day = page.context["deleted_on"]
        assert "Åse" in page.text
    with time_machine.travel(event.ends_at + timedelta(days=8)):
        assert timezone.localdate() == day
        purge_access_needs()
        client.force_login(staff_with("view_registration", "arrange_access"))
        page = client.get(address(event, "hjaelp"))
        assert "Det skete" in page.text
        assert "Åse" not in page.text


def test_an_event_that_does_not_ask_says_so(staff):
    assert "spørger ikke om hjælp" in staff.get(address(open_event(), "hjaelp")).text
    assert "Ingen har bedt" in staff.get(address(open_event(asks_access=True), "hjaelp")).text


def test_the_right_to_see_who_needs_help_can_be_given_to_a_role(client):
    permission = Permission.objects.get(codename="arrange_access")
    assert right(permission) == "tilmelding: se, hvem der har bedt om hjælp til at deltage"
    client.force_login(UserFactory(superuser=True))
    form = client.get(reverse("admin:auth_group_add"))
    assert right(permission) in form.text


@pytest.mark.parametrize("name", LISTS)
def test_people_who_are_forgotten_are_on_no_list(client, name):
    event = open_event()
    come(event, name="Åse Øst")
    with time_machine.travel(event.ends_at + timedelta(days=100)):
        purge_registrations()
        client.force_login(staff_with("view_registration", "arrange_access"))
        page = client.get(address(event, name))
        assert page.status_code == 200
        assert "slettet-" not in page.text
        assert names(page) == []
