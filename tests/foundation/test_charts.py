"""Charts: what is drawn where, and what is said of it."""

import re
from datetime import date

import pytest

from erhvervspanel.foundation.charts import (
    APART,
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Plot,
    Target,
    line_chart,
    period_chart,
    placed_marks,
    scale,
)

DAY, LATER, TODAY = date(2026, 1, 2), date(2026, 7, 2), date(2026, 11, 28)


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([100], [0, 25, 50, 75, 100]),
        ([3, 7], [0, 2, 4, 6, 8]),
        ([0], [0, 0.25]),
        ([-30, 10], [-30, -20, -10, 0, 10]),
        ([0.3], [0, 0.1, 0.2, 0.3]),
        ([410], [0, 200, 400, 600]),
    ],
)
def test_a_scale_is_round_and_spans_the_values_and_zero(values, ticks):
    assert scale(values) == pytest.approx(ticks)


def plot() -> Plot:
    return Plot(first=DAY, last=LATER, low=0, high=100)


def test_days_and_values_fill_the_drawing():
    assert (plot().x(DAY), plot().x(LATER)) == (LEFT, RIGHT)
    assert (plot().y(0), plot().y(100)) == (BOTTOM, TOP)
    assert Plot(first=DAY, last=DAY, low=0, high=1).x(DAY) == (LEFT + RIGHT) / 2


@pytest.mark.parametrize(
    ("baseline", "target", "below"),
    [(10, 90, []), (50, 52, ["baseline"]), (52, 50, ["target"]), (50, 50, ["baseline"])],
)
def test_the_lower_of_two_names_that_would_meet_goes_below_its_line(baseline, target, below):
    marks = list(placed_marks(plot(), baseline, Target(target)))
    assert [name for name, _, _, y, label_y in marks if label_y > y] == below
    one, other = (label_y for *_, label_y in marks)
    assert abs(one - other) >= APART


def test_a_mark_that_is_not_there_is_not_drawn():
    assert [mark[:3] for mark in placed_marks(plot(), None, Target(90, "Pladser i alt"))] == [
        ("target", "Pladser i alt", 90)
    ]


def said(points, **options) -> str:
    chart = line_chart(points, key="1", title="Titel", unit="pladser", **options)
    return re.search("<desc[^>]*>(.*)</desc>", chart)[1]


def test_a_line_is_said_in_words():
    assert said([(DAY, 20), (LATER, 60)], baseline=10, target=Target(100)) == (
        "Fra 20 pladser den 2. januar 2026 til 60 pladser den 2. juli 2026. Udgangspunktet var 10. Mål: 100."
    )


def test_a_single_point_is_said_once_and_a_target_has_its_own_name():
    seats = Target(200, "Pladser i alt")
    assert said([(DAY, 250)], target=seats) == "250 pladser den 2. januar 2026. Pladser i alt: 200."
    chart = line_chart([(DAY, 250)], key="1", title="Titel", unit="pladser", target=seats)
    assert ">Pladser i alt: 200</text>" in chart
    assert "Mål" not in chart


def bars(*periods) -> list[tuple[bool, int, int]]:
    """Whether each bar is open, and where it begins and ends."""
    chart = period_chart(periods, key="1", title="Perioder", today=TODAY)
    found = re.findall(r'class="chart__bar([^"]*)" x="(\d+)" y="\d+" width="(\d+)"', chart)
    return [("open" in kind, int(x), int(x) + int(width)) for kind, x, width in found]


def years(*periods) -> list[str]:
    return re.findall(r">(\d{4})</text>", period_chart(periods, key="1", title="Perioder", today=TODAY))


def test_a_period_runs_from_its_first_day_to_its_last():
    assert bars(("1", date(2026, 1, 1), date(2026, 12, 31))) == [(False, LEFT, RIGHT)]
    [(_, first, last)] = bars(("1", date(2026, 7, 2), date(2026, 7, 2)))
    assert (first, last) == pytest.approx(((LEFT + RIGHT) / 2, (LEFT + RIGHT) / 2), abs=3)


def test_a_period_without_a_last_day_runs_on_to_the_end_of_the_axis():
    assert bars(("1", date(2026, 1, 1), None)) == [(True, LEFT, RIGHT)]


def test_the_axis_reaches_what_is_to_begin():
    ahead = ("1", date(2028, 2, 1), None)
    assert years(ahead, ("2", date(2026, 3, 1), None)) == ["2026", "2027", "2028"]
    [(is_open, first, last), _] = bars(ahead, ("2", date(2026, 3, 1), None))
    assert (is_open, last) == (True, RIGHT)
    assert last - first > (RIGHT - LEFT) / 4


def test_today_is_on_the_axis_whatever_the_periods_are():
    assert years(("1", date(2024, 3, 1), date(2024, 9, 1))) == ["2024", "2025", "2026"]


def test_without_anything_there_is_no_chart():
    assert period_chart([], key="1", title="Perioder", today=TODAY) == ""
    assert line_chart([], key="1", title="Titel", unit="pladser", target=Target()) == ""
