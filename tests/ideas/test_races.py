"""Two members of staff at once: real connections, one barrier."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from erhvervspanel.foundation.publishing_actions import publish, unpublish
from ideas.actions import assign, merge_ideas, publish_answers, put_on_agenda, save_answers, split_idea
from ideas.actions.answer_table import Entry
from ideas.committee.wording import Wording, fingerprint_of
from ideas.models import Answer, Idea, Succession
from tests.factories import AnswerFactory, DecisionFactory, IdeaFactory, ThemeFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*actions) -> list:
    """What the actions returned, or the ValidationError they raised, having begun together."""
    barrier = Barrier(len(actions))

    def run(action):
        barrier.wait()
        try:
            return action()
        except ValidationError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def refused(results: list) -> list:
    return [result for result in results if isinstance(result, ValidationError)]


@pytest.mark.parametrize("round_", range(3))
def test_two_ideas_merged_into_each_other_go_one_way_only(round_):
    one, other = IdeaFactory.create_batch(2, theme=ThemeFactory())
    results = at_once(
        lambda: merge_ideas([one], into=other, reason="Det samme.", by=None),
        lambda: merge_ideas([other], into=one, reason="Det samme.", by=None),
    )
    assert len(refused(results)) == 1
    assert Succession.objects.count() == 1


def test_an_idea_split_twice_at_once_is_split_once():
    idea = IdeaFactory(theme=ThemeFactory())
    results = at_once(
        *[lambda: split_idea(idea, titles=["En", "To"], reason="To ting.", by=None) for _ in range(2)]
    )
    assert len(refused(results)) == 1
    assert sorted(Idea.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_answers_published_twice_at_once_are_published_once():
    decision = DecisionFactory(draft=True)
    AnswerFactory.create_batch(3, decision=decision, draft=True)
    results = at_once(*[lambda: publish_answers(decision, at=timezone.now(), by=None) for _ in range(2)])
    assert sorted(len(result) for result in results) == [0, 3]
    assert {answer.history.count() for answer in Answer.objects.all()} == {2}


def test_an_idea_put_on_the_agenda_twice_at_once_is_there_once():
    decision, ideas = DecisionFactory(draft=True), IdeaFactory.create_batch(3, theme=ThemeFactory())
    results = at_once(*[lambda: put_on_agenda(ideas, decision=decision, by=None) for _ in range(2)])
    assert sorted(len(result) for result in results) == [0, 3]


def test_of_two_who_write_the_same_answer_at_once_one_is_told():
    answer = AnswerFactory(open=True)
    seen = Wording.of(answer).fingerprint
    results = at_once(
        *[
            lambda text=text: save_answers(
                answer.decision, {answer.pk: Entry(Wording(reason=text), seen)}, by=None
            )
            for text in ("Den enes.", "Den andens.")
        ]
    )
    assert sorted(len(result.saved) for result in results) == [0, 1]
    assert sorted(len(result.clashes) for result in results) == [0, 1]


def test_what_is_published_is_what_was_seen_though_somebody_writes_at_once():
    decision = DecisionFactory(draft=True)
    answer = AnswerFactory(decision=decision, draft=True)
    wording = Wording.of(answer)
    seen = fingerprint_of(decision, [answer])
    emptied = Entry(Wording(**{**vars(wording), "reason": ""}), wording.fingerprint)
    _, saving = at_once(
        lambda: publish_answers(decision, at=timezone.now(), by=None, seen=seen),
        lambda: save_answers(decision, {answer.pk: emptied}, by=None),
    )
    answer.refresh_from_db()
    # Either the text was emptied first and nothing is public, or it was public first and could not be emptied.
    assert (answer.publish_at is None, answer.reason == "") in {(True, True), (False, False)}
    assert bool(saving.problems) == (answer.publish_at is not None)


LOCKING = {
    "publish": lambda ideas, by: publish(ideas, at=timezone.now(), by=by),
    "unpublish": lambda ideas, by: unpublish(ideas, by=by),
    "assign": lambda ideas, by: assign(ideas, to=by, by=by),
    "merge": lambda ideas, by: merge_ideas(ideas[1:], into=ideas[0], reason="Det samme.", by=by),
}


@pytest.mark.parametrize("action", LOCKING)
def test_whoever_locks_several_ideas_locks_them_by_key(action):
    """Two who lock the same in different orders wait for each other for ever."""
    theme, by = ThemeFactory(), UserFactory(superuser=True)
    ideas = [IdeaFactory(theme=theme, number=number) for number in (2, 1)]
    with CaptureQueriesContext(connection) as queries:
        LOCKING[action](ideas, by)
    locking = [query["sql"] for query in queries if 'FOR UPDATE OF "ideas_idea"' in query["sql"]]
    assert locking
    assert all('ORDER BY "ideas_idea"."id" ASC FOR UPDATE' in sql for sql in locking), locking
