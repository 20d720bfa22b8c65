from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from erhvervspanel.foundation.publishing import State
from ideas.models import Answer, Idea
from panels.models import Company, Theme
from tests.factories import (
    AnswerFactory,
    CompanyFactory,
    DecisionFactory,
    IdeaFactory,
    InitiativeFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db

HIDDEN = [{"draft": True}, {"embargoed": True}]


@pytest.mark.parametrize("state", HIDDEN)
def test_published_leaves_out_what_is_not_public(state):
    IdeaFactory(**state)
    shown = IdeaFactory()
    assert list(Idea.objects.published()) == [shown]


@pytest.mark.parametrize("state", HIDDEN)
def test_an_idea_hangs_on_its_theme(state):
    IdeaFactory(theme=ThemeFactory(**state))
    assert not Idea.objects.published().exists()


@pytest.mark.parametrize("hidden", ["idea", "idea__theme", "decision"])
def test_an_answer_hangs_on_its_idea_theme_and_decision(hidden):
    answer = AnswerFactory(**{f"{hidden}__publish_at": None})
    assert not Answer.objects.published().exists()
    assert answer.publishing_state == State.PUBLISHED


def test_an_embargo_ends_by_itself():
    theme = ThemeFactory(publish_at=timezone.now() + timedelta(hours=1))
    assert not Theme.objects.published().exists()
    with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=1)):
        assert list(Theme.objects.published()) == [theme]


@pytest.mark.parametrize(
    ("given", "state"),
    [({"draft": True}, State.DRAFT), ({"embargoed": True}, State.EMBARGOED), ({}, State.PUBLISHED)],
)
def test_publishing_state(given, state):
    assert ThemeFactory(**given).publishing_state == state


def test_a_company_is_public_by_its_consent_alone():
    CompanyFactory(unnamed=True)
    CompanyFactory(named_since=timezone.localdate() + timedelta(days=1))
    named = CompanyFactory()
    assert list(Company.objects.published()) == [named]


def test_funnel_counts_only_what_the_public_may_see():
    theme = ThemeFactory()
    decision = DecisionFactory()
    AnswerFactory(idea=IdeaFactory(theme=theme), decision=decision)
    AnswerFactory(idea=IdeaFactory(theme=theme), decision=decision, draft=True)
    IdeaFactory(theme=theme, draft=True)
    InitiativeFactory(theme=theme, status="delivered")
    InitiativeFactory(theme=theme)
    InitiativeFactory(theme=theme, embargoed=True)
    counted = Theme.objects.published().with_funnel().get()
    assert (counted.idea_count, counted.treated_count) == (2, 1)
    assert (counted.initiative_count, counted.delivered_count) == (2, 1)
    assert (counted.company_count, counted.meeting_count) == (0, 0)
