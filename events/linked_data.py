"""An event for programs that read pages: schema.org's Event, which search engines show with its day and place."""

from django.conf import settings
from django.utils import timezone

from erhvervspanel.foundation.links import link
from events.actions import Fullness
from events.models import Audience, Event, Venue

SCHEMA = "https://schema.org"
ORGANIZER = "Rudersdal Kommune"


def linked_data(event: Event, fullness: Fullness) -> dict | None:
    """What the page of `event` says, its venue fetched. None for an example, as nothing would mark it as one where it is shown."""
    if event.is_example:
        return None
    status = "EventCancelled" if event.cancelled_at else "EventScheduled"
    return {
        "@context": SCHEMA,
        "@type": "Event",
        "name": event.title,
        "description": event.summary,
        "url": f"{settings.SITE_URL}{event.get_absolute_url()}",
        "startDate": timezone.localtime(event.starts_at).isoformat(),
        "endDate": timezone.localtime(event.ends_at).isoformat(),
        "eventStatus": f"{SCHEMA}/{status}",
        "inLanguage": "da",
        "isAccessibleForFree": True,
        "organizer": {"@type": "Organization", "name": ORGANIZER, "url": settings.SITE_URL},
        **(placed(event.venue) if event.venue else {}),
        **(offered(event, fullness) if event.is_open and event.audience != Audience.INVITED else {}),
    }


def placed(venue: Venue) -> dict:
    return {
        "eventAttendanceMode": f"{SCHEMA}/OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": venue.name,
            "address": {
                "@type": "PostalAddress",
                "streetAddress": venue.address,
                "postalCode": venue.postcode,
                "addressLocality": venue.town,
                "addressCountry": "DK",
            },
        },
    }


def offered(event: Event, fullness: Fullness) -> dict:
    """A seat, which costs nothing, and whether there is one."""
    return {
        "offers": {
            "@type": "Offer",
            "price": 0,
            "priceCurrency": "DKK",
            "availability": f"{SCHEMA}/{'SoldOut' if fullness.is_full else 'InStock'}",
            "validFrom": timezone.localtime(event.registration_opens_at).isoformat(),
            "url": f"{settings.SITE_URL}{link('events:sign-up', event.slug)}",
        }
    }
