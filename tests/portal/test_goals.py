"""The goals join ideas, initiatives and recommendations."""

import re

import pytest
from django.urls import reverse

from tests.factories import IdeaFactory, InitiativeFactory, RecommendationFactory

pytestmark = pytest.mark.django_db
LISTS = [reverse(f"{name}-list") for name in ("ideas:idea", "initiatives:initiative", "ideas:recommendation")]


def led_to(page: str) -> set[str]:
    """The lists of goal 7 that `page` links to."""
    return set(re.findall(r'href="(/[a-z]+/)[?]verdensmaal=7"', page))


def test_a_goal_leads_from_each_kind_to_its_list_and_on_to_the_others(client):
    rows = [IdeaFactory(goals=[7]), InitiativeFactory(goals=[7, 12]), RecommendationFactory(goals=[7])]
    others = [IdeaFactory(goals=[12]), InitiativeFactory(goals=[12]), RecommendationFactory(goals=[1, 17])]
    for address, row, other in zip(LISTS, rows, others, strict=True):
        assert led_to(client.get(row.get_absolute_url()).text) == {address}
        page = client.get(address, {"verdensmaal": "7"}).text
        assert "Verdensmål 7: Bæredygtig energi." in page
        listed = [f'href="{each.get_absolute_url()}"' in page for each in (row, other)]
        assert listed == [True, False]
        assert led_to(page) >= set(LISTS) - {address}


@pytest.mark.parametrize("asked", ["0", "18", "x", "7x", "\u0667"])
def test_what_is_no_goal_narrows_nothing(client, asked):
    rows = [IdeaFactory(goals=[7]), InitiativeFactory(goals=[7]), RecommendationFactory(goals=[7])]
    for address, row in zip(LISTS, rows, strict=True):
        assert row.title in client.get(address, {"verdensmaal": asked}).text


def test_a_goal_that_nothing_has_is_told(client):
    InitiativeFactory(goals=[7])
    RecommendationFactory(goals=[7])
    assert "Ingen initiativer har det verdensmål" in client.get(LISTS[1], {"verdensmaal": "1"}).text
    assert "Ingen anbefalinger har det verdensmål" in client.get(LISTS[2], {"verdensmaal": "1"}).text
