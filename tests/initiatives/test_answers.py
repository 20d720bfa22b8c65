"""»Det sagde I – det gjorde vi«: what a theme's ideas came to, all of them or those of one focus area."""

import pytest
from django.urls import reverse

from ideas.actions import merge_ideas
from ideas.models import Outcome
from tests.factories import AnswerFactory, FocusAreaFactory, IdeaFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def theme():
    """Two ideas about advice, one of them answered; one about roads; and one that is not public."""
    theme = ThemeFactory()
    advice = FocusAreaFactory(theme=theme, name="Vejledning", slug="vejledning")
    roads = FocusAreaFactory(theme=theme, name="Veje", slug="veje")
    answered = IdeaFactory(theme=theme, area=advice, title="Solceller")
    AnswerFactory(idea=answered, outcome=Outcome.LATER)
    IdeaFactory(theme=theme, area=advice, title="Varmepumper")
    IdeaFactory(theme=theme, area=roads, title="Ladestandere")
    IdeaFactory(theme=theme, area=roads, title="Cykelstier", draft=True)
    return theme


@pytest.mark.parametrize(
    ("area", "sentence", "groups"),
    [
        ("", "3 ideer", {"senere": ["Solceller"], "afventer": ["Ladestandere", "Varmepumper"]}),
        ("vejledning", "2 ideer om vejledning", {"senere": ["Solceller"], "afventer": ["Varmepumper"]}),
        ("veje", "1 ide om veje", {"afventer": ["Ladestandere"]}),
        ("findes-ikke", "3 ideer", {"senere": ["Solceller"], "afventer": ["Ladestandere", "Varmepumper"]}),
    ],
)
def test_an_area_shows_its_own_ideas_and_counts_all(client, theme, area, sentence, groups):
    page = client.get(reverse("initiatives:theme-answers", args=[theme.year]), {"omraade": area})
    shown = {status: sorted(idea.title for idea in ideas) for status, ideas in page.context["groups"]}
    assert shown == groups
    assert f'<p class="result-count" role="status">{sentence}</p>' in page.text
    offered = [(each.slug, count) for each, count in page.context["areas"]]
    assert (page.context["total"], offered) == (3, [("vejledning", 2), ("veje", 1)])
    assert ("Vi kender ikke det fokusområde" in page.text) == (area == "findes-ikke")


def test_where_no_initiative_shows_it_says_why(client, theme):
    area = theme.focus_areas.first()
    coming, merged, into = IdeaFactory.create_batch(3, theme=theme, area=area)
    AnswerFactory(idea=coming, outcome=Outcome.INITIATIVE)
    merge_ideas([merged], into=into, reason="Det samme.", by=None)
    page = client.get(reverse("initiatives:theme-answers", args=[theme.year])).text
    assert page.count("Initiativet er ikke begyndt endnu") == 1
    assert page.count("Lever videre i en anden ide") == 1
    assert page.count("Intet initiativ") == 4
