"""What is made up is marked where it stands under something that is not."""

import pytest
from django.urls import reverse

from ideas.models import Answer, Idea
from initiatives.models import Indicator, Initiative, Reading
from panels.models import Company, FocusArea, PanelMeeting, Theme
from tests.factories import (
    AnswerFactory,
    AttendanceFactory,
    CompanyFactory,
    FeedbackFactory,
    IdeaFactory,
    IndicatorFactory,
    InitiativeFactory,
    MilestoneFactory,
    OverlapFactory,
    PanelMeetingFactory,
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


@pytest.mark.parametrize(("is_example", "seen"), [(True, 4), (False, 0)])
def test_what_is_made_up_is_marked_among_a_themes_answers(client, is_example, seen):
    idea = IdeaFactory()
    AnswerFactory(idea=idea, outcome="initiative", is_example=is_example)
    initiative = InitiativeFactory(theme=idea.theme, ideas=[idea], is_example=is_example)
    indicator = IndicatorFactory(initiative=InitiativeFactory(theme=idea.theme, ideas=[idea]))
    type(indicator).objects.update(is_example=is_example)
    ReadingFactory(indicator=indicator)
    assert initiative.is_example == is_example
    # The funnel, the answer, the initiative, and what it is measured by.
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


@pytest.mark.parametrize("kind", ["idea", "area", "neither"])
def test_an_areas_number_is_marked_where_it_counts_what_is_made_up(client, kind):
    idea = IdeaFactory()
    IdeaFactory(theme=idea.theme, area=idea.area, draft=True, is_example=True)
    rows = {"idea": Idea, "area": FocusArea}.get(kind)
    if rows:
        rows.objects.filter(pk=idea.pk if kind == "idea" else idea.area_id).update(is_example=True)
    card = client.get(idea.theme.get_absolute_url()).text.partition("1 ide")[2].partition("</p>")[0]
    assert (MARK in card) == bool(rows)


@pytest.mark.parametrize("is_example", [True, False])
def test_the_filters_say_once_that_their_numbers_count_what_is_made_up(client, is_example):
    idea, other = IdeaFactory(title="Ladestander", is_example=is_example), IdeaFactory(title="Kompost")
    IdeaFactory(draft=True, is_example=True)

    def told(**asked) -> int:
        return client.get(reverse("ideas:idea-list"), asked).text.count(SENTENCE)

    assert told() == told(q=idea.title) == is_example
    assert told(q=other.title) == 0


@pytest.mark.parametrize("kind", ["overlap", "idea", "recommendation", "neither"])
def test_where_recommendations_meet_ideas_a_row_is_marked_that_counts_what_is_made_up(client, kind):
    overlap = OverlapFactory(recommendation__title="Flere cykler")
    other = OverlapFactory(recommendation__title="Mindre affald")
    rows = {"overlap": overlap, "idea": overlap.idea, "recommendation": overlap.recommendation}
    if row := rows.get(kind):
        type(row).objects.filter(pk=row.pk).update(is_example=True)
    page = client.get(reverse("ideas:synergy"), {"tema": overlap.idea.theme.year}).text
    table = page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert (f"{overlap.recommendation.title}</a> {MARK}" in table) == (kind != "neither")
    assert f"{other.recommendation.title}</a> {MARK}" not in table


def marked(client, theme) -> set[tuple[str, str]]:
    """(table, row) of the rows that the page marks as resting on what is made up."""
    page = client.get(reverse("portal:numbers"), {"tema": theme.year})
    rows = [(table, name) for table in page.context["tables"] for name, _ in table.rows if name.is_example]
    sentence = "Mærket" in page.text
    assert page.text.count(MARK) == len(rows) + sentence + page.context["theme"].counts_examples
    assert sentence == bool(rows)
    return {(table.slug, str(name.value)) for table, name in rows}


def real_chain() -> tuple:
    """A theme with an idea, an answer, an initiative, and what it is measured by; nothing is made up."""
    idea = IdeaFactory(companies=[CompanyFactory()])
    AttendanceFactory(meeting=PanelMeetingFactory(theme=idea.theme), company=CompanyFactory())
    AnswerFactory(idea=idea, outcome="initiative")
    initiative = InitiativeFactory(theme=idea.theme, ideas=[idea], status="delivered")
    reading = ReadingFactory(indicator=IndicatorFactory(initiative=initiative))
    return idea, initiative, reading


SENTENCE = "Noget af det, der er talt op her, er opdigtet."
FUNNEL = {"tragt"}
MARKED = {
    "theme": (Theme, {"tragt", "virkning-aar"}),
    "meeting": (PanelMeeting, FUNNEL),
    "company": (Company, FUNNEL),
    "idea": (Idea, FUNNEL | {"ideer"}),
    "answer": (Answer, FUNNEL | {"ideer"}),
    "initiative": (Initiative, FUNNEL | {"ideer", "initiativer", "indikatorer"}),
    "indicator": (Indicator, {"indikatorer", "virkning", "virkning-aar"}),
    "reading": (Reading, {"indikatorer", "virkning", "virkning-aar"}),
    "area": (FocusArea, {"ideer", "virkning"}),
}


@pytest.mark.parametrize("kind", MARKED)
def test_a_number_is_marked_where_anything_that_it_rests_on_is_made_up(client, kind):
    model, slugs = MARKED[kind]
    theme = real_chain()[0].theme
    IdeaFactory(theme=theme, draft=True, is_example=True)
    assert marked(client, theme) == set()
    model.objects.update(is_example=True)
    assert {slug for slug, _ in marked(client, theme)} == slugs


@pytest.mark.parametrize("kind", ["idea", "theme"])
def test_a_funnel_says_that_something_in_it_is_made_up(client, kind):
    theme = real_chain()[0].theme
    pages = [
        reverse("portal:home"),
        theme.get_absolute_url(),
        reverse("initiatives:theme-answers", args=[theme.year]),
    ]
    assert not any(SENTENCE in client.get(page).text for page in pages)
    assert marks(client, reverse("panels:theme-list")) == 0
    MARKED[kind][0].objects.update(is_example=True)
    assert all((SENTENCE in client.get(page).text) == (kind == "idea") for page in pages)
    assert marks(client, reverse("panels:theme-list")) == 1
