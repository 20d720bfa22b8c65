"""Where recommendations and ideas meet: each idea is told once."""

import pytest
from django.urls import reverse

from ideas.actions import merge_ideas
from ideas.synergy import meeting_points
from tests.factories import FocusAreaFactory, IdeaFactory, OverlapFactory, RecommendationFactory

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
