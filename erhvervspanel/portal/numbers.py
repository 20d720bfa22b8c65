"""The programme in numbers: every number is counted by a query and leads to the list that it counts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import or_
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.text import get_text_list

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.composed import seldom
from erhvervspanel.foundation.danish import slugify
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.publishing import has_examples, holds
from erhvervspanel.foundation.spreadsheets import write_csv
from ideas.models import Idea, Status
from initiatives.models import Indicator, Initiative, InitiativeStatus
from initiatives.models.indicator import Rollup, in_percent
from panels.funnel import funnel_of
from panels.models import FocusArea, Theme
from panels.theme_records import focus_areas_of, outcomes_of


@dataclass(frozen=True)
class Cell:
    """One value of a table.

    Attributes:
        value: None where there is none.
        url: the list that it counts, or the page that it stands on.
        is_example: of a row's name: whether anything that the row tells rests on what is made up.
    """

    value: str | int | Decimal | None
    url: str = ""
    is_example: bool = False

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

    @property
    def has_examples(self) -> bool:
        return any(name.is_example for name, _ in self.rows)


def tables(themes: list[Theme], theme: Theme) -> list[Table]:
    """All tables: the first two over the years, the others of `theme`. Themes come `with_funnel`."""
    areas = focus_areas_of(theme.pk)
    return [
        funnel_table(themes),
        outcome_table(themes),
        idea_table(theme, areas),
        initiative_table(theme),
        indicator_table(theme),
        area_table(theme, areas),
    ]


def funnel_table(themes: list[Theme]) -> Table:
    steps = [funnel_of(theme) for theme in themes]
    columns = [step.label.capitalize() for step in steps[0]]
    rows = [
        (
            Cell(str(theme), theme.get_absolute_url(), theme.is_example or theme.counts_examples),
            [Cell(step.number, step.url) for step in funnel],
        )
        for theme, funnel in zip(themes, steps, strict=True)
    ]
    parts = [f"{notation.number(theme.part_count)} i {theme.year}" for theme in themes if theme.part_count]
    note = (
        f"Ideer tæller, som de kom ind. Listerne viser også dem, der er delt ud af andre: {get_text_list(parts, 'og')}."
        if parts
        else ""
    )
    title = "Fra virksomheder til gennemførte initiativer, år for år"
    return Table("tragt", title, ["Tema", *columns], rows, note=note)


def idea_table(theme: Theme, areas: list[FocusArea]) -> Table:
    """Ideas by area and by what became of them."""
    counted = Counter(ideas_of(theme.pk))
    present = {status for _, status, _ in counted}
    statuses = [status for status in Status if status in present]
    base = link("ideas:idea-list")

    def cell(**chosen) -> Cell:
        narrowed = [
            count
            for (area, status, _), count in counted.items()
            if chosen.get("omraade", area) == area and chosen.get("status", status) == status
        ]
        return Cell(sum(narrowed), f"{base}?{urlencode({'tema': theme.year, **chosen})}")

    made_up = {area for area, _, is_example in counted if is_example}
    rows = [
        (
            Cell(area.name, is_example=area.is_example or area.slug in made_up),
            [*(cell(omraade=area.slug, status=status.value) for status in statuses), cell(omraade=area.slug)],
        )
        for area in areas
    ]
    whole = Cell("I alt", is_example=bool(made_up))
    rows.append((whole, [*(cell(status=status.value) for status in statuses), cell()]))
    columns = ["Fokusområde", *(status.label for status in statuses), "I alt"]
    parts = notation.counted(theme.part_count, "ide", "ideer")
    note = (
        f"Heraf er {parts} delt ud af andre. Tragten tæller ideerne, som de kom ind."
        if theme.part_count
        else ""
    )
    return Table("ideer", "Ideer efter fokusområde og udfald", columns, rows, note=note)


@seldom
def ideas_of(theme):
    """(area, status, whether anything that tells the status is made up) of each."""
    told = [has_examples(Idea, relation) for relation in ("answers", "initiatives", "successions")]
    made_up = holds(reduce(or_, told, Q(is_example=True)))
    ideas = Idea.objects.published().filter(theme=theme).with_status().annotate(made_up=made_up)
    return ideas.order_by().values_list("area__slug", "status", "made_up")


def initiative_table(theme: Theme) -> Table:
    found = initiatives_of(theme.pk)
    counted = Counter(status for status, _ in found)
    made_up = {status for status, is_example in found if is_example}
    base = f"{link('initiatives:initiative-list')}?tema={theme.year}"
    rows = [
        # A list without any has no groups to lead to.
        (
            Cell(status.label, is_example=status in made_up),
            [Cell(counted[status], f"{base}#{slugify(status.label)}" if found else base)],
        )
        for status in InitiativeStatus
    ]
    rows.append((Cell("I alt", is_example=bool(made_up)), [Cell(len(found), base)]))
    return Table("initiativer", "Initiativer efter status", ["Status", "Initiativer"], rows)


@seldom
def initiatives_of(theme):
    """(status, whether it is made up) of each."""
    return Initiative.objects.published().filter(theme=theme).values_list("status", "is_example")


def indicator_table(theme: Theme) -> Table:
    rows = [
        (
            Cell(item.name, place_of(item), item.rests_on_examples or item.initiative.is_example),
            list(measured(item)),
        )
        for item in indicators_of(theme.pk)
    ]
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
    note = "Tabellen har temaets egne initiativer, også dem, der bygger på et andet års ideer."
    return Table("indikatorer", "Indikatorer med mål og måling", columns, rows, texts=3, note=note)


@seldom
def indicators_of(theme):
    indicators = Indicator.objects.published().filter(initiative__theme=theme).with_latest()
    return indicators.select_related("initiative").order_by("initiative__number", "pk")


def measured(item: Indicator) -> Iterable[Cell]:
    share = item.share_of_the_way(item.latest_value)
    yield Cell(item.initiative.title, item.initiative.get_absolute_url())
    yield Cell(item.unit)
    latest_on = notation.day(item.latest_on) if item.latest_on else None
    percent = None if share is None else in_percent(share)
    yield from leading((item.baseline, item.target, item.latest_value, latest_on, percent), place_of(item))


OUTCOME = ["Indikatorer", "Målt", "Målet er nået", "På vej mod målet i gennemsnit (%)"]


def outcome_table(themes: list[Theme]) -> Table:
    """What is measured, rolled up to the themes whose ideas are behind it."""
    outcomes = Indicator.together(indicators_of_all_themes())
    rows = [
        outcome_row(theme, outcomes.get(theme.pk, Rollup()), link("initiatives:theme-answers", theme.year))
        for theme in themes
    ]
    return Table("virkning-aar", "Virkning, år for år", ["Tema", *OUTCOME], rows)


@seldom
def indicators_of_all_themes():
    return Indicator.objects.to_roll_up("initiative__ideas__theme")


def area_table(theme: Theme, areas: list[FocusArea]) -> Table:
    """What is measured, rolled up to the focus areas whose ideas are behind it, and to the theme, where each indicator is
    counted once."""
    outcomes, whole = outcomes_of(theme.pk)
    base = link("initiatives:theme-answers", theme.year)
    rows = [
        outcome_row(area, outcomes.get(area.pk, Rollup()), f"{base}?omraade={area.slug}") for area in areas
    ]
    rows.append((Cell("I alt", base, whole.has_examples), figures_of(whole, base)))
    note = (
        "Her er de initiativer, der bygger på temaets ideer, også hvis de hører til et andet års tema. "
        "En indikator, som flere fokusområder er fælles om, tæller med i hvert af dem, men kun én gang i alt."
    )
    return Table("virkning", "Virkning efter fokusområde", ["Fokusområde", *OUTCOME], rows, note=note)


def outcome_row(of: Theme | FocusArea, outcome: Rollup, answers: str) -> tuple[Cell, list[Cell]]:
    """A row of what is measured of `of`, which leads to the page of `answers`."""
    return Cell(str(of), answers, of.is_example or outcome.has_examples), figures_of(outcome, answers)


def figures_of(outcome: Rollup, answers: str) -> list[Cell]:
    numbers = (outcome.indicators, outcome.measured, outcome.reached, outcome.percent)
    return list(leading(numbers, answers))


def place_of(indicator: Indicator) -> str:
    """Where the page of its initiative shows `indicator`."""
    return f"{indicator.initiative.get_absolute_url()}#indikator-{indicator.pk}"


def leading(values: Iterable, url: str) -> Iterable[Cell]:
    """A cell for each of `values`, which lead to `url` where there is any."""
    return (Cell(value, "" if value is None else url) for value in values)


def as_csv(table: Table) -> bytes:
    """The table as a file, with a column that tells which of the rows rest on what is made up."""
    rows = ([*(cell.value for cell in (name, *cells)), name.is_example] for name, cells in table.rows)
    return b"".join(write_csv([*table.columns, "Eksempel"], rows))
