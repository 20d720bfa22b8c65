"""An answer in force is corrected: the ideas follow where it says another merge."""

from dataclasses import replace
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from ideas.actions import merge_ideas, publish_answers, save_answers, split_idea, undo_succession
from ideas.actions.answer_table import Entry
from ideas.committee.wording import Wording
from ideas.models import Answer, Idea, Outcome
from tests.factories import AnswerFactory, DecisionFactory, IdeaFactory, ThemeFactory, UserFactory
from tests.forms import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return UserFactory(is_staff=True)


@pytest.fixture
def ideas() -> list[Idea]:
    theme = ThemeFactory()
    return [IdeaFactory(theme=theme, number=number) for number in (1, 2, 3)]


@pytest.fixture
def answers(ideas, by) -> list[Answer]:
    """The first idea is merged with the second by a published answer; the others are taken up later."""
    decision = DecisionFactory(draft=True)
    made = [AnswerFactory(idea=idea, decision=decision, draft=True, outcome="later") for idea in ideas]
    made[0].outcome, made[0].merged_into = Outcome.MERGED, ideas[1]
    made[0].save()
    publish_answers(decision, at=timezone.now(), by=by)
    return list(decision.answers.order_by("idea__number"))


def corrected(answer: Answer, *, by, because: str = "Referatet er rettet", **given):
    """What came of it when the table is sent with `given` for the answer."""
    stored = Wording.of(answer)
    values = {name: getattr(stored, name) for name in Wording.__dataclass_fields__} | given
    return save_answers(
        answer.decision, {answer.pk: Entry(Wording(**values), stored.fingerprint)}, by=by, because=because
    )


def lives_on(idea: Idea) -> list[int]:
    return [each.successor.number for each in idea.successions.filter(undone_at=None)]


@pytest.mark.parametrize("given", [{"merged_into": ""}, {}], ids=["emptied", "left behind the fold"])
def test_an_answer_that_no_longer_says_a_merge_takes_it_back(client, ideas, answers, by, given):
    assert lives_on(ideas[0]) == [2]
    assert corrected(answers[0], by=by, outcome="later", **given).is_complete
    assert lives_on(ideas[0]) == []
    page = client.get(ideas[0].get_absolute_url()).text
    assert "Tages op senere" in page
    assert "Lagt sammen" not in page.partition("Ideens historie")[0]
    assert "Læs videre" not in page


def test_an_answer_that_the_public_sees_is_not_corrected_without_saying_why(client, answers, by):
    saving = corrected(answers[1], by=by, because="", office="Plan")
    assert (saving.saved, list(saving.problems)) == ([], [answers[1].pk])
    assert corrected(answers[1], by=by, office="Plan").is_complete
    told = answers[1].history.first().history_change_reason
    assert told == "Skrevet i tabellen med svar: Referatet er rettet"


@pytest.mark.parametrize("where", ["table", "answer", "decision"])
def test_wherever_it_is_corrected_the_reason_is_asked_for(client, answers, where):
    client.force_login(UserFactory(superuser=True))
    answer = answers[1]
    page, name = {
        "table": (
            reverse("admin:panels_decision_answers", args=[answer.decision_id]),
            f"svar-{answer.pk}-office",
        ),
        "answer": (reverse("admin:ideas_answer_change", args=[answer.pk]), "office"),
        "decision": (reverse("admin:panels_decision_change", args=[answer.decision_id]), "answers-1-office"),
    }[where]
    given = fields_of(client.get(page)) | {name: "Plan"}
    assert "Svaret er offentliggjort. Skriv" in client.post(page, given).text
    answer.refresh_from_db()
    assert answer.office != "Plan"
    client.post(page, given | {"change_reason": "Referatet er rettet"})
    answer.refresh_from_db()
    assert answer.office == "Plan"
    assert answer.history.first().history_change_reason.endswith("Referatet er rettet")


def test_an_answer_that_says_another_merge_moves_it(ideas, answers, by):
    assert corrected(answers[0], by=by, merged_into=ideas[2].reference).is_complete
    assert lives_on(ideas[0]) == [3]


def test_an_answer_that_says_a_merge_now_makes_it(ideas, answers, by):
    saving = corrected(answers[2], by=by, outcome="merged", merged_into=ideas[1].reference)
    assert [answer.pk for answer in saving.saved] == [answers[2].pk]
    assert lives_on(ideas[2]) == [2]


@pytest.mark.parametrize("hindered", ["the target lives on", "it lives on elsewhere"])
def test_a_merge_that_cannot_be_is_refused_and_nothing_is_saved(ideas, answers, by, hindered):
    if hindered == "the target lives on":
        answer, into = answers[2], ideas[0]
    else:
        split_idea(ideas[2], titles=["Solceller", "Varmepumper"], reason="Det er to ting.", by=by)
        answer, into = answers[2], ideas[1]
    saving = corrected(answer, by=by, outcome="merged", merged_into=into.reference)
    assert "lever" in saving.problems[answer.pk][0]
    assert saving.saved == []
    assert Answer.objects.get(pk=answer.pk).outcome == Outcome.LATER


def test_a_merge_that_a_published_answer_says_is_undone_by_correcting_the_answer(ideas, answers, by):
    with pytest.raises(ValidationError, match="Ret svaret i tabellen"):
        undo_succession(ideas[0], by=by)
    assert lives_on(ideas[0]) == [2]


@pytest.mark.parametrize(("newer", "merges"), [("in force", False), ("draft", True)])
def test_a_newer_answer_in_force_leads_whatever_an_older_one_is_corrected_to(
    ideas, answers, by, newer, merges
):
    later = DecisionFactory(decided_on=answers[2].decision.decided_on + timedelta(days=1))
    AnswerFactory(idea=ideas[2], decision=later, draft=newer == "draft", outcome="later")
    saving = corrected(answers[2], by=by, outcome="merged", merged_into=ideas[1].reference)
    assert [answer.pk for answer in saving.saved] == [answers[2].pk]
    assert lives_on(ideas[2]) == ([2] if merges else [])


def test_an_older_decision_that_is_published_later_merges_nothing_that_a_newer_one_answers_otherwise(
    ideas, by
):
    older = DecisionFactory(draft=True)
    newer = DecisionFactory(decided_on=older.decided_on + timedelta(days=1))
    AnswerFactory(idea=ideas[0], decision=newer, outcome="later")
    AnswerFactory(idea=ideas[0], decision=older, draft=True, outcome="merged", merged_into=ideas[1])
    AnswerFactory(idea=ideas[2], decision=older, draft=True, outcome="merged", merged_into=ideas[1])
    publish_answers(older, at=timezone.now(), by=by)
    assert (lives_on(ideas[0]), lives_on(ideas[2])) == ([], [2])


def test_an_answers_own_form_leads_to_the_table(client, answers):
    client.force_login(UserFactory(superuser=True))
    url = reverse("admin:ideas_answer_change", args=[answers[0].pk])
    page = client.post(url, fields_of(client.get(url)) | {"outcome": "later"})
    assert "Ret det i tabellen »Svar på ideerne«" in page.text
    assert Answer.objects.get(pk=answers[0].pk).outcome == Outcome.MERGED


def test_a_text_that_may_hold_a_cpr_number_is_not_saved_as_an_answer(answers, by):
    saving = corrected(answers[1], by=by, reason="Spørg 010190-1234.")
    assert "CPR-nummer" in saving.problems[answers[1].pk][0]
    assert "010190" not in Answer.objects.get(pk=answers[1].pk).reason


@pytest.mark.parametrize(("need", "is_public"), [("Vi mangler strøm.", True), ("", False)])
def test_parts_without_a_text_are_drafts(by, need, is_public):
    idea = IdeaFactory(need=need, proposal="Byg det.")
    parts = split_idea(idea, titles=["Solceller", "Varmepumper"], reason="Det er to ting.", by=by)
    assert {part.publish_at is not None for part in parts} == {is_public}


def test_a_part_of_a_split_that_was_undone_says_why_it_stays(client, by):
    idea = IdeaFactory()
    part, _ = split_idea(idea, titles=["Solceller", "Varmepumper"], reason="Det er to ting.", by=by)
    undo_succession(idea, by=by)
    client.force_login(UserFactory(superuser=True))
    page = client.get(reverse("admin:ideas_idea_delete", args=[part.pk])).text
    assert "rettigheder" not in page
    assert "kan ikke slettes" in page


def test_parts_have_titles_that_tell_them_apart(by):
    with pytest.raises(ValidationError, match="ens"):
        split_idea(IdeaFactory(), titles=["Solceller", "solceller"], reason="Det er to ting.", by=by)


# -- Out of force ----------------------------------------------------------------------------------------------


def sent(client, row, **given):
    """The answer to the admin's form of `row`, sent with `given`."""
    client.force_login(UserFactory(superuser=True))
    url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return client.post(url, fields_of(client.get(url)) | given)


NO_MOMENT = {"publish_at_0": "", "publish_at_1": "", "change_reason": "Det var for tidligt."}
AHEAD = NO_MOMENT | {"publish_at_0": "01.01.2099", "publish_at_1": "08.00"}


@pytest.mark.parametrize("moment", [NO_MOMENT, AHEAD])
def test_an_answer_that_is_hidden_takes_its_merge_back(client, ideas, answers, moment):
    Answer.objects.filter(pk=answers[0].pk).update(reason="Anna vil det samme.")
    assert sent(client, answers[0].decision, **moment).status_code == 302
    assert lives_on(ideas[0]) == []
    page = client.get(ideas[0].get_absolute_url()).text
    assert "Anna" not in page
    assert "Afventer behandling" in page


def test_an_answer_that_was_hidden_and_corrected_leads_when_it_is_published_again(client, ideas, answers, by):
    decision = answers[0].decision
    sent(client, decision, **NO_MOMENT)
    corrected(decision.answers.get(idea=ideas[0]), by=by, merged_into=ideas[2].reference)
    publish_answers(decision, at=timezone.now(), by=by)
    assert lives_on(ideas[0]) == [3]


def test_a_merge_that_staff_made_stays_when_answers_of_other_things_are_hidden(client, ideas, answers, by):
    merge_ideas([ideas[2]], into=ideas[1], reason="Det samme.", by=by)
    sent(client, answers[0].decision, **NO_MOMENT)
    assert (lives_on(ideas[0]), lives_on(ideas[2])) == ([], [2])


def test_a_decision_whose_merge_cannot_be_undone_stays_as_it_is_and_the_form_says_why(
    client, ideas, answers, by
):
    third = IdeaFactory(theme=ideas[0].theme)
    merge_ideas([ideas[1]], into=third, reason="Det samme.", by=by)
    page = sent(client, answers[0].decision, **NO_MOMENT)
    assert f"den lever videre i {third.reference}. Fortryd det først" in page.text
    assert not Answer.objects.filter(publish_at=None).exists()
    assert lives_on(ideas[0]) == [2]


def test_a_newer_answer_that_says_otherwise_undoes_the_merge_of_an_older_one(client, ideas, answers, by):
    newer = DecisionFactory(draft=True, decided_on=answers[0].decision.decided_on + timedelta(days=1))
    AnswerFactory(idea=ideas[0], decision=newer, draft=True, outcome="later")
    publish_answers(newer, at=timezone.now(), by=by)
    assert lives_on(ideas[0]) == []
    sent(client, newer, **NO_MOMENT)
    assert lives_on(ideas[0]) == [2]  # the older one leads again


@pytest.mark.parametrize("place", ["decision", "idea"])
def test_an_answer_in_force_is_not_deleted_by_a_tick_in_a_form(client, ideas, answers, place):
    page = sent(client, getattr(answers[0], place), **{"answers-0-DELETE": "on"})
    assert f"Svaret på ide {ideas[0].reference} er offentliggjort. Ret det" in page.text
    assert Answer.objects.count() == 3


def test_an_answer_in_force_is_not_deleted_on_its_own_page_either(client, answers):
    client.force_login(UserFactory(superuser=True))
    page = client.post(reverse("admin:ideas_answer_delete", args=[answers[1].pk]), {"post": "yes"})
    assert "er offentliggjort. Ret det i tabellen" in page.text
    assert Answer.objects.count() == 3


def test_an_answer_that_came_along_in_a_merge_can_be_deleted(client, ideas, answers, by):
    merge_ideas([ideas[2]], into=IdeaFactory(theme=ideas[0].theme), reason="Det samme.", by=by)
    carried = Answer.objects.latest("pk")
    client.force_login(UserFactory(superuser=True))
    client.post(reverse("admin:ideas_answer_delete", args=[carried.pk]), {"post": "yes"})
    assert not Answer.objects.filter(pk=carried.pk).exists()


# -- Copies ----------------------------------------------------------------------------------------------------


@pytest.fixture
def copied(ideas, answers, by) -> list[Answer]:
    """The published answer to the third idea, its copy in a fourth, and the copy of that in a fifth."""
    fourth, fifth = IdeaFactory.create_batch(2, theme=ideas[0].theme)
    merge_ideas([ideas[2]], into=fourth, reason="Det samme.", by=by)
    merge_ideas([fourth], into=fifth, reason="Det samme.", by=by)
    return [answers[2], fourth.answers.get(), fifth.answers.get()]


def said(answers: list[Answer]) -> list[str]:
    return [Answer.objects.get(pk=answer.pk).reason for answer in answers]


def test_copies_follow_a_corrected_answer_and_their_history_tells_why(client, copied, by):
    assert corrected(copied[0], by=by, outcome="not_pursued", reason="Alligevel ikke.").is_complete
    assert said(copied) == ["Alligevel ikke."] * 3
    assert "Går ikke videre" in client.get(copied[2].idea.get_absolute_url()).text
    version = copied[2].history.first()
    assert version.history_user == by
    assert version.history_change_reason.startswith(f"Fulgte svaret på ide {copied[1].idea.reference}. ")
    assert version.history_change_reason.endswith("Referatet er rettet")
    assert not Answer.objects.astray().exists()


def test_copies_in_the_parts_of_a_split_idea_follow_too(ideas, answers, by):
    parts = split_idea(ideas[2], titles=["Solceller", "Varmepumper"], reason="Det er to ting.", by=by)
    corrected(answers[2], by=by, outcome="not_pursued")
    assert {part.answers.get().outcome for part in parts} == {"not_pursued"}


@pytest.mark.parametrize("place", ["answer", "decision", "idea"])
def test_copies_follow_wherever_the_answer_is_corrected(client, copied, place):
    original = copied[0]
    row = original if place == "answer" else getattr(original, place)
    name = {"answer": "reason", "decision": "answers-2-reason", "idea": "answers-0-reason"}[place]
    assert sent(client, row, **{name: "Nye ord.", "change_reason": "Referatet er rettet"}).status_code == 302
    assert said(copied) == ["Nye ord."] * 3


def test_a_copy_that_is_treated_by_itself_is_no_copy_any_more(copied, by):
    original, treated, copy_of_it = copied
    assert not Answer.objects.given().filter(pk=treated.pk).exists()
    corrected(treated, by=by, reason="Behandlet for sig.")
    assert said(copied) == [original.reason, "Behandlet for sig.", "Behandlet for sig."]
    corrected(original, by=by, reason="Alligevel ikke.")
    assert said(copied) == ["Alligevel ikke.", "Behandlet for sig.", "Behandlet for sig."]
    assert list(Answer.objects.given().filter(pk__in=[treated.pk, copy_of_it.pk])) == [treated]
    assert not treated.is_carried
    undo_succession(treated.idea, by=by)
    undo_succession(original.idea, by=by)
    assert list(treated.idea.answers.all()) == [treated]
    assert not copy_of_it.idea.answers.exists()


def test_of_several_that_are_corrected_at_once_each_says_what_was_typed(copied, by):
    first, _, third = copied
    entries = {
        answer.pk: Entry(replace(stored, reason=text), stored.fingerprint)
        for answer, text in ((first, "Den førstes."), (third, "Den tredjes."))
        for stored in [Wording.of(answer)]
    }
    assert save_answers(first.decision, entries, by=by, because="Referatet er rettet").is_complete
    assert said(copied) == ["Den førstes.", "Den førstes.", "Den tredjes."]
    assert [answer.is_carried for answer in copied] == [False, True, False]


def test_what_is_no_correction_leaves_a_copy_a_copy(copied):
    copied[1].provenance = "Referatet"
    copied[1].save()
    assert copied[1].is_carried


def test_a_copy_says_nothing_of_a_merge_that_its_original_says_now(ideas, copied, by):
    fourth = copied[1].idea
    assert corrected(copied[0], by=by, outcome="merged", merged_into=fourth.reference).is_complete
    assert Answer.objects.get(pk=copied[1].pk).outcome == Outcome.LATER
    assert copied[1].is_carried
    assert not Answer.objects.astray().exists()
    assert lives_on(ideas[2]) == [fourth.number]


def test_answers_that_were_treated_in_earlier_releases_are_found_by_their_history(copied):
    let_go = import_module("ideas.migrations.0004_treated_copies").let_go_of_treated
    stale, treated = copied[1], copied[2]
    Answer.objects.filter(pk=copied[0].pk).update(outcome="not_pursued")
    Answer.objects.filter(pk=treated.pk).update(outcome="already_done")
    treated.refresh_from_db()
    treated.history.model.objects.create(
        **{field.attname: getattr(treated, field.attname) for field in treated.history.model.tracked_fields},
        history_date=timezone.now(),
        history_type="~",
    )
    let_go(apps, None)
    assert (stale.is_carried, treated.is_carried) == (True, False)
    assert list(Answer.objects.astray()) == [stale]
