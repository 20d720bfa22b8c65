from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from erhvervspanel.foundation import notation


def test_moment_is_danish_time():
    assert notation.moment(datetime(2021, 9, 27, 15, tzinfo=UTC)) == (
        "mandag den 27. september 2021 kl. 17.00"
    )


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
