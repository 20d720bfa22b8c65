"""Events as iCalendar (RFC 5545): stable UID, Danish time zone, no personal link inside."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, vText
from icalendar import Event as CalendarEvent

from events.models import Event

PRODUCT = "-//Rudersdal Kommune//Erhvervspanel//DA"


def calendar_of(
    events: Iterable[Event], *, name: str, method: str = "PUBLISH", made_at: datetime | None = None
) -> bytes:
    """A calendar with `events`, each with its venue fetched, as the bytes of an .ics file.

    Args:
        method: what the reader is to do with it (RFC 5546): PUBLISH shows the events, CANCEL takes them away.
        made_at: when the file was made, which tells it from an earlier one of the same version (RFC 5545, 3.8.7.2). When each event was
            saved where none is given: what the web offers stays the same for as long as the event does.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add("x-wr-calname", vText(name))  # which makes a line end in it a part of the text
    for event in events:
        calendar.add_component(entry(event, made_at or event.updated_at, cancelled=method == "CANCEL"))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def entry(event: Event, made_at: datetime, *, cancelled: bool = False) -> CalendarEvent:
    """One event of a calendar. A cancelled one stays, marked as such, so that calendars take it away."""
    url = f"{settings.SITE_URL}{event.get_absolute_url()}"
    item = CalendarEvent()
    item.add("uid", f"arrangement-{event.pk}@{urlsplit(settings.SITE_URL).hostname}")
    item.add("dtstamp", made_at)
    item.add("last-modified", event.updated_at)
    item.add("sequence", event.sequence)
    item.add("dtstart", timezone.localtime(event.starts_at))
    item.add("dtend", timezone.localtime(event.ends_at))
    item.add("summary", event.title)
    item.add("description", f"{event.summary}\n\n{url}")
    item.add("url", url)
    item.add("organizer", f"mailto:{settings.REPLY_TO_EMAIL}")
    item.add("status", "CANCELLED" if cancelled or event.cancelled_at else "CONFIRMED")
    if event.venue:
        item.add("location", f"{event.venue.name}, {event.venue.full_address}")
    return item
