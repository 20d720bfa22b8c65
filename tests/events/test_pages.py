"""What the public reads of an event."""

import json
import re
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.models import OutgoingMail
from tests.events.test_registering import come, open_event
from tests.factories import EventFactory, SessionFactory

pytestmark = pytest.mark.django_db


def conference_of_two_days():
    """One with a talk and a café on its second day, both open."""
    starts_at = timezone.localtime(timezone.now() + timedelta(days=14)).replace(hour=9)
    event = open_event(starts_at=starts_at, ends_at=starts_at + timedelta(days=1, hours=7))
    second_day = {"event": event, "starts_at": starts_at + timedelta(days=1)}
    return event, SessionFactory(**second_day), SessionFactory(**second_day, kind="cafe")


def test_an_event_of_two_days_ends_on_its_last_day_wherever_it_is_told(client):
    event, talk, cafe = conference_of_two_days()
    registration = come(event, sessions=(cafe,))
    whole = f" til {notation.moment(event.ends_at)}"
    page = client.get(event.get_absolute_url()).text
    assert page.count(whole) == 2
    assert whole in client.get(reverse("events:event-list")).text
    mail = OutgoingMail.objects.get()
    assert whole in mail.text
    assert whole in mail.html
    assert notation.hours(talk, event) in page
    for address in (event.get_absolute_url(), registration.get_absolute_url()):
        assert notation.hours(cafe, event) in client.get(address).text
    assert notation.hours(cafe, event) in client.get(reverse("events:sign-up", args=[event.slug])).text


@pytest.mark.parametrize(("capacity", "told"), [(1, "1 plads"), (40, "40 pladser"), (1200, "1.200 pladser")])
def test_the_places_of_a_cafe_are_told_as_a_number_of_things(client, capacity, told):
    cafe = SessionFactory(event=open_event(), kind="cafe", room="Kantinen", capacity=capacity)
    assert f"Kantinen · {told}</p>" in client.get(cafe.event.get_absolute_url()).text


@pytest.mark.parametrize("name", ["event", "event-calendar", "sign-up", "signed-up"])
def test_every_page_of_an_event_moves_with_it(client, name):
    event = open_event()
    former = reverse(f"events:{name}", args=[event.slug])
    event.slug = "nyt-navn"
    event.save()
    response = client.get(former, {"nummer": "7"})
    assert response.status_code == 301
    assert response["Location"] == f"{reverse(f'events:{name}', args=[event.slug])}?nummer=7"


def test_an_event_that_is_full_says_so_where_it_is_listed(client):
    event = open_event(capacity=1)
    address = reverse("events:event-list")
    assert "Fuldt optaget" not in client.get(address).text
    come(event)
    assert "Fuldt optaget" in client.get(address).text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"registration_closes_at": -1}, ["Tilmelding lukket"]),
        ({"registration_closes_at": -1, "cancelled_at": -1}, ["Aflyst"]),
        ({"registration_opens_at": None, "registration_closes_at": None}, []),
        ({"starts_at": -48, "ends_at": -40}, []),
    ],
)
def test_an_event_that_has_closed_says_so_where_it_is_listed(client, given, told):
    hours = {name: at if at is None else timezone.now() + timedelta(hours=at) for name, at in given.items()}
    open_event(**{"registration_opens_at": timezone.now() - timedelta(days=9)} | hours)
    page = client.get(reverse("events:event-list")).text
    assert [
        mark for mark in ("Tilmelding lukket", "Aflyst", "Fuldt optaget") if f">{mark}</span>" in page
    ] == told


def told_to_programs(client, event) -> dict | None:
    """What the page says of the event as JSON-LD."""
    page = client.get(event.get_absolute_url()).text
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert len(blocks) <= 1
    return json.loads(blocks[0]) if blocks else None


def test_an_event_tells_programs_when_and_where_it_is(client):
    event = open_event(title="</script><!-- A&B", capacity=5)
    told = told_to_programs(client, event)
    address = f"http://testserver{event.get_absolute_url()}"
    assert (told["@type"], told["name"], told["url"]) == ("Event", event.title, address)
    assert datetime.fromisoformat(told["startDate"]) == event.starts_at
    assert datetime.fromisoformat(told["endDate"]) == event.ends_at
    assert told["startDate"][-6:] in ("+01:00", "+02:00")
    assert told["eventStatus"] == "https://schema.org/EventScheduled"
    assert told["location"]["name"] == event.venue.name
    assert told["location"]["address"]["postalCode"] == event.venue.postcode
    offer = told["offers"]
    assert (offer["price"], offer["availability"]) == (0, "https://schema.org/InStock")
    assert offer["url"] == f"{address}tilmelding/"


def test_programs_are_told_that_an_event_is_full(client):
    event = open_event(capacity=1)
    come(event)
    assert told_to_programs(client, event)["offers"]["availability"] == "https://schema.org/SoldOut"


def test_programs_are_told_that_an_event_is_cancelled(client):
    told = told_to_programs(client, open_event(cancelled_at=timezone.now()))
    assert told["eventStatus"] == "https://schema.org/EventCancelled"
    assert "offers" not in told


def test_programs_are_offered_no_seat_where_there_is_none_to_have(client):
    assert "offers" not in told_to_programs(client, EventFactory(past=True))
    assert "offers" not in told_to_programs(client, open_event(audience="invited"))
    assert "location" not in told_to_programs(client, open_event(venue=None))


def test_an_example_is_not_told_to_programs(client):
    assert told_to_programs(client, open_event(is_example=True)) is None


def programme_of_page(client, event) -> list[str]:
    table = re.search(r"<tbody>(.*?)</tbody>", client.get(event.get_absolute_url()).text, re.DOTALL)
    return [strip_tags(row.replace("<td>", " ")) for row in table[1].split("</tr>")[:-1]] if table else []


def test_the_programme_has_no_hole_where_people_choose(client):
    event = open_event()
    hours = [
        {"event": event, "starts_at": event.starts_at + timedelta(hours=n), "ends_at": event.starts_at + timedelta(hours=n + 1)}
        for n in range(4)
    ]  # fmt: skip
    welcome, closing = SessionFactory(**hours[0]), SessionFactory(**hours[3])
    cafes = [SessionFactory(**hours[1], kind="cafe") for _ in range(2)]
    SessionFactory(**hours[1], kind="workshop")
    workshop = SessionFactory(**hours[2], kind="workshop")
    told = [notation.hours(session, event) for session in (welcome, cafes[0], workshop, closing)]
    assert programme_of_page(client, event) == [
        f"{told[0]} {welcome.title}",
        f"{told[1]} Netværkscaféer og workshopper3 at vælge imellem",
        f"{told[2]} {workshop.title}",
        f"{told[3]} {closing.title}",
    ]


def test_choices_are_headed_by_what_they_are(client):
    event = open_event()
    cafe = SessionFactory(event=event, kind="cafe")
    page = client.get(event.get_absolute_url()).text
    assert '<h2 id="cafeer">Netværkscaféer</h2>' in page
    assert 'id="program"' not in page  # there is nothing beside what one chooses
    SessionFactory(event=event, kind="workshop", starts_at=cafe.starts_at, ends_at=cafe.ends_at)
    assert '<h2 id="cafeer">Netværkscaféer og workshopper</h2>' in client.get(event.get_absolute_url()).text
