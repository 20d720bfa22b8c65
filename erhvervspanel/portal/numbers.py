"""The programme in numbers: every number is counted by a query and leads to the list that it counts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.danish import slugify
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.spreadsheets import write_csv
from ideas.models import Status
from initiatives.models import Indicator, InitiativeStatus
from initiatives.models.indicator import Rollup
from panels.funnel import funnel_of
from panels.models import Theme
from panels.theme_records import outcomes_of


@dataclass(frozen=True)
class Cell:
    """One value of a table, None where there is none; `url` is the list that it counts, or the page that it stands on."""

    value: str | int | Decimal | None
    url: str = ""

    @property
    def shown(self) -> str:
        """The value as the page writes it."""
        if self.value is None:
            return "–"
        return self.value if isinstance(self.value, str) else notation.number(self.value)


@dataclass(frozen=True)
class Table:
    """One table of the page and of its download.

    Attributes:
        slug: its name in the download's address.
        columns: the headings, that of the rows' names first.
        rows: name and cells of each row.
        texts: how many of the columns, from the left, hold texts; the others hold numbers.
        note: what the reader has to know of how it is counted.
    """

    slug: str
    title: str
    columns: list[str]
    rows: list[tuple[Cell, list[Cell]]]
    texts: int = 1
    note: str = ""


def tables(themes: list[Theme], theme: Theme) -> list[Table]:
    """All tables: the first two over the years, the others of `theme`. Themes come `with_funnel`."""
    return [
        funnel_table(themes),
        outcome_table(themes),
        idea_table(theme),
        initiative_table(theme),
        indicator_table(theme),
        area_table(theme),
    ]


def funnel_table(themes: list[Theme]) -> Table:
    steps = [funnel_of(theme) for theme in themes]
    columns = [step.label.capitalize() for step in steps[0]]
    rows = [
        (
            Cell(f"{theme.year}: {theme.title}", theme.get_absolute_url()),
            [Cell(step.number, step.url) for step in funnel],
        )
        for theme, funnel in zip(themes, steps, strict=True)
    ]
    return Table("tragt", "Fra virksomheder til gennemførte initiativer, år for år", ["Tema", *columns], rows)


def idea_table(theme: Theme) -> Table:
    """Ideas by area and by what became of them."""
    counted = Counter(theme.ideas.published().with_status().values_list("area__slug", "status"))
    areas = list(theme.focus_areas.order_by("position"))
    statuses = [status for status in Status if any(counted[area.slug, status.value] for area in areas)]
    base = link("ideas:idea-list")

    def cell(**chosen) -> Cell:
        narrowed = [
            count
            for (area, status), count in counted.items()
            if chosen.get("omraade", area) == area and chosen.get("status", status) == status
        ]
        return Cell(sum(narrowed), f"{base}?{urlencode({'tema': theme.year, **chosen})}")

    rows = [
        (
            Cell(area.name),
            [*(cell(omraade=area.slug, status=status.value) for status in statuses), cell(omraade=area.slug)],
        )
        for area in areas
    ]
    rows.append((Cell("I alt"), [*(cell(status=status.value) for status in statuses), cell()]))
    columns = ["Fokusområde", *(status.label for status in statuses), "I alt"]
    return Table("ideer", "Ideer efter fokusområde og udfald", columns, rows)


def initiative_table(theme: Theme) -> Table:
    counted = Counter(theme.initiatives.published().values_list("status", flat=True))
    base = f"{link('initiatives:initiative-list')}?tema={theme.year}"
    rows = [
        (Cell(status.label), [Cell(counted[status], f"{base}#{slugify(status.label)}")])
        for status in InitiativeStatus
    ]
    rows.append((Cell("I alt"), [Cell(counted.total(), base)]))
    return Table("initiativer", "Initiativer efter status", ["Status", "Initiativer"], rows)


def indicator_table(theme: Theme) -> Table:
    indicators = (
        Indicator.objects.published()
        .filter(initiative__theme=theme)
        .with_latest()
        .select_related("initiative")
        .order_by("initiative__number", "pk")
    )
    rows = [(Cell(item.name, place_of(item)), list(measured(item))) for item in indicators]
    columns = [
        "Indikator",
        "Initiativ",
        "Enhed",
        "Udgangspunkt",
        "Mål",
        "Seneste måling",
        "Målt",
        "På vej mod målet (%)",
    ]
    return Table("indikatorer", "Indikatorer med mål og måling", columns, rows, texts=3)


def measured(item: Indicator) -> Iterable[Cell]:
    share = item.share_of_the_way(item.latest_value)
    yield Cell(item.initiative.title, item.initiative.get_absolute_url())
    yield Cell(item.unit)
    latest_on = notation.day(item.latest_on) if item.latest_on else None
    percent = None if share is None else round(share * 100)
    yield from leading((item.baseline, item.target, item.latest_value, latest_on, percent), place_of(item))


OUTCOME = ["Indikatorer", "Målt", "Målet er nået", "På vej mod målet i gennemsnit (%)"]


def outcome_table(themes: list[Theme]) -> Table:
    """What is measured, rolled up to the themes whose ideas are behind it."""
    outcomes = Indicator.objects.rolled_up("initiative__ideas__theme")
    rows = [
        outcome_row(
            str(theme), outcomes.get(theme.pk, Rollup()), link("initiatives:theme-answers", theme.year)
        )
        for theme in themes
    ]
    return Table("virkning-aar", "Virkning, år for år", ["Tema", *OUTCOME], rows)


def area_table(theme: Theme) -> Table:
    """What is measured, rolled up to the focus areas whose ideas are behind it, and to the theme, where each indicator is
    counted once."""
    outcomes, whole = outcomes_of(theme.pk)
    base = link("initiatives:theme-answers", theme.year)
    rows = [
        outcome_row(area.name, outcomes.get(area.pk, Rollup()), f"{base}?omraade={area.slug}")
        for area in theme.focus_areas.order_by("position")
    ]
    rows.append(outcome_row("I alt", whole, base))
    note = (
        "En indikator, som flere fokusområder er fælles om, tæller med i hvert af dem, men kun én gang i alt."
    )
    return Table("virkning", "Virkning efter fokusområde", ["Fokusområde", *OUTCOME], rows, note=note)


def outcome_row(name: str, outcome: Rollup, answers: str) -> tuple[Cell, list[Cell]]:
    """A row of what is measured, which leads to the page of `answers`."""
    numbers = (outcome.indicators, outcome.measured, outcome.reached, outcome.percent)
    return Cell(name, answers), list(leading(numbers, answers))


def place_of(indicator: Indicator) -> str:
    """Where the page of its initiative shows `indicator`."""
    return f"{indicator.initiative.get_absolute_url()}#indikator-{indicator.pk}"


def leading(values: Iterable, url: str) -> Iterable[Cell]:
    """A cell for each of `values`, which lead to `url` where there is any."""
    return (Cell(value, "" if value is None else url) for value in values)


def as_csv(table: Table) -> bytes:
    """The table as a file."""
    return b"".join(
        write_csv(table.columns, ([cell.value for cell in (name, *cells)] for name, cells in table.rows))
    )
