from datetime import date

import pytest

from ideas.models import Idea, Outcome, Status
from initiatives.views import ANSWER_ORDER
from tests.factories import AnswerFactory, DecisionFactory, IdeaFactory, InitiativeFactory, ServiceFactory

pytestmark = pytest.mark.django_db


def status_of(idea) -> str:
    return Idea.objects.with_status().get(pk=idea.pk).status


def test_an_idea_without_answer_awaits():
    assert status_of(IdeaFactory()) == Status.AWAITING


@pytest.mark.parametrize("state", [{"draft": True}, {"embargoed": True}, {"decision__draft": True}])
def test_an_answer_that_is_not_public_does_not_show(state):
    assert status_of(AnswerFactory(outcome=Outcome.LATER, **state).idea) == Status.AWAITING


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome.ALREADY_DONE, Status.ALREADY_DONE),
        (Outcome.LATER, Status.LATER),
        (Outcome.NOT_PURSUED, Status.NOT_PURSUED),
        (Outcome.INITIATIVE, Status.INITIATIVE),
    ],
)
def test_the_answer_gives_the_status(outcome, status):
    assert status_of(AnswerFactory(outcome=outcome).idea) == status


def test_merged_and_offered_point_onward():
    merged = AnswerFactory(outcome=Outcome.MERGED, merged_into=IdeaFactory())
    offered = AnswerFactory(outcome=Outcome.ALREADY_OFFERED, service=ServiceFactory())
    assert status_of(merged.idea) == Status.MERGED
    assert status_of(offered.idea) == Status.ALREADY_OFFERED


def test_the_newest_answer_counts():
    idea = IdeaFactory()
    AnswerFactory(idea=idea, outcome=Outcome.LATER, decision=DecisionFactory(decided_on=date(2022, 1, 1)))
    AnswerFactory(
        idea=idea, outcome=Outcome.NOT_PURSUED, decision=DecisionFactory(decided_on=date(2021, 1, 1))
    )
    assert status_of(idea) == Status.LATER


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        (["planned"], Status.INITIATIVE),
        (["running"], Status.UNDER_WAY),
        (["delivered"], Status.DELIVERED),
        (["delivered", "running"], Status.UNDER_WAY),
        (["delivered", "planned"], Status.UNDER_WAY),
        (["delivered", "stopped"], Status.DELIVERED),
        (["running", "stopped"], Status.UNDER_WAY),
        (["planned", "stopped"], Status.INITIATIVE),
        (["delivered", "planned", "stopped"], Status.UNDER_WAY),
        (["stopped"], Status.STOPPED),
        (["stopped", "stopped"], Status.STOPPED),
    ],
)
def test_the_initiatives_carry_the_idea_on(statuses, status):
    answer = AnswerFactory(outcome=Outcome.INITIATIVE)
    for each in statuses:
        InitiativeFactory(theme=answer.idea.theme, status=each, ideas=[answer.idea])
    assert status_of(answer.idea) == status


def test_every_status_has_its_place_among_the_answers():
    assert sorted(ANSWER_ORDER) == sorted(Status)


def test_what_was_stopped_promises_no_outcome(client):
    answer = AnswerFactory(outcome=Outcome.INITIATIVE)
    InitiativeFactory(theme=answer.idea.theme, status="stopped", ideas=[answer.idea])
    outcome = client.get(answer.idea.get_absolute_url()).context["chain"][-1]
    assert (outcome.title, outcome.state_text) == ("Endnu ikke målt", "Initiativet er stoppet")


def test_an_initiative_that_is_not_public_does_not_show():
    answer = AnswerFactory(outcome=Outcome.INITIATIVE)
    InitiativeFactory(theme=answer.idea.theme, status="delivered", ideas=[answer.idea], draft=True)
    assert status_of(answer.idea) == Status.INITIATIVE
