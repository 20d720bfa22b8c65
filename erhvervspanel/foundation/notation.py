"""Dates, times and numbers as Danes write them (Dansk Sprognævn, »mandag den 27. september 2021 kl. 17.00«).

Not Django's own formats: a list writes many dates, and a localised format costs a third of a millisecond each.
"""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

MONTHS = (
    "januar", "februar", "marts", "april", "maj", "juni",
    "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip
WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")


def day(value: date) -> str:
    """»27. september 2021«; a moment is first taken to Danish time."""
    value = local(value)
    return f"{value.day}. {MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime) -> str:
    """»mandag den 27. september 2021 kl. 17.00«, in Danish time."""
    value = local(value)
    return f"{WEEKDAYS[value.weekday()]} den {day(value)} kl. {clock(value)}"


def clock(value: datetime) -> str:
    """»17.00«, in Danish time."""
    return f"{local(value):%H.%M}"


def local(value):
    """An aware moment in Danish time; anything else as it is."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
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
