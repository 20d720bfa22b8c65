"""The funnel and the decision count what came in and what the committee did, whatever staff merge and split later."""

import pytest

from ideas.actions import merge_ideas, split_idea, undo_succession
from ideas.models import Answer, Outcome
from panels.models import Theme
from tests.factories import AnswerFactory, DecisionFactory, IdeaFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def decision():
    return DecisionFactory()


@pytest.fixture
def answered(decision):
    """Three ideas of one theme that the decision answers."""
    theme = ThemeFactory()
    ideas = IdeaFactory.create_batch(3, theme=theme)
    for idea in ideas:
        AnswerFactory(idea=idea, decision=decision)
    return ideas


def counts() -> tuple[int, int]:
    theme = Theme.objects.with_funnel().get()
    return theme.idea_count, theme.treated_count


def told(client, decision) -> list:
    return [answer.idea for answer in client.get(decision.get_absolute_url()).context["answers"]]


def test_a_split_makes_no_more_ideas_and_no_more_answers(client, decision, answered):
    split_idea(answered[0], titles=["Solceller", "Varmepumper"], reason="Det er to ting.", by=None)
    assert counts() == (3, 3)
    assert told(client, decision) == answered
    undo_succession(answered[0], by=None)
    assert counts() == (3, 3)


@pytest.mark.parametrize("treated", [1, 2])
def test_parts_that_are_treated_are_the_one_idea_that_came_in(decision, treated):
    idea = IdeaFactory()
    parts = split_idea(idea, titles=["Solceller", "Varmepumper"], reason="Det er to ting.", by=None)
    assert counts() == (1, 0)
    for part in parts[:treated]:
        AnswerFactory(idea=part, decision=decision)
    assert counts() == (1, 1)


@pytest.mark.parametrize("where", ["in the other", "in a third", "in a part of the other"])
def test_an_idea_is_treated_where_it_lives_on(decision, where):
    theme = ThemeFactory()
    idea, other, third = IdeaFactory.create_batch(3, theme=theme)
    merge_ideas([idea], into=other, reason="Det samme.", by=None)
    treated = other
    if where == "in a third":
        merge_ideas([other], into=third, reason="Det samme.", by=None)
        treated = third
    elif where == "in a part of the other":
        treated, _ = split_idea(other, titles=["Solceller", "Varmepumper"], reason="Det er to ting.", by=None)
    assert counts() == (3, 0)
    AnswerFactory(idea=treated, decision=decision)
    assert counts() == (3, 3 if treated == third else 2)
    if treated == other:
        AnswerFactory(idea=idea, decision=decision)
        assert counts() == (3, 2)


def test_a_theme_tells_how_many_more_its_lists_show_for_splits(client, answered):
    theme = answered[0].theme
    step = '<span class="funnel__note">'
    assert step not in client.get(theme.get_absolute_url()).text
    split_idea(answered[0], titles=["Solceller", "Varmepumper"], reason="Det er to ting.", by=None)
    assert f"{step}og 2 delt ud af andre</span>" in client.get(theme.get_absolute_url()).text


def test_a_merge_makes_no_more_answers(client, decision, answered):
    untreated = IdeaFactory(theme=answered[0].theme)
    merge_ideas([answered[0]], into=untreated, reason="Det samme.", by=None)
    assert counts() == (4, 3)
    assert told(client, decision) == answered


def test_a_correction_after_the_merge_makes_no_more_answers(client, decision, answered):
    merge_ideas([answered[0]], into=IdeaFactory(theme=answered[0].theme), reason="Det samme.", by=None)
    answer = answered[0].answers.get()
    answer.outcome = Outcome.NOT_PURSUED
    answer.save()
    assert counts() == (4, 3)
    assert told(client, decision) == answered


def test_an_answer_that_the_committee_gave_after_the_merge_counts(client, decision):
    theme = ThemeFactory()
    original, successor = IdeaFactory.create_batch(2, theme=theme)
    AnswerFactory(idea=original, decision=decision, open=True)
    merge_ideas([original], into=successor, reason="Det samme.", by=None)
    copy = successor.answers.get()
    copy.outcome, copy.reason = Outcome.LATER, "Senere."
    copy.save()
    original.answers.update(outcome=Outcome.MERGED, reason="Det samme.", merged_into=successor)
    Answer.objects.update(publish_at=decision.publish_at)
    assert counts() == (2, 2)
    assert told(client, decision) == [original, successor]
