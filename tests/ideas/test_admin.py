"""Staff at work on ideas and decisions."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from ideas.actions import merge_ideas, split_idea
from ideas.models import Answer, Idea
from tests.factories import (
    AnswerFactory,
    CompanyFactory,
    DecisionFactory,
    IdeaFactory,
    ThemeFactory,
    UserFactory,
)
from tests.forms import fields_of
from tests.ideas.committee.conftest import with_rights

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    """Sends an action for some rows and returns the response."""
    client.force_login(UserFactory(staff=True, superuser=True))

    def send(action: str, rows, **given):
        model = type(rows[0])._meta
        url = reverse(f"admin:{model.app_label}_{model.model_name}_changelist")
        return client.post(url, {"action": action, "_selected_action": [row.pk for row in rows], **given})

    return send


def sent_by(page) -> dict:
    """What a page of confirmation sends besides the action and the rows."""
    return {name: value for name, value in fields_of(page).items() if "action" not in name}


def told(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_decision_is_published_with_all_its_answers(desk):
    decision = DecisionFactory(draft=True)
    AnswerFactory.create_batch(2, decision=decision, draft=True)
    assert "Du har valgt" in desk("publish_with_answers", [decision]).text
    assert not Answer.objects.published().exists()
    response = desk("publish_with_answers", [decision], confirmed="1", at="")
    assert told(response) == ["2 svar er offentliggjort."]
    assert Answer.objects.published().count() == 2


def test_what_is_missing_is_told_idea_by_idea(desk):
    decision = DecisionFactory(draft=True)
    AnswerFactory(decision=decision, draft=True)
    answer = AnswerFactory(decision=decision, open=True)
    response = desk("publish_with_answers", [decision], confirmed="1", at="")
    assert f"{answer.idea}: mangler udfald og begrundelse." in response.text
    assert "Du har valgt" in response.text
    assert not Answer.objects.exclude(publish_at=None).exists()


def test_an_answer_cannot_be_published_by_itself(desk):
    answer = AnswerFactory(draft=True)
    desk("publish_rows", [answer], confirmed="1", at="")
    answer.refresh_from_db()
    assert answer.publish_at is None


def test_publishing_with_answers_asks_for_the_rights_that_its_page_asks_for(client):
    decision = AnswerFactory(draft=True, decision__draft=True).decision
    with_rights(client, "panels.change_decision")
    address = reverse("admin:panels_decision_changelist")
    assert "publish_with_answers" not in client.get(address).text
    given = {"action": "publish_with_answers", "_selected_action": [decision.pk], "confirmed": "1", "at": ""}
    client.post(address, given)
    assert not Answer.objects.published().exists()
    with_rights(client, "panels.change_decision", "ideas.change_answer")
    assert "publish_with_answers" in client.get(address).text
    client.post(address, given)
    assert Answer.objects.published().exists()


def test_merging_splitting_and_undoing(desk):
    theme = ThemeFactory()
    one, other = IdeaFactory.create_batch(2, theme=theme)
    page = desk("merge", [one], confirmed="1", into="2021-99", reason="Det samme.")
    assert "Der er ingen ide med nummeret »2021-99«" in page.text
    assert "Det samme." in page.text
    given = {"confirmed": "1", "into": other.reference, "reason": "Det samme."}
    page = desk("merge", [one], **given)
    assert f"lever videre i <strong>{other}</strong>" in page.text
    assert "så er alt som før" in page.text
    assert not one.successions.exists()
    response = desk("merge", [one], **sent_by(page))
    assert told(response) == [f"1 ide er lagt sammen med {other.reference}."]
    assert one.successions.get().successor == other
    assert told(desk("undo", [one], confirmed="1"))[-1] == "1 ide er som før."
    assert "mindst to titler" in desk("split", [one], confirmed="1", titles="En", reason="To ting.").text
    given = {"confirmed": "1", "titles": "En\nTo\n", "reason": "To ting."}
    page = desk("split", [one], **given)
    assert f"{one.theme.year}-04 To" in page.text
    assert "De nye ideer bliver så kladder." in page.text
    desk("split", [one], **sent_by(page))
    assert list(
        Idea.objects.filter(origins__kind="split", origins__idea=one).values_list("title", flat=True)
    ) == ["En", "To"]
    assert told(desk("split", [one, other]))[-1] == "Vælg én ide ad gangen, når du vil dele."


def test_what_is_filled_in_otherwise_is_seen_anew_before_it_is_done(desk):
    one, other, third = IdeaFactory.create_batch(3, theme=ThemeFactory())
    page = desk("merge", [one], confirmed="1", into=other.reference, reason="Det samme.")
    page = desk("merge", [one], **sent_by(page) | {"into": third.reference})
    assert f"lever videre i <strong>{third}</strong>" in page.text
    assert not one.successions.exists()
    desk("merge", [one], **sent_by(page))
    assert one.successions.get().successor == third
    page = desk("split", [other], confirmed="1", titles="En\nTo", reason="To ting.")
    page = desk("split", [other], **sent_by(page) | {"titles": "En\nTo\nTre"})
    assert "Tre</strong>" in page.text
    assert not other.successions.exists()


def test_what_goes_away_is_seen_before_a_merge_or_a_split_is_undone(desk):
    company = CompanyFactory(name="Borgernes Værksted")
    one, other = IdeaFactory.create_batch(2, theme=ThemeFactory())
    one.companies.add(company)
    merge_ideas([one], into=other, reason="Det samme.", by=None)
    page = desk("undo", [one]).text
    assert f"<strong>{other}</strong>" in page
    assert "virksomheder: Borgernes Værksted" in page
    split_idea(other, titles=["En", "To"], reason="To ting.", by=None)
    assert desk("undo", [other]).text.count("som bliver kladde") == 2


def test_where_there_is_nothing_to_undo_that_is_told_at_once(desk, client):
    one, other, third = IdeaFactory.create_batch(3, theme=ThemeFactory())
    merge_ideas([one], into=other, reason="Det samme.", by=None)
    [sentence] = told(desk("undo", [one, other, third]))
    assert sentence.startswith(f"{other.reference}, {third.reference} er hverken lagt sammen")
    page = client.get(f"/admin/ideas/idea/{one.pk}/change/").text
    assert 'value="undo"' in page
    assert f'Lagt sammen: lever videre i <a href="/admin/ideas/idea/{other.pk}/change/">{other}</a>' in page
    assert 'value="undo"' not in client.get(f"/admin/ideas/idea/{other.pk}/change/").text


def test_a_moment_that_was_typed_stays_where_publishing_is_refused(desk):
    answer = AnswerFactory(decision__draft=True, open=True)
    page = desk("publish_with_answers", [answer.decision], confirmed="1", at="2031-05-04T10:30")
    assert 'value="2031-05-04T10:30"' in page.text


def test_nonsense_for_a_reference_is_told(desk):
    one = IdeaFactory()
    for nonsense in ("7", "syv", "2021-", "-", "2021-7-1"):
        page = desk("merge", [one], confirmed="1", into=nonsense, reason="Det samme.")
        assert "Der er ingen ide med nummeret" in page.text, nonsense
