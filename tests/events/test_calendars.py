"""Calendar files, read back by a parser as a calendar would."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from events.emails import calendar_files
from tests.factories import EventFactory, VenueFactory

pytestmark = pytest.mark.django_db
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
STARTS = datetime(2021, 9, 27, 17, tzinfo=COPENHAGEN)
ENDS = datetime(2021, 9, 27, 20, tzinfo=COPENHAGEN)


def entries(response):
    return Calendar.from_ical(response.content).walk("VEVENT")


@pytest.fixture
def event():
    return EventFactory(
        title="Bæredygtighedskonference, ærligt; talt",
        starts_at=STARTS,
        ends_at=ENDS,
        venue=VenueFactory(
            name="Nærum Gymnasium", address="Nærum Hovedgade 30", postcode="2850", town="Nærum"
        ),
    )


def test_an_event_comes_back_as_it_was(client, event):
    response = client.get(reverse("events:event-calendar", args=[event.slug]))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert f'filename="{event.slug}.ics"' in response["Content-Disposition"]
    (entry,) = entries(response)
    assert str(entry["summary"]) == "Bæredygtighedskonference, ærligt; talt"
    assert entry.start == STARTS
    assert entry.end == ENDS
    assert entry["dtstart"].params["TZID"] == "Europe/Copenhagen"
    assert "Nærum Gymnasium" in str(entry["location"])
    assert str(entry["url"]).endswith(event.get_absolute_url())
    assert "BEGIN:VTIMEZONE" in response.text


def test_lines_are_folded_and_end_as_the_standard_says(client, event):
    lines = client.get(reverse("events:event-calendar", args=[event.slug])).content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\n" in line for line in lines)


def test_an_event_keeps_its_identity_when_it_changes(client, event):
    address = reverse("events:event-calendar", args=[event.slug])
    (before,) = entries(client.get(address))
    event.title = "Konferencen"
    event.save()
    (after,) = entries(client.get(address))
    assert (after["uid"], str(after["summary"])) == (before["uid"], "Konferencen")


def test_what_the_web_offers_stays_the_same_and_what_is_mailed_tells_when_it_was_made(client, event):
    address = reverse("events:event-calendar", args=[event.slug])
    before = client.get(address).content
    with time_machine.travel(event.updated_at + timedelta(hours=1)):
        assert client.get(address).content == before
    stamps = []
    for hours in (1, 2):
        with time_machine.travel(event.updated_at + timedelta(hours=hours)):
            [file] = calendar_files(event, "CANCEL")
        [entry] = Calendar.from_ical(file["content"]).walk("VEVENT")
        stamps.append((entry["dtstamp"].dt, entry["sequence"]))
    assert stamps[0] < stamps[1]
    assert stamps[0][1] == stamps[1][1]


def test_a_cancelled_event_says_so(client, event):
    event.cancelled_at = STARTS
    event.save()
    (entry,) = entries(client.get(reverse("events:event-calendar", args=[event.slug])))
    assert str(entry["status"]) == "CANCELLED"


def test_the_feed_holds_all_that_are_public(client, event):
    later = EventFactory()
    EventFactory(draft=True)
    assert {str(entry["summary"]) for entry in entries(client.get(reverse("events:calendar")))} == {
        event.title,
        later.title,
    }
