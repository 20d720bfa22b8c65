from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from erhvervspanel.foundation import notation


def test_moment_is_danish_time():
    assert notation.moment(datetime(2021, 9, 27, 15, tzinfo=UTC)) == (
        "mandag den 27. september 2021 kl. 17.00"
    )


def lasting(*hours: tuple[int, int]) -> SimpleNamespace:
    """Something from a day of September 2027 and an hour to another, in Danish summer time."""
    start, end = (datetime(2027, 9, day, hour - 2, tzinfo=UTC) for day, hour in hours)
    return SimpleNamespace(starts_at=start, ends_at=end)


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        (((27, 9), (27, 16)), "mandag den 27. september 2027 kl. 09.00-16.00"),
        (
            ((27, 9), (28, 16)),
            "mandag den 27. september 2027 kl. 09.00 til tirsdag den 28. september 2027 kl. 16.00",
        ),
    ],
)
def test_span_names_the_last_day_where_it_is_another(hours, text):
    assert notation.span(lasting(*hours)) == text


@pytest.mark.parametrize(
    ("hours", "whole", "text"),
    [
        (((27, 9), (27, 10)), ((27, 9), (27, 16)), "09.00-10.00"),
        (((28, 9), (28, 10)), ((27, 9), (28, 16)), "28. september kl. 09.00-10.00"),
        (((27, 22), (28, 2)), ((27, 9), (28, 16)), "27. september kl. 22.00 til 28. september kl. 02.00"),
    ],
)
def test_hours_name_the_day_where_the_whole_has_several(hours, whole, text):
    assert notation.hours(lasting(*hours), lasting(*whole)) == text


@pytest.mark.parametrize(
    ("whole", "start", "at"),
    [
        (((28, 8), (28, 16)), "09.00", "kl. 09.00"),
        (((27, 9), (28, 16)), "28/9 09.00", "28. september kl. 09.00"),
    ],
)
def test_a_moment_of_a_whole_has_its_day_where_there_are_several(whole, start, at):
    of = lasting(*whole)
    moment = lasting((28, 9), (28, 10)).starts_at
    assert (notation.start(moment, of), notation.at(moment, of)) == (start, at)


def test_day_is_the_danish_day():
    assert notation.day(datetime(2021, 6, 30, 22, 30, tzinfo=UTC)) == "1. juli 2021"
    assert notation.day(date(2021, 9, 27)) == "27. september 2021"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234567, "1.234.567"),
        (Decimal("1234.50"), "1.234,5"),
        (Decimal("100.00"), "100"),
        (Decimal("-0.25"), "-0,25"),
        (0, "0"),
    ],
)
def test_number(value, text):
    assert notation.number(value) == text


@pytest.mark.parametrize(("month", "text"), [(5, "maj"), (6, "juni"), (9, "sep.")])
def test_short_month(month, text):
    assert notation.short_month(date(2021, month, 1)) == text
