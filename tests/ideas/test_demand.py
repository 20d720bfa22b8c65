"""Needs without an offer that can be had, and how many asked for them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ideas.actions import split_idea
from ideas.demand import Demand, uncovered_needs, unverified_needs
from ideas.models import Service
from ideas.views import THEMES_OF_DEMAND
from panels.models import Need
from tests.factories import CompanyFactory, IdeaFactory, NeedFactory, ServiceFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def need() -> Need:
    return NeedFactory(name="Finansiering")


def asked(theme, need, *, companies=(), **values):
    idea = IdeaFactory(theme=theme, **values)
    idea.needs.add(need, NeedFactory())
    idea.companies.add(*companies)
    return idea


def demand_for(need, **options) -> list[Demand]:
    return next((gap.demand for gap in uncovered_needs(**options) if gap.need == need), [])


def test_ideas_and_the_companies_behind_them_are_counted_once_a_year(need):
    first, second = ThemeFactory(year=2021), ThemeFactory(year=2022)
    one, other = CompanyFactory(), CompanyFactory()
    asked(first, need, companies=[one, other])
    asked(first, need, companies=[one])
    asked(first, need)
    asked(first, need, companies=[CompanyFactory()], publish_at=None)
    asked(second, need)

    assert demand_for(need) == [Demand(2021, 3, 2), Demand(2022, 1, 0)]


def test_a_service_that_is_over_covers_no_need_and_is_no_help_now(client, need):
    idea = asked(ThemeFactory(year=2021), need)
    verified = {"verified_on": timezone.localdate(), "needs": [need]}
    over = ServiceFactory(name="Aflagt", is_over=True, **verified)
    assert demand_for(need) == [Demand(2021, 1, 0)]
    assert not Service.objects.unverified().exists()
    assert not unverified_needs().exists()
    assert over.name not in client.get(idea.get_absolute_url()).text
    there = ServiceFactory(name="Åben", **verified)
    assert demand_for(need) == []
    assert there.name in client.get(idea.get_absolute_url()).text
    page = client.get(reverse("ideas:service-list")).text
    assert page.index("Åben") < page.index("Aflagt") < page.index("</main>")
    assert page.count(">Slut</span>") == 1


def test_an_offer_that_nobody_has_looked_at_lately_is_no_gap_but_is_told_apart(client, admin_client, need):
    asked(ThemeFactory(year=2021), need)
    ServiceFactory(needs=[need], draft=True, verified_on=timezone.localdate())
    assert demand_for(need) == [Demand(2021, 1, 0)]
    assert not unverified_needs().exists()

    offer = ServiceFactory(needs=[need], verified_on=timezone.localdate() - timedelta(days=200))
    page = client.get(reverse("ideas:service-list"))
    assert need not in [gap.need for gap in page.context["gaps"]]
    assert list(page.context["unverified"]) == [need]
    assert page.text.index("ikke har kontrolleret for nylig") < page.text.rindex("?behov=finansiering")
    assert "Finansiering" not in admin_client.get(reverse("admin:ideas_service_gaps")).getvalue().decode()

    ServiceFactory(needs=[need], verified_on=timezone.localdate())
    assert not unverified_needs().exists()
    offer.delete()
    assert demand_for(need) == []


def test_an_idea_without_an_offer_says_so_and_where_to_go(client, need):
    idea = asked(ThemeFactory(year=2021), need)
    page = client.get(idea.get_absolute_url()).text
    help_now = page.partition("Hvor kan du få hjælp?")[2].partition("</section>")[0]
    assert "Vi kender endnu intet tilbud" in help_now
    assert f'href="{reverse("ideas:service-list")}"' in help_now
    assert f'href="{reverse("ideas:submission-form")}"' in help_now
    assert 'href="mailto:' in help_now
    ServiceFactory(needs=[need])
    page = client.get(idea.get_absolute_url()).text
    assert "Vi kender endnu intet tilbud" not in page


def test_an_idea_that_lives_on_in_others_is_not_counted_besides_them(need):
    theme = ThemeFactory(year=2021)
    idea = asked(theme, need, companies=[CompanyFactory()])
    split_idea(idea, titles=["Solceller", "Varmepumper"], reason="Det er to ting.", by=None)

    assert demand_for(need) == [Demand(2021, 2, 1)]


@pytest.mark.parametrize("kind", ["need", "idea", "company"])
def test_demand_is_marked_where_something_that_is_counted_is_made_up(client, need, kind):
    mark = f'{need} <span class="example-mark">Eksempel</span>'
    company = CompanyFactory()
    rows = {
        "need": need,
        "company": company,
        "idea": asked(ThemeFactory(year=2021), need, companies=[company]),
    }
    assert mark not in client.get(reverse("ideas:service-list")).text
    type(rows[kind]).objects.filter(pk=rows[kind].pk).update(is_example=True)
    assert client.get(reverse("ideas:service-list")).text.count(mark) == 1


@pytest.mark.parametrize("kind", ["need", "idea", "company", "neither"])
def test_the_file_tells_which_rows_rest_on_what_is_made_up(admin_client, need, kind):
    company = CompanyFactory()
    idea = asked(ThemeFactory(year=2021), need, companies=[company])
    asked(ThemeFactory(year=2022), need, companies=[CompanyFactory()])
    rows = {"need": need, "company": company, "idea": idea}
    if row := rows.get(kind):
        type(row).objects.filter(pk=row.pk).update(is_example=True)
    file = admin_client.get(reverse("admin:ideas_service_gaps")).getvalue().decode()
    assert file.startswith("\ufeffBehov;År;Ideer;Virksomheder;Eksempel\r\n")
    assert f"Finansiering;2021;1;1;{'nej' if kind == 'neither' else 'ja'}\r\n" in file
    assert f"Finansiering;2022;1;1;{'ja' if kind == 'need' else 'nej'}\r\n" in file


def test_the_page_tells_of_the_newest_themes_and_the_file_of_all(client, admin_client, need):
    years = range(2021, 2021 + THEMES_OF_DEMAND + 1)
    for year in years:
        asked(ThemeFactory(year=year), need)
    asked(ThemeFactory(year=2040, publish_at=None), need)

    page = client.get(reverse("ideas:service-list")).content.decode()
    file = admin_client.get(reverse("admin:ideas_service_gaps")).getvalue().decode()

    assert [each.year for each in demand_for(need, latest=THEMES_OF_DEMAND)] == list(years)[1:]
    assert "?tema=2022&amp;behov=finansiering" in page
    assert "?tema=2021&amp;behov=finansiering" not in page
    assert f"Listen går højst {THEMES_OF_DEMAND} temaer tilbage." in page
    assert "Finansiering;2021;1;0;nej\r\n" in file
