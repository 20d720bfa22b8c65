"""Where recommendations and ideas meet: each idea is told once, and each assembly apart."""

import re

import pytest
from django.urls import reverse

from ideas.actions import merge_ideas
from ideas.synergy import meeting_points
from tests.factories import (
    AssemblyFactory,
    FocusAreaFactory,
    IdeaFactory,
    OverlapFactory,
    RecommendationFactory,
)

pytestmark = pytest.mark.django_db


def test_an_idea_that_was_merged_is_told_where_it_lives_on_alone(client):
    recommendation, area = RecommendationFactory(), FocusAreaFactory()
    original, successor = IdeaFactory.create_batch(2, theme=area.theme, area=area)
    OverlapFactory(idea=original, recommendation=recommendation)
    merge_ideas([original], into=successor, reason="Det samme.", by=None)

    [cell] = meeting_points(area.theme).meetings
    listed = client.get(reverse("ideas:recommendation-list")).context["assemblies"]
    page = client.get(recommendation.get_absolute_url())

    assert [overlap.idea for overlap in cell.overlaps] == [successor]
    assert [overlap.idea for overlap in page.context["overlaps"]] == [successor]
    assert [each.overlap_count for each in listed[0].public_recommendations] == [1]
    assert client.get(original.get_absolute_url()).context["overlaps"]


def page_of_assemblies(client, *names: str) -> str:
    """The page where the first recommendation of each assembly meets the same idea."""
    idea = IdeaFactory()
    for name in names:
        recommendation = RecommendationFactory(assembly=AssemblyFactory(name=name))
        OverlapFactory(idea=idea, recommendation=recommendation)
    return client.get(reverse("ideas:synergy")).text


def test_recommendations_of_the_same_number_are_told_apart_by_their_assembly(client):
    page = page_of_assemblies(client, "Klimasamlingen", "Borgersamlingen")
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    links = re.findall(r'href="#(anbefaling-[^"]+)"', page)
    assert len(set(links)) == 2
    assert set(links) <= set(ids)
    assert "Anbefaling 1 (Klimasamlingen) og " in page
    assert "Anbefaling 1 (Borgersamlingen) og " in page


def test_the_only_assembly_is_not_named_at_every_recommendation(client):
    page = page_of_assemblies(client, "Borgersamlingen")
    assert "Anbefaling 1 og " in page
    assert "Borgersamlingen" not in page
