"""Putting ideas on a committee's agenda."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from ideas.actions import merge_ideas, publish_answers, put_on_agenda
from ideas.models import Answer
from panels.models import Decision
from tests.factories import AnswerFactory, DecisionFactory, IdeaFactory, ThemeFactory, UserFactory
from tests.forms import fields_of
from tests.ideas.committee.conftest import told, with_rights

pytestmark = pytest.mark.django_db
LIST = "/admin/ideas/idea/"


@pytest.fixture
def ideas():
    return IdeaFactory.create_batch(3, theme=ThemeFactory())


def choose(client, ideas, **given):
    chosen = {"action": "put_on_agenda", "_selected_action": [idea.pk for idea in ideas]}
    return client.post(LIST, chosen | given)


def test_ideas_join_the_agenda_of_a_decision_that_is_chosen(staff, ideas):
    decision = DecisionFactory(draft=True, agenda_item="7")
    page = choose(staff, ideas)
    assert "punkt 7" in page.text
    assert not Answer.objects.exists()
    response = choose(staff, ideas, confirmed="1", decision=decision.pk)
    assert [answer.idea for answer in decision.answers.order_by("idea__number")] == ideas
    assert set(decision.answers.values_list("outcome", "reason", "publish_at")) == {("", "", None)}
    assert "3 ideer er sat på dagsordenen" in told(response)[0]
    assert reverse("admin:panels_decision_answers", args=[decision.pk]) in told(response)[0]
    history = Answer.history.first()
    assert (str(history.history_user), history.history_change_reason) == ("Karen Holm", "Sat på dagsordenen")


def test_a_new_decision_is_made_on_the_way(staff, ideas):
    given = {
        "committee": "Erhvervsudvalget",
        "decided_on": "2021-06-16",
        "agenda_item": "4",
        "title": "Svar på ideer",
    }
    choose(staff, ideas, confirmed="1", **given)
    decision = Decision.objects.get()
    assert (decision.committee, decision.agenda_item, decision.slug) == (
        "Erhvervsudvalget",
        "4",
        "svar-paa-ideer",
    )
    assert decision.publish_at is None
    assert decision.answers.count() == 3
    choose(staff, ideas, confirmed="1", **given | {"decided_on": "2022-06-15"})
    assert Decision.objects.get(decided_on="2022-06-15").slug == "svar-paa-ideer-2022-06-15"


def test_what_a_new_decision_lacks_is_asked_for_and_what_was_typed_is_kept(staff, ideas):
    page = choose(staff, ideas, confirmed="1", committee="Erhvervsudvalget", decided_on="i morgen")
    assert "Skriv mødets dato som dag, måned og år." in page.text
    assert 'value="Erhvervsudvalget"' in page.text
    page = choose(staff, ideas, confirmed="1", committee="Erhvervsudvalget")
    for question in ("Skriv mødets dato.", "Skriv punktets nummer på dagsordenen.", "Skriv en titel."):
        assert question in page.text
    assert not Decision.objects.exists()


def test_the_same_item_twice_is_refused_with_a_sentence(staff, ideas):
    there = DecisionFactory(draft=True)
    given = {"committee": there.committee, "decided_on": "2021-06-16", "agenda_item": there.agenda_item}
    page = choose(staff, ideas, confirmed="1", title="Svar", **given)
    assert "Udvalget har allerede en beslutning med det punkt på den dato." in page.text


def test_ideas_that_are_there_already_are_told_and_not_doubled(staff, ideas):
    decision = DecisionFactory(draft=True)
    kept = AnswerFactory(idea=ideas[0], decision=decision, draft=True)
    response = choose(staff, ideas, confirmed="1", decision=decision.pk)
    assert "2 ideer er sat" in told(response)[0]
    assert told(response)[1] == f"{ideas[0].reference} stod der i forvejen."
    assert decision.answers.count() == 3
    kept.refresh_from_db()
    assert kept.reason
    assert "Ingen ideer er sat" in told(choose(staff, ideas, confirmed="1", decision=decision.pk))[-2]


def test_an_idea_may_be_treated_again(staff, ideas):
    AnswerFactory(idea=ideas[0])
    again = DecisionFactory(draft=True)
    choose(staff, ideas[:1], confirmed="1", decision=again.pk)
    assert ideas[0].answers.count() == 2


def test_a_published_decision_cannot_be_chosen_nor_joined(staff, ideas):
    decision = DecisionFactory()
    page = choose(staff, ideas, confirmed="1", decision=decision.pk)
    assert "Beslutningen er offentliggjort eller slettet" in page.text
    stale = DecisionFactory(draft=True)
    AnswerFactory(idea=ideas[0], decision=stale, draft=True)
    publish_answers(Decision.objects.get(pk=stale.pk), at=timezone.now(), by=None)
    with pytest.raises(ValidationError, match="er offentliggjort eller klar til det"):
        put_on_agenda(ideas, decision=stale, by=UserFactory())
    assert stale.answers.count() == 1


def test_an_idea_that_lives_on_in_another_is_refused_with_the_other(staff, ideas):
    merge_ideas(ideas[:1], into=ideas[1], reason="Det samme.", by=None)
    decision = DecisionFactory(draft=True)
    response = choose(staff, ideas, confirmed="1", decision=decision.pk)
    sentence = f"Ide {ideas[0].reference} lever videre i {ideas[1].reference}. Vælg den i stedet."
    assert sentence in response.text
    assert not decision.answers.exists()


def test_what_was_typed_for_a_new_point_is_kept_where_an_idea_is_refused(staff, ideas):
    drafts = IdeaFactory.create_batch(2, draft=True)
    typed = {"committee": "Udvalget", "decided_on": "2021-05-11", "agenda_item": "4", "title": "Svar"}
    response = choose(staff, [*ideas, *drafts], confirmed="1", **typed)
    assert " er kladder. Offentliggør dem i kataloget først." in response.text
    assert {name: response.context["form"][name].value() for name in typed} == typed
    assert not Answer.objects.exists()


def sent_from(client, place: str, idea, decision):
    """A new answer to `idea` from `decision`, typed in the form at `place`, and the page that comes of it."""
    if place == "answer":
        return client.post(reverse("admin:ideas_answer_add"), {"idea": idea.pk, "decision": decision.pk})
    row, other = {"ideas_idea": (idea, decision), "panels_decision": (decision, idea)}[place]
    url = reverse(f"admin:{place}_change", args=[row.pk])
    typed = {"answers-TOTAL_FORMS": "1", f"answers-0-{other._meta.model_name}": other.pk}
    return client.post(url, fields_of(client.get(url)) | typed)


@pytest.mark.parametrize("place", ["ideas_idea", "panels_decision", "answer"])
def test_no_form_is_a_way_around_the_refusals(staff, ideas, place):
    draft, gone, fit = IdeaFactory(draft=True), *ideas[:2]
    merge_ideas([gone], into=fit, reason="Det samme.", by=None)
    decision, closed = DecisionFactory(draft=True), DecisionFactory()
    for idea, chosen, sentence in (
        (draft, decision, "er en kladde. Offentliggør den i kataloget først."),
        (gone, decision, f"lever videre i {fit.reference}. Vælg den i stedet."),
        (fit, closed, "er offentliggjort eller klar til det."),
    ):
        assert sentence in sent_from(staff, place, idea, chosen).text
        assert not Answer.objects.exists()
    sent_from(staff, place, fit, decision)
    assert Answer.objects.get().idea == fit


def test_an_answer_on_a_published_decision_is_corrected_in_the_form(staff, ideas):
    answer = AnswerFactory(idea=ideas[0])
    url = reverse("admin:panels_decision_change", args=[answer.decision_id])
    staff.post(url, fields_of(staff.get(url)) | {"answers-0-reason": "Næste år.", "change_reason": "Slåfejl"})
    answer.refresh_from_db()
    assert answer.reason == "Næste år."


def test_who_may_write_no_answers_is_led_to_what_may_be_seen(client, ideas):
    rights = ("ideas.view_idea", "ideas.change_idea", "ideas.add_answer", "panels.view_decision")
    curator, decision = with_rights(client, *rights), DecisionFactory(draft=True)
    response = choose(curator, ideas, confirmed="1", decision=decision.pk)
    [told_of] = [text for text in told(response) if "dagsordenen" in text]
    page = reverse("admin:panels_decision_change", args=[decision.pk])
    assert f'href="{page}">Se beslutningen</a>' in told_of
    assert curator.get(page).status_code == 200
    listed = curator.get("/admin/panels/decision/").text
    assert "3 ideer" in listed
    assert reverse("admin:panels_decision_answers", args=[decision.pk]) not in listed


def test_the_action_is_hidden_from_those_who_may_not(client, ideas):
    reader = with_rights(client, "ideas.view_idea", "ideas.change_idea")
    assert "put_on_agenda" not in reader.get(LIST).text
    choose(reader, ideas, confirmed="1", decision=DecisionFactory(draft=True).pk)
    assert not Answer.objects.exists()


def test_who_may_make_no_decision_is_asked_for_one_that_is_there(client, ideas):
    secretary = with_rights(client, "ideas.view_idea", "ideas.change_idea", "ideas.add_answer")
    page = choose(secretary, ideas, confirmed="1", committee="Erhvervsudvalget")
    assert "Vælg en beslutning." in page.text
    assert "Mødets dato" not in page.text


def test_the_same_number_of_statements_however_many_ideas(django_assert_num_queries):
    theme, decision, by = ThemeFactory(), DecisionFactory(draft=True), UserFactory()
    for count in (4, 40):
        ideas = IdeaFactory.create_batch(count, theme=theme)
        with django_assert_num_queries(7):
            put_on_agenda(ideas, decision=decision, by=by)
