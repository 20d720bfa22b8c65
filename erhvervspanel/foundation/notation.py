"""Dates, times and numbers as Danes write them (Dansk Sprognævn, »mandag den 27. september 2021 kl. 17.00«).

Not Django's own formats: a list writes many dates, and a localised format costs a third of a millisecond each.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from django.utils import timezone

MONTHS = (
    "januar", "februar", "marts", "april", "maj", "juni",
    "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip
WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")


class Lasting(Protocol):
    """What goes on for a time: an event, a session, a panel meeting."""

    starts_at: datetime
    ends_at: datetime


def day(value: date) -> str:
    """»27. september 2021«; a moment is first taken to Danish time."""
    return f"{day_and_month(value)} {local(value).year}"


def day_and_month(value: date) -> str:
    """»27. september«, where the year is told beside it."""
    value = local(value)
    return f"{value.day}. {MONTHS[value.month - 1]}"


def moment(value: datetime) -> str:
    """»mandag den 27. september 2021 kl. 17.00«, in Danish time."""
    value = local(value)
    return f"{WEEKDAYS[value.weekday()]} den {day(value)} kl. {clock(value)}"


def clock(value: datetime) -> str:
    """»17.00«, in Danish time."""
    return f"{local(value):%H.%M}"


def is_of_one_day(what: Lasting) -> bool:
    """Whether `what` ends on the day that it begins on, in Denmark."""
    return local(what.starts_at).date() == local(what.ends_at).date()


def span(what: Lasting) -> str:
    """»mandag den 27. september 2021 kl. 17.00-19.00«, with the last day too where that is another."""
    if is_of_one_day(what):
        return f"{moment(what.starts_at)}-{clock(what.ends_at)}"
    return f"{moment(what.starts_at)} til {moment(what.ends_at)}"


def hours(part: Lasting, whole: Lasting) -> str:
    """»17.00-19.00«, with the day that `part` is on where `whole` has several: »27. september kl. 17.00-19.00«."""
    if is_of_one_day(whole):
        return f"{clock(part.starts_at)}-{clock(part.ends_at)}"
    start, end = (f"{day_and_month(at)} kl. {clock(at)}" for at in (part.starts_at, part.ends_at))
    return f"{start}-{clock(part.ends_at)}" if is_of_one_day(part) else f"{start} til {end}"


def at(value: datetime, whole: Lasting) -> str:
    """»kl. 17.00«, with the day where `whole` has several: »27. september kl. 17.00«."""
    return f"{'' if is_of_one_day(whole) else f'{day_and_month(value)} '}kl. {clock(value)}"


def start(value: datetime, whole: Lasting) -> str:
    """»17.00«, with the day where `whole` has several, for where there is little room: »27/9 17.00«."""
    value = local(value)
    return f"{'' if is_of_one_day(whole) else f'{value.day}/{value.month} '}{clock(value)}"


def local(value):
    """An aware moment in Danish time; anything else as it is."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return value.astimezone(timezone.get_default_timezone())  # the portal has one
    return value


def number(value: int | float | Decimal) -> str:
    """»1.234,5«: a point between thousands, a comma before decimals, no idle zeros."""
    text = f"{Decimal(str(value)):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def counted(count: int, one: str, many: str) -> str:
    """A number of things: »1 plads«, »1.200 pladser«."""
    return f"{number(count)} {one if count == 1 else many}"


def size(count: int) -> str:
    """A number of bytes: »640 byte«, »240 kB«, »1,2 MB«; a kilobyte is a thousand (SI)."""
    if count < 1_000:
        return f"{count} byte"
    if count < 999_500:
        return f"{count / 1_000:.0f} kB"
    return f"{number(round(count / 1_000_000, 1))} MB"


def short_month(value: date) -> str:
    """»sep.«; the months of three or four letters are not shortened (Retskrivningsordbogen)."""
    name = MONTHS[local(value).month - 1]
    return name if len(name) <= 4 else f"{name[:3]}."


def quarter_of_an_hour() -> str:
    """The present quarter of an hour, as a key: what is asked for again within it is the same."""
    now = timezone.now()
    return f"{now:%Y%m%d%H}{now.minute // 15}"
