"""Those who told of a need are told what became of it."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from erhvervspanel.foundation import persons
from erhvervspanel.foundation.models import OutgoingMail
from ideas.actions import make_idea, merge_ideas, publish_answers, split_idea, tell_of_answers
from ideas.actions.telling import NEWS_FOR
from ideas.models import Answer, Idea, SubmissionState
from tests.factories import (
    AnswerFactory,
    DecisionFactory,
    FocusAreaFactory,
    IdeaFactory,
    SubmissionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def proposed(**kwargs) -> Idea:
    """A public idea that came of a need that somebody told of."""
    idea = IdeaFactory(**kwargs)
    SubmissionFactory(
        idea=idea,
        state=SubmissionState.IDEA,
        handled_at=timezone.now(),
        email="aase@example.org",
        contact_name="Åse <Øst>",
    )
    return idea


def told() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind="idea_answered").order_by("pk"))


def test_the_mail_about_a_new_idea_leads_to_the_idea():
    idea = make_idea(SubmissionFactory(), area=FocusAreaFactory(), by=UserFactory())
    mail = OutgoingMail.objects.get(kind="became_idea")
    for text in (mail.text, mail.html):
        assert f"http://testserver{idea.get_absolute_url()}" in text
        assert f"nummer {idea.reference}." in text


def test_the_answer_is_told_once_when_it_is_published():
    idea, decision = proposed(), DecisionFactory(draft=True)
    answer = AnswerFactory(idea=idea, decision=decision, draft=True)
    AnswerFactory(decision=decision, idea__theme=idea.theme, draft=True)  # nobody told of a need
    assert tell_of_answers() == 0
    publish_answers(decision, at=timezone.now(), by=UserFactory())
    assert [tell_of_answers(), tell_of_answers()] == [1, 0]
    (mail,) = told()
    assert (mail.to, mail.subject) == ("aase@example.org", f"Svar på ide {idea.reference}")
    for text in (mail.text, mail.html):
        assert f"http://testserver{answer.get_absolute_url()}" in text
        assert "Tages op senere" in text
    assert "Hej Åse <Øst>" in mail.text
    assert "Hej Åse &lt;Øst&gt;" in mail.html


def test_behind_an_embargo_nothing_is_told_until_it_ends():
    idea, decision = proposed(), DecisionFactory(draft=True)
    AnswerFactory(idea=idea, decision=decision, draft=True)
    at = timezone.now() + timedelta(days=45)
    publish_answers(decision, at=at, by=UserFactory())
    assert tell_of_answers() == 0
    with time_machine.travel(at + timedelta(minutes=1)):
        assert tell_of_answers() == 1


@pytest.mark.parametrize("hidden", ["idea", "decision"])
def test_an_answer_is_new_when_the_last_of_what_it_hangs_on_is_public(hidden):
    answer = AnswerFactory(idea=proposed(), publish_at=timezone.now() - timedelta(days=60))
    row = getattr(answer, hidden)
    type(row).objects.filter(pk=row.pk).update(publish_at=timezone.now() + timedelta(days=1))
    assert tell_of_answers() == 0
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert tell_of_answers() == 1


def test_nobody_is_told_of_what_is_old_also_when_their_mail_is_forgotten():
    old = timezone.now() - NEWS_FOR - timedelta(days=1)
    idea = proposed(publish_at=old, theme__publish_at=old)
    answer = AnswerFactory(idea=idea, decision__publish_at=old, publish_at=old)
    assert tell_of_answers() == 0
    Answer.objects.filter(pk=answer.pk).update(publish_at=timezone.now())
    assert tell_of_answers() == 1
    OutgoingMail.objects.update(state="sent", sent_at=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        persons.purge()
        assert (told(), tell_of_answers()) == ([], 0)


def test_who_is_erased_is_not_written_to():
    AnswerFactory(idea=proposed())
    persons.erase("aase@example.org")
    assert tell_of_answers() == 0


def test_where_the_idea_lives_on_its_answer_is_told_and_no_copy_of_one():
    idea, successor = proposed(), IdeaFactory()
    merge_ideas([idea], into=successor, reason="Det er det samme.", by=None)
    answer = AnswerFactory(idea=successor)
    assert tell_of_answers() == 1
    (mail,) = told()
    assert answer.get_absolute_url() in mail.text
    assert "ført videre" in mail.text
    assert answer.idea.title in mail.text


def test_parts_that_got_the_answer_of_a_split_idea_are_not_told_of_anew():
    answer = AnswerFactory(idea=proposed())
    split_idea(answer.idea, titles=["En", "To"], reason="Det er to ting.", by=None)
    assert Answer.objects.count() == 3
    assert tell_of_answers() == 1


def test_a_corrected_answer_makes_no_news_of_its_copies():
    answer = AnswerFactory(idea=proposed())
    merge_ideas([answer.idea], into=proposed(theme=answer.idea.theme), reason="Det er det samme.", by=None)
    assert tell_of_answers() == 1
    answer.outcome = "not_pursued"
    answer.save()
    assert Answer.objects.filter(outcome="not_pursued").count() == 2
    assert tell_of_answers() == 0


def test_it_costs_the_same_for_any_number(django_assert_num_queries):
    for _ in range(3):
        AnswerFactory(idea=proposed())
    assert tell_of_answers() == 3
    with django_assert_num_queries(6):  # two of them the test's own savepoint
        assert tell_of_answers() == 0
