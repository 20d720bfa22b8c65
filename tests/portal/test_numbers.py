"""Every number is counted, leads to the list that it counts, and can be fetched as a file."""

import csv
from decimal import Decimal
from html import unescape
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse

from erhvervspanel.foundation.spreadsheets.cells import as_text
from erhvervspanel.portal.numbers import Cell, Table, as_csv
from ideas.actions import split_idea
from initiatives.models import Indicator
from panels.models import Theme
from tests.factories import (
    CompanyFactory,
    FocusAreaFactory,
    IdeaFactory,
    IndicatorFactory,
    InitiativeFactory,
    ReadingFactory,
    ThemeFactory,
)


@pytest.fixture(scope="module")
def _sample(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_programme", stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def sample(_sample, db):
    """The sample programme, loaded once for this file."""


def test_a_number_of_ideas_leads_to_as_many_ideas(client, sample):
    page = client.get(reverse("portal:numbers"), {"tema": "2021"})
    table = next(table for table in page.context["tables"] if table.slug == "ideer")
    cells = [cell for _, cells in table.rows for cell in cells]
    assert cells[-1].value == 40
    for cell in cells[::4]:
        assert client.get(cell.url).context["found"].total == cell.value, cell.url


def test_the_funnel_leads_to_lists_of_the_year(client, sample):
    page = client.get(reverse("portal:numbers"), {"tema": "2026"})
    funnel = {step.label: step for step in page.context["funnel"]}
    assert client.get(funnel["ideer"].url).context["found"].total == funnel["ideer"].number == 6
    assert client.get(funnel["virksomheder"].url).context["counts"]["everyone"] == 8
    assert len(client.get(funnel["panelmøder"].url).context["meetings"]) == funnel["panelmøder"].number == 2
    assert client.get(funnel["behandlet politisk"].url).context["total"] == 6


def test_where_a_list_shows_parts_of_split_ideas_too_the_tables_say_so(client, sample):
    theme = ThemeFactory(year=2031)
    ideas = IdeaFactory.create_batch(4, theme=theme)
    page = reverse("portal:numbers")
    assert "delt ud af andre" not in client.get(page, {"tema": "2031"}).text
    split_idea(ideas[0], titles=["Solceller", "Varmepumper"], reason="Det er to ting.", by=None)
    told = client.get(page, {"tema": "2031"})
    tables = {table.slug: table for table in told.context["tables"]}
    came_in, shown = tables["tragt"].rows[0][1][2], tables["ideer"].rows[-1][1][-1]
    assert (came_in.value, shown.value, came_in.url) == (4, 6, shown.url)
    for sentence in (
        "Heraf er 2 ideer delt ud af andre. Tragten tæller ideerne, som de kom ind.",
        "Ideer tæller, som de kom ind. Listerne viser også dem, der er delt ud af andre: 2 i 2031.",
        "og 2 delt ud af andre",
    ):
        assert sentence in told.text


def test_every_number_leads_to_a_page_that_has_it(client, sample):
    page = client.get(reverse("portal:numbers"), {"tema": "2021"})
    for table in page.context["tables"]:
        for name, cells in table.rows:
            numbers = [cell for cell in cells[table.texts - 1 :] if cell.value is not None]
            assert all(cell.url for cell in numbers), (table.slug, name.value)
    indicators = next(table for table in page.context["tables"] if table.slug == "indikatorer")
    for name, cells in indicators.rows:
        address, _, part = cells[-1].url.partition("#")
        measured = client.get(address).text.partition(f'id="{part}"')[2].partition("</h3>")[0]
        assert name.value in unescape(measured)


def test_each_table_is_a_file_with_the_same_numbers(client, sample):
    page = client.get(reverse("portal:numbers"), {"tema": "2021"})
    for table in page.context["tables"]:
        response = client.get(reverse("portal:numbers-table", args=[table.slug]), {"tema": "2021"})
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert response.content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
        assert rows == [
            [*table.columns, "Eksempel"],
            *(
                [*(as_text(cell.value) for cell in (name, *cells)), as_text(name.is_example)]
                for name, cells in table.rows
            ),
        ]


def test_the_samples_made_up_numbers_are_marked(client, sample):
    theme = Theme.objects.get(year=2021)
    tables = client.get(reverse("portal:numbers"), {"tema": "2021"}).context["tables"]
    rows = {(table.slug, name.value) for table in tables for name, _ in table.rows if name.is_example}
    assert {("tragt", f"2021: {theme.title}"), ("ideer", "I alt"), ("virkning", "I alt")} <= rows
    assert {name for table, name in rows if table == "indikatorer"} == set(
        Indicator.objects.published().filter(initiative__theme=theme).values_list("name", flat=True)
    )
    assert ("tragt", str(Theme.objects.get(year=2026))) in rows


def test_an_unknown_table_is_not_found(client, sample):
    assert client.get(reverse("portal:numbers-table", args=["findes-ikke"])).status_code == 404


def test_no_cell_of_a_file_is_a_formula():
    odd = (Cell("=1+1"), [Cell("@SUM(A1)"), Cell(-3), Cell("\uff1d1+1")])
    other = (Cell("-A1"), [Cell(Decimal("-1234.50")), Cell(None), Cell("+45")])
    table = Table("t", "T", ["A", "B"], [odd, other])
    assert as_csv(table).decode().splitlines()[1:] == [
        "'=1+1;'@SUM(A1);-3;'\uff1d1+1;nej",
        "'-A1;-1234,5;;'+45;nej",
    ]


def test_the_page_writes_numbers_as_danes_do():
    values = [Decimal("-1234.50"), 40, "-10 %", None]
    assert [Cell(value).shown for value in values] == ["-1.234,5", "40", "-10 %", "–"]


@pytest.mark.django_db
def test_outcomes_are_rolled_up_once_for_each_area_company_and_theme():
    theme = ThemeFactory()
    company = CompanyFactory()
    one, other = (IdeaFactory(theme=theme, companies=[company]) for _ in range(2))
    initiative = InitiativeFactory(theme=theme, ideas=[one, other])
    reached = IndicatorFactory(initiative=initiative, baseline=0, target=10)
    ReadingFactory(indicator=reached, value=12)
    halfway = IndicatorFactory(initiative=initiative, baseline=10, target=0, direction="down")
    ReadingFactory(indicator=halfway, value=5)
    IndicatorFactory(initiative=initiative, baseline=0, target=10)
    IndicatorFactory(initiative=InitiativeFactory(theme=theme, ideas=[one], draft=True))
    for by, key in (("area", one.area_id), ("companies", company.pk), ("theme", theme.pk)):
        outcome = Indicator.together(Indicator.objects.to_roll_up(f"initiative__ideas__{by}"))[key]
        assert (outcome.indicators, outcome.measured, outcome.reached, outcome.percent) == (3, 2, 1, 75), by


@pytest.mark.django_db
def test_outcomes_stand_at_the_year_of_the_ideas_each_counted_once(client):
    theme, later = ThemeFactory.create_batch(2)
    ideas = [IdeaFactory(theme=theme, area=FocusAreaFactory(theme=theme)) for _ in range(2)]
    shared = IndicatorFactory(initiative=InitiativeFactory(theme=theme, ideas=ideas), baseline=0, target=10)
    ReadingFactory(indicator=shared, value=10)
    IndicatorFactory(initiative=InitiativeFactory(theme=later, ideas=ideas[:1]))
    page = client.get(reverse("portal:numbers"), {"tema": theme.year})
    tables = {
        table.slug: {name.value: [cell.value for cell in cells] for name, cells in table.rows}
        for table in page.context["tables"]
    }
    assert tables["virkning"] == {
        ideas[0].area.name: [2, 1, 1, 100],
        ideas[1].area.name: [1, 1, 1, 100],
        "I alt": [2, 1, 1, 100],
    }
    years = [tables["virkning-aar"][str(each)] for each in (later, theme)]
    assert years == [[0, 0, 0, None], [2, 1, 1, 100]]
    told = (
        "Målt virkning af temaets ideer:</strong> 1 af 2 indikatorer målt, 1 har nået målet, 100 % af vejen"
    )
    # The later theme's own initiative is in its list, though what it measures stands where the ideas are.
    assert (len(tables["indikatorer"]), "også hvis de hører til et andet års tema" in page.text) == (1, True)
    own = client.get(reverse("portal:numbers"), {"tema": later.year})
    [indicators] = [table for table in own.context["tables"] if table.slug == "indikatorer"]
    assert (len(indicators.rows), "dem, der bygger på et andet års ideer" in own.text) == (1, True)
    assert told in client.get(theme.get_absolute_url()).text
    assert "Målt virkning" not in client.get(later.get_absolute_url()).text


@pytest.mark.django_db
def test_an_outcome_is_the_companys_by_an_idea_that_the_public_may_see(client):
    company = CompanyFactory()
    public, draft = IdeaFactory(), IdeaFactory(draft=True, companies=[company])
    IndicatorFactory(initiative=InitiativeFactory(theme=public.theme, ideas=[public, draft]))
    assert client.get(company.get_absolute_url()).context["outcome"] is None
