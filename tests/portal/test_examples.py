"""What is made up is marked where it stands under something that is not."""

import pytest
from django.urls import reverse

from tests.factories import (
    AnswerFactory,
    FeedbackFactory,
    IdeaFactory,
    IndicatorFactory,
    InitiativeFactory,
    MilestoneFactory,
    ReadingFactory,
)

pytestmark = pytest.mark.django_db
MARK = '<span class="example-mark">Eksempel</span>'


def marks(client, address: str) -> int:
    return client.get(address).text.count(MARK)


@pytest.mark.parametrize("is_example", [True, False])
def test_a_made_up_reading_and_milestone_are_marked_on_the_initiatives_page(client, is_example):
    initiative = InitiativeFactory(is_example=False)
    reading = ReadingFactory(
        indicator=IndicatorFactory(initiative=initiative), is_example=is_example, note="Kun i juni."
    )
    MilestoneFactory(initiative=initiative, is_example=is_example)
    # The reading in the table and as the latest one, and the milestone.
    assert marks(client, initiative.get_absolute_url()) == (3 if is_example else 0)
    assert "Kun i juni." in client.get(initiative.get_absolute_url()).text
    type(reading.indicator).objects.update(is_example=True)
    assert marks(client, initiative.get_absolute_url()) == (2 if is_example else 1)


@pytest.mark.parametrize(("is_example", "seen"), [(True, 1), (False, 0)])
def test_a_made_up_feedback_is_marked(client, is_example, seen):
    feedback = FeedbackFactory(is_example=is_example)
    assert marks(client, feedback.recommendation.get_absolute_url()) == seen


@pytest.mark.parametrize(("is_example", "seen"), [(True, 3), (False, 0)])
def test_what_is_made_up_is_marked_among_a_themes_answers(client, is_example, seen):
    idea = IdeaFactory()
    AnswerFactory(idea=idea, outcome="initiative", is_example=is_example)
    initiative = InitiativeFactory(theme=idea.theme, ideas=[idea], is_example=is_example)
    indicator = IndicatorFactory(initiative=InitiativeFactory(theme=idea.theme, ideas=[idea]))
    type(indicator).objects.update(is_example=is_example)
    ReadingFactory(indicator=indicator)
    assert initiative.is_example == is_example
    assert marks(client, reverse("initiatives:theme-answers", args=[idea.theme.year])) == seen


def test_the_story_of_an_idea_marks_what_is_made_up_unless_the_idea_is_so_itself(client):
    idea = IdeaFactory()
    initiative = InitiativeFactory(theme=idea.theme, ideas=[idea])
    MilestoneFactory(initiative=initiative, reached=True, is_example=True)
    ReadingFactory(indicator=IndicatorFactory(initiative=initiative), is_example=True)
    assert [entry.is_example for entry in client.get(idea.get_absolute_url()).context["story"]].count(
        True
    ) == 2
    type(idea).objects.update(is_example=True)
    story = client.get(idea.get_absolute_url()).context["story"]
    assert not any(entry.is_example for entry in story)


@pytest.mark.parametrize("is_example", [True, False])
def test_outcomes_of_a_theme_are_marked_where_one_of_them_is_made_up(client, is_example):
    idea = IdeaFactory()
    initiative = InitiativeFactory(theme=idea.theme, ideas=[idea])
    IndicatorFactory(initiative=initiative, is_example=is_example)
    IndicatorFactory(initiative=initiative)
    # Those of the theme, and of the area.
    assert marks(client, idea.theme.get_absolute_url()) == (2 if is_example else 0)
