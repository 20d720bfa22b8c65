"""A second year beside the first, in the sample and on the pages."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse

from ideas.models import Idea
from panels.models import Company, Need, PanelMeeting, Theme


@pytest.fixture(scope="module", autouse=True)
def _sample(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_programme", verbosity=0, stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _database(db):
    """The module's transaction."""


def test_the_second_year_is_small_and_an_example_all_through():
    theme = Theme.objects.with_funnel().get(year=2026)
    assert (theme.meeting_count, theme.idea_count, theme.treated_count) == (2, 6, 6)
    assert theme.is_example
    assert not Idea.objects.filter(theme=theme, is_example=False).exists()


def test_its_minutes_count_the_ideas_that_the_meetings_show():
    first, second = (PanelMeeting.objects.get(theme__year=2026, number=number) for number in (1, 2))
    from_both = first.ideas.filter(pk__in=second.ideas.all())
    assert (first.ideas.count(), second.ideas.count(), from_both.count()) == (3, 4, 1)
    assert "Fire ideer blev skrevet ned på mødet, og én af dem var begyndt på det første." in second.minutes


def test_its_companies_are_those_of_the_first_year():
    assert Company.objects.count() == 100


def test_needs_that_come_back_are_flagged_on_need_theme_and_idea(client):
    need = Need.objects.with_years().get(slug="arbejdskraft")
    assert need.years == [2021, 2026]
    assert need.is_recurring
    assert "Behov, der går igen" in client.get("/temaer/2021/").text
    assert "2 temaer" in client.get("/ideer/2026-01/").text
    assert "2 temaer" in client.get("/tilbud/").text
    assert "bedt om det i 2021, 2026" in client.get("/tilbud/?behov=arbejdskraft").text


def test_the_years_lead_to_each_other_and_the_front_page_tells_of_the_one_with_results(client):
    assert 'href="/temaer/2026/"' in client.get("/temaer/2021/").text
    assert 'href="/temaer/2021/"' in client.get("/temaer/2026/").text
    front = client.get("/").text
    assert "Grøn omstilling og bæredygtig udvikling" in front
    assert "Nyeste tema: Hænder nok" in front
    # »Følg« is the mail's word.
    assert '<a href="/temaer/2026/">Læs om temaet 2026</a>' in front


def test_the_catalogue_is_over_all_years(client):
    page = client.get(reverse("ideas:idea-list")).text
    assert "46 ideer" in page
    assert "6 ideer" in client.get(f"{reverse('ideas:idea-list')}?tema=2026").text


@pytest.mark.parametrize(
    "name", ["panels:company-list", "panels:meeting-list", "initiatives:initiative-list"]
)
def test_a_list_is_narrowed_to_a_year_and_nonsense_is_left_out(client, name):
    page = client.get(reverse(name), {"tema": "2026"}).text
    assert "Kun temaet" in page
    for nonsense in ("1999", "abc", "²026", "2026 ", ""):
        assert "Kun temaet" not in client.get(reverse(name), {"tema": nonsense}).text
