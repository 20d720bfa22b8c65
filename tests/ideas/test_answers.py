"""Publishing a decision's answers."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from ideas.actions import follow_decision, publish_answers
from ideas.models import Answer, Idea, Outcome, Status
from panels.models import Decision
from tests.factories import (
    AnswerFactory,
    DecisionFactory,
    IdeaFactory,
    ServiceFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return UserFactory(staff=True)


@pytest.fixture
def decision():
    """A draft decision with complete draft answers to three ideas."""
    decision, theme = DecisionFactory(draft=True), ThemeFactory()
    for _ in range(3):
        AnswerFactory(idea=IdeaFactory(theme=theme), decision=decision, draft=True)
    return decision


def statuses() -> list[str]:
    return list(Idea.objects.with_status().order_by("number").values_list("status", flat=True))


def test_all_answers_are_published_together(decision, by):
    assert statuses() == [Status.AWAITING] * 3
    assert len(publish_answers(decision, at=timezone.now(), by=by)) == 3
    assert Decision.objects.published().get() == decision
    assert {answer.published_by for answer in Answer.objects.published()} == {by}
    assert statuses() == [Status.LATER] * 3


def test_behind_an_embargo_they_appear_together_by_themselves(decision, by):
    at = timezone.now() + timedelta(hours=2)
    publish_answers(decision, at=at, by=by)
    assert not Answer.objects.published().exists()
    assert not Decision.objects.published().exists()
    assert statuses() == [Status.AWAITING] * 3
    with time_machine.travel(at + timedelta(seconds=1)):
        assert Answer.objects.published().count() == 3
        assert statuses() == [Status.LATER] * 3


@pytest.mark.parametrize(
    ("field", "missing"),
    [("outcome", "udfald"), ("reason", "begrundelse"), ("office", "afdeling")],
)
def test_publishing_is_refused_with_the_list_of_what_is_missing(decision, by, field, missing):
    incomplete = list(decision.answers.order_by("idea__number"))[:2]
    for answer in incomplete:
        setattr(answer, field, "")
        answer.save()
    with pytest.raises(ValidationError) as refused:
        publish_answers(decision, at=timezone.now(), by=by)
    assert refused.value.messages == [f"{answer.idea}: mangler {missing}." for answer in incomplete]
    assert not Answer.objects.exclude(publish_at=None).exists()
    assert Decision.objects.get().publish_at is None


@pytest.mark.parametrize(
    ("outcome", "missing"),
    [
        (Outcome.ALREADY_OFFERED, "det tilbud, som ideen findes som"),
        (Outcome.MERGED, "den ide, som den er lagt sammen med"),
    ],
)
def test_an_outcome_that_leads_somewhere_says_where(decision, by, outcome, missing):
    answer = decision.answers.first()
    Answer.objects.filter(pk=answer.pk).update(outcome=outcome)
    with pytest.raises(ValidationError) as refused:
        publish_answers(decision, at=timezone.now(), by=by)
    assert refused.value.messages == [f"{answer.idea}: mangler {missing}."]


def test_a_draft_idea_cannot_be_answered_in_public(decision, by):
    idea = decision.answers.first().idea
    Idea.objects.filter(pk=idea.pk).update(publish_at=None)
    with pytest.raises(ValidationError, match="mangler at ideen selv bliver offentliggjort"):
        publish_answers(decision, at=timezone.now(), by=by)


def test_a_decision_without_ideas_is_refused(by):
    with pytest.raises(ValidationError, match="ingen ideer på dagsordenen"):
        publish_answers(DecisionFactory(draft=True), at=timezone.now(), by=by)


def test_ideas_that_are_answered_as_merged_are_merged(decision, by):
    merged, into, _ = (answer.idea for answer in decision.answers.order_by("idea__number"))
    Answer.objects.filter(idea=merged).update(outcome=Outcome.MERGED, merged_into=into)
    publish_answers(decision, at=timezone.now(), by=by)
    assert merged.successions.get().successor == into
    publish_answers(decision, at=timezone.now(), by=by)
    assert merged.successions.count() == 1


def test_nothing_is_merged_behind_an_embargo(decision, by):
    merged, into, _ = (answer.idea for answer in decision.answers.order_by("idea__number"))
    Answer.objects.filter(idea=merged).update(outcome=Outcome.MERGED, merged_into=into)
    publish_answers(decision, at=timezone.now() + timedelta(days=1), by=by)
    assert not merged.successions.exists()


def test_what_is_published_already_keeps_its_moment(decision, by):
    publish_answers(decision, at=timezone.now() - timedelta(days=1), by=by)
    before = set(Answer.objects.values_list("publish_at", flat=True))
    late = AnswerFactory(
        idea=IdeaFactory(theme=decision.answers.first().idea.theme),
        decision=decision,
        draft=True,
        outcome=Outcome.ALREADY_OFFERED,
        service=ServiceFactory(),
    )
    assert publish_answers(decision, at=timezone.now(), by=by) == [late]
    assert set(Answer.objects.exclude(pk=late.pk).values_list("publish_at", flat=True)) == before


def test_an_idea_may_be_treated_again(decision, by):
    publish_answers(decision, at=timezone.now(), by=by)
    idea = decision.answers.first().idea
    again = DecisionFactory(draft=True, decided_on=decision.decided_on + timedelta(days=365))
    AnswerFactory(idea=idea, decision=again, draft=True, outcome=Outcome.NOT_PURSUED)
    publish_answers(again, at=timezone.now(), by=by)
    assert Idea.objects.with_status().get(pk=idea.pk).status == Status.NOT_PURSUED
    assert idea.answers.published().count() == 2


def moved(decision, at, by) -> list[Answer]:
    """The answers that follow `decision`, which has got the moment `at`."""
    decision.refresh_from_db()
    before = decision.publish_at
    decision.publish_at = at
    decision.save()
    return follow_decision(decision, before=before, by=by)


def test_answers_are_withdrawn_with_their_decision_and_the_history_tells(decision, by):
    publish_answers(decision, at=timezone.now() + timedelta(days=1), by=by)
    assert len(moved(decision, None, by)) == 3
    assert not Answer.objects.exclude(publish_at=None, published_by=None).exists()
    version = decision.answers.first().history.latest()
    assert (version.history_change_reason, version.history_user) == ("Trukket tilbage til kladde", by)


def test_answers_follow_a_decision_that_is_moved(decision, by):
    at = timezone.now() + timedelta(days=2)
    publish_answers(decision, at=at, by=by)
    late = decision.answers.first()
    Answer.objects.filter(pk=late.pk).update(publish_at=at + timedelta(days=9))
    for days in (-1, 3):
        assert len(moved(decision, at + timedelta(days=days), by)) == 2
        assert set(Answer.objects.exclude(pk=late.pk).values_list("publish_at", flat=True)) == {
            at + timedelta(days=days)
        }
    assert moved(decision, at + timedelta(days=30), by)[-1].publish_at == at + timedelta(days=30)
    assert Answer.objects.filter(publish_at=at + timedelta(days=30)).count() == 3


def test_an_answer_that_nobody_saw_for_its_decision_gets_the_moment_when_it_is_seen(decision, by):
    long_ago, now = timezone.now() - timedelta(days=8), timezone.now()
    decision.answers.update(publish_at=long_ago)
    assert len(publish_answers(decision, at=now, by=by)) == 3
    assert set(Answer.objects.values_list("publish_at", flat=True)) == {now}
