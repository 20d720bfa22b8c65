"""Charts drawn on the server as SVG: no script, no inline style, colours from static/css/chart.css."""

import math
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from erhvervspanel.foundation import notation

Number = int | float | Decimal

# The drawing's own units; the page scales it. The margins hold the labels, on a telephone too.
WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 84, 612, 36, 276
STEPS = 4  # spaces between grid lines, about
APART = 26  # between two labels that would else stand on each other


class Target(NamedTuple):
    """A value that the readings are held against, if any, and what it is called where it is not there to be reached."""

    value: Number | None = None
    name: str = "Mål"


def line_chart(
    points: Sequence[tuple[date, Number]],
    *,
    key: str,
    title: str,
    unit: str,
    target: Target,
    baseline: Number | None = None,
) -> SafeString:
    """Dated readings as a line, with baseline and target as dashed lines across.

    Its text alternative names the first and last reading; a table beside it must give them all.

    Args:
        points: readings in order of time. Without any the chart is empty text.
        key: makes the ids of this chart unique on its page.
        unit: what the values count: »virksomheder«.
    """
    if not points:
        return SafeString("")
    lines = [value for value in (baseline, target.value) if value is not None]
    ticks = scale([*(value for _, value in points), *lines])
    chart = Plot(first=points[0][0], last=points[-1][0], low=ticks[0], high=ticks[-1])
    places = [(chart.x(day), chart.y(value)) for day, value in points]
    return format_html(
        '<svg class="chart__plot" viewBox="0 0 {} {}" role="img" aria-labelledby="{key}-title {key}-desc">'
        '<title id="{key}-title">{}</title><desc id="{key}-desc">{}</desc>{}{}{}{}</svg>',
        WIDTH,
        HEIGHT,
        title,
        description(points, unit=unit, baseline=baseline, target=target),
        grid(chart, ticks, unit),
        dates(points),
        marks(chart, baseline=baseline, target=target),
        curve(places, points[-1][1]),
        key=f"chart-{key}",
    )


class Plot:
    """Turns days and values into places in the drawing."""

    def __init__(self, *, first: date, last: date, low: float, high: float):
        self.first, self.low = first, low
        self.days = (last - first).days
        self.span = high - low

    def x(self, day: date) -> float:
        """A single day stands in the middle."""
        share = (day - self.first).days / self.days if self.days else 0.5
        return round(LEFT + share * (RIGHT - LEFT), 1)

    def y(self, value: Number) -> float:
        return round(BOTTOM - (float(value) - self.low) / self.span * (BOTTOM - TOP), 1)


def scale(values: Sequence[Number]) -> list[float]:
    """Round numbers that span `values` and zero, evenly apart: 1, 2, 2.5 or 5 times a power of ten."""
    low, high = min(0.0, *map(float, values)), max(0.0, *map(float, values))
    rough = (high - low or 1.0) / STEPS
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    return [step * index for index in range(math.floor(low / step), max(math.ceil(high / step), 1) + 1)]


def description(points, *, unit: str, baseline, target: Target) -> str:
    """The chart in words: »Fra 20 virksomheder den …« to »Mål: 100.«"""
    first, last = (
        f"{notation.number(value)} {unit} den {notation.day(day)}" for day, value in (points[0], points[-1])
    )
    parts = [f"Fra {first} til {last}." if len(points) > 1 else f"{last}."]
    if baseline is not None:
        parts.append(f"Udgangspunktet var {notation.number(baseline)}.")
    if target.value is not None:
        parts.append(f"{target.name}: {notation.number(target.value)}.")
    return " ".join(parts)


def grid(chart: Plot, ticks: Sequence[float], unit: str) -> SafeString:
    """A line across at each round number, its number at the left, and the unit above."""
    rows = (
        (LEFT, RIGHT, chart.y(tick), LEFT - 12, chart.y(tick) + 5, notation.number(round(tick, 6)))
        for tick in ticks
    )
    return format_html(
        '<text class="chart__label" x="0" y="16">{}</text>{}<path class="chart__axis" d="M{} {}H{}"/>',
        unit,
        format_html_join(
            "",
            '<path class="chart__grid" d="M{0} {2}H{1}"/><text class="chart__label" x="{3}" y="{4}" text-anchor="end">{5}</text>',
            rows,
        ),
        LEFT,
        chart.y(0),
        RIGHT,
    )


def dates(points) -> SafeString:
    """The first and the last day under the axis; a single one in the middle."""
    first, last = notation.day(points[0][0]), notation.day(points[-1][0])
    y = BOTTOM + 30
    if first == last:
        return label(first, (LEFT + RIGHT) / 2, y, "middle")
    return format_html("{}{}", label(first, LEFT, y, "start"), label(last, RIGHT, y, "end"))


def label(text: str, x: float, y: float, anchor: str) -> SafeString:
    return format_html(
        '<text class="chart__label" x="{}" y="{}" text-anchor="{}">{}</text>', x, y, anchor, text
    )


def marks(chart: Plot, *, baseline, target: Target) -> SafeString:
    """Baseline and target as lines with their names; the lower name goes below its line where both would meet."""
    return format_html_join(
        "",
        '<path class="chart__{0}" d="M{1} {3}H{2}"/><text class="chart__{0}-label" x="{4}" y="{5}">{6}</text>',
        (
            (name, LEFT, RIGHT, y, LEFT + 8, label_y, f"{word}: {notation.number(value)}")
            for name, word, value, y, label_y in placed_marks(chart, baseline, target)
        ),
    )


def placed_marks(chart: Plot, baseline, target: Target) -> Iterator[tuple]:
    both = baseline is not None and target.value is not None
    near = both and abs(chart.y(baseline) - chart.y(target.value)) < APART
    for name, word, value, other in (
        ("baseline", "Udgangspunkt", baseline, target.value),
        ("target", target.name, target.value, baseline),
    ):
        if value is not None:
            below = near and (value < other or (value == other and name == "baseline"))
            y = chart.y(value)
            yield name, word, value, y, y + (20 if below else -8)


def curve(places: Sequence[tuple[float, float]], last: Number) -> SafeString:
    """The line through the readings, a ring at each, and the last value beside its ring."""
    x, y = places[-1]
    return format_html(
        '<polyline class="chart__line" points="{}"/>{}<text class="chart__value" x="{}" y="{}" text-anchor="{}">{}</text>',
        " ".join(f"{left},{top}" for left, top in places),
        format_html_join("", '<circle class="chart__point" cx="{}" cy="{}" r="5"/>', places),
        x,
        y - 14,
        "end" if len(places) > 1 else "middle",
        notation.number(last),
    )


# -- Periods ---------------------------------------------------------------------------------------------------

BAR, GAP = 18, 10


def period_chart(
    periods: Sequence[tuple[str, date, date | None]], *, key: str, title: str, today: date
) -> SafeString:
    """Periods as bars below each other on one axis of years, with a line for today.

    It is hidden from those who listen: the table beside it must give every name and date.

    Args:
        periods: name, first day and last day; a period without a last day runs on past the axis. Without any the chart
            is empty.
        key: makes the ids of this chart unique on its page.
    """
    if not periods:
        return SafeString("")
    first = date(min(start for _, start, _ in periods).year, 1, 1)
    known = [end or start for _, start, end in periods]
    last = date(max(*known, today).year, 12, 31)
    height = TOP + len(periods) * (BAR + GAP) + 30
    span = (last - first).days

    def x(day: date) -> int:
        return round(LEFT + (RIGHT - LEFT) * (min(max(day, first), last) - first).days / span)

    years = format_html_join(
        "",
        '<line class="chart__grid" x1="{0}" x2="{0}" y1="20" y2="{1}"/><text class="chart__label" x="{2}" y="{3}">{4}</text>',
        [(x(date(year, 1, 1)), height - 24, x(date(year, 1, 1)) + 4, height - 6, year)
         for year in range(first.year, last.year + 1)],
    )  # fmt: skip
    bars = format_html_join(
        "",
        '<text class="chart__label" x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect class="chart__bar{}" x="{}" y="{}" width="{}" height="{}" rx="3"/>',
        [
            (LEFT - 8, TOP + row * (BAR + GAP) + 14, name, "" if end else " chart__bar--open", x(start),
             TOP + row * (BAR + GAP), max(x(end or last) - x(start), 3), BAR)
            for row, (name, start, end) in enumerate(periods)
        ],
    )  # fmt: skip
    return format_html(
        '<svg class="chart__plot" viewBox="0 0 {} {}" aria-hidden="true" focusable="false"><title id="chart-{}">{}</title>'
        '{}{}<line class="chart__today" x1="{}" x2="{}" y1="20" y2="{}"/></svg>',
        WIDTH, height, key, title, years, bars, x(today), x(today), height - 24,
    )  # fmt: skip
