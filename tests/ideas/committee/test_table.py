"""The table of answers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ideas.actions import save_answers
from ideas.committee.table import entries_from
from ideas.models import Answer, Outcome
from tests.factories import (
    AnswerFactory,
    AnswerTemplateFactory,
    DecisionFactory,
    IdeaFactory,
    InitiativeFactory,
    ServiceFactory,
    ThemeFactory,
    UserFactory,
)
from tests.ideas.committee.conftest import page_of, sent_by, told, with_rights

pytestmark = pytest.mark.django_db
TYPED = '  = "Ikke & nu" <b>…</b>\r\n\r\n- fordi '


def row(answer, **given) -> dict[str, str]:
    return {f"svar-{answer.pk}-{name}": value for name, value in given.items()}


def fresh(answer) -> Answer:
    return Answer.objects.get(pk=answer.pk)


def test_all_ideas_on_the_agenda_are_in_one_table_with_what_each_lacks(staff, decision, answers):
    page = staff.get(page_of(decision))
    for answer in answers:
        assert str(answer.idea) in page.text
    assert page.text.count("Mangler udfald, begrundelse, afdeling") == 3
    assert "3 af 3 svar mangler noget." in page.text


@pytest.mark.parametrize(
    ("state", "remaining", "warning"),
    [
        ("draft", "Alle svar er klar til at blive offentliggjort.", None),
        ("embargoed", "Alle svar bliver offentliggjort af sig selv.", "fra det valgte tidspunkt"),
        ("published", "Alle svar er offentliggjort.", "kan læses med det samme"),
    ],
)
def test_the_page_says_whether_what_is_saved_is_public(staff, state, remaining, warning):
    traits = {"draft": {"draft": True}, "embargoed": {"embargoed": True}, "published": {}}[state]
    answer = AnswerFactory(decision=DecisionFactory(**traits), **traits)
    page = staff.get(page_of(answer.decision)).text
    assert remaining in page
    assert ("Det, du gemmer" in page) == (warning is not None)
    assert warning is None or warning in page


def test_answers_are_saved_as_drafts_and_what_is_missing_stays_marked(staff, decision, answers):
    sent = sent_by(staff.get(page_of(decision)))
    given = row(answers[0], outcome="later", reason="Senere.", office="Erhverv") | row(
        answers[1], outcome="later"
    )
    response = staff.post(page_of(decision), sent | given)
    assert response.url == page_of(decision)
    assert told(response) == ["2 svar er gemt. 2 af 3 svar mangler noget."]
    assert (fresh(answers[0]).outcome, fresh(answers[0]).office) == (Outcome.LATER, "Erhverv")
    assert not Answer.objects.exclude(publish_at=None).exists()
    history = answers[0].history.first()
    assert (str(history.history_user), history.history_change_reason) == (
        "Karen Holm",
        "Skrevet i tabellen med svar",
    )
    assert answers[2].history.count() == 1
    page = staff.get(page_of(decision))
    assert "Mangler begrundelse, afdeling" in page.text
    assert page.text.count("Klar</p>") == 1


def test_nothing_touched_changes_nothing(staff, decision, answers):
    Answer.objects.filter(pk=answers[0].pk).update(reason="Linje\r\nlinje", outcome="later")
    response = staff.post(page_of(decision), sent_by(staff.get(page_of(decision))))
    assert told(response)[0].startswith("Der var intet nyt at gemme.")
    assert answers[0].history.count() == 1


def test_texts_come_back_exactly_as_typed(staff, decision, answers):
    sent = sent_by(staff.get(page_of(decision)))
    staff.post(page_of(decision), sent | row(answers[0], reason=TYPED))
    assert fresh(answers[0]).reason == TYPED.replace("\r\n", "\n")
    assert sent_by(staff.get(page_of(decision)))[f"svar-{answers[0].pk}-reason"] == TYPED


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"outcome": "måske"}, "Vælg et udfald fra listen."),
        ({"office": "A" * 121}, "Afdelingens navn må højst have 120 tegn."),
        ({"service": "999999"}, "Tilbuddet findes ikke mere. Vælg et andet."),
        ({"merged_into": "1066-1"}, "Der er ingen ide med nummeret »1066-1«. Skriv det som 2021-07."),
        ({"merged_into": "²-³"}, "Der er ingen ide med nummeret »²-³«"),
        ({"merged_into": "2021-01"}, "En ide kan ikke lægges sammen med sig selv."),
    ],
)
def test_an_error_keeps_what_was_typed_and_saves_the_other_rows(staff, decision, answers, wrong, sentence):
    sent = sent_by(staff.get(page_of(decision)))
    given = row(answers[0], reason=TYPED, **wrong) | row(answers[1], reason="Godt.")
    page = staff.post(page_of(decision), sent | given)
    assert page.status_code == 200
    assert sentence in page.text
    assert "1 andre svar er gemt." in page.text
    assert sent_by(page)[f"svar-{answers[0].pk}-reason"] == TYPED
    assert fresh(answers[0]).reason == ""
    assert fresh(answers[1]).reason == "Godt."
    mended = sent_by(page) | row(answers[0], outcome="later", office="", service="", merged_into="")
    assert told(staff.post(page_of(decision), mended))[-1].startswith("1 svar er gemt.")


def test_an_outcome_that_leads_somewhere_says_where(staff, decision, answers):
    service, other = ServiceFactory(), IdeaFactory(theme=answers[0].idea.theme)
    sent = sent_by(staff.get(page_of(decision)))
    given = row(answers[0], outcome="already_offered", service=str(service.pk)) | row(
        answers[1], outcome="merged", merged_into=other.reference.replace("-0", "-")
    )
    assert told(staff.post(page_of(decision), sent | given))[0].startswith("2 svar er gemt.")
    assert fresh(answers[0]).service == service
    assert fresh(answers[1]).merged_into == other


# -- Two at once -----------------------------------------------------------------------------------------------


def test_the_second_is_told_which_rows_changed_and_loses_nothing(staff, decision, answers):
    first = second = sent_by(staff.get(page_of(decision)))
    staff.post(page_of(decision), first | row(answers[0], reason="Den førstes tekst."))
    page = staff.post(
        page_of(decision),
        second | row(answers[0], reason="Den andens tekst.") | row(answers[1], reason="Også."),
    )
    assert f"{answers[0].idea.reference}</a>: en anden har ændret svaret, mens du skrev" in page.text
    assert "Den førstes tekst." in page.text
    assert sent_by(page)[f"svar-{answers[0].pk}-reason"] == "Den andens tekst."
    assert fresh(answers[0]).reason == "Den førstes tekst."
    assert fresh(answers[1]).reason == "Også."
    staff.post(page_of(decision), sent_by(page))
    assert fresh(answers[0]).reason == "Den andens tekst."


def test_a_row_that_the_second_left_alone_keeps_what_the_first_wrote(staff, decision, answers):
    first = second = sent_by(staff.get(page_of(decision)))
    staff.post(page_of(decision), first | row(answers[0], reason="Den førstes tekst."))
    response = staff.post(page_of(decision), second | row(answers[1], reason="Den andens."))
    assert response.status_code == 302
    assert fresh(answers[0]).reason == "Den førstes tekst."


def test_the_same_text_by_both_is_no_clash(staff, decision, answers):
    first = second = sent_by(staff.get(page_of(decision)))
    staff.post(page_of(decision), first | row(answers[0], reason="Enige."))
    assert staff.post(page_of(decision), second | row(answers[0], reason="Enige.")).status_code == 302


def test_the_text_of_a_row_that_was_taken_off_the_agenda_is_shown(staff, decision, answers):
    sent = sent_by(staff.get(page_of(decision)))
    Answer.objects.filter(pk__in=[answers[0].pk, answers[1].pk]).delete()
    page = staff.post(page_of(decision), sent | row(answers[0], reason="Skrevet forgæves."))
    assert page.text.count("En ide er taget af dagsordenen") == 1
    assert "Skrevet forgæves." in page.text


# -- Templates -------------------------------------------------------------------------------------------------


def test_a_template_fills_an_empty_reason_and_keeps_everything_typed(staff, decision, answers):
    template = AnswerTemplateFactory()
    sent = sent_by(staff.get(page_of(decision)))
    given = row(answers[0], template=str(template.pk)) | row(
        answers[1], template=str(template.pk), reason=TYPED, outcome="later"
    )
    page = staff.post(page_of(decision), sent | given | {"indsaet": str(answers[0].pk)})
    after = sent_by(page)
    assert after[f"svar-{answers[0].pk}-reason"] == template.text
    assert after[f"svar-{answers[0].pk}-outcome"] == template.outcome
    assert after[f"svar-{answers[1].pk}-reason"] == TYPED
    assert after[f"svar-{answers[1].pk}-outcome"] == "later"
    assert "Intet er gemt endnu." in page.text
    assert not Answer.objects.exclude(reason="").exists()
    staff.post(page_of(decision), after)
    assert fresh(answers[0]).reason == template.text


def test_all_empty_rows_are_filled_at_once(staff, decision, answers):
    template = AnswerTemplateFactory()
    sent = sent_by(staff.get(page_of(decision))) | row(answers[0], reason="Min egen.", office="Kultur")
    page = staff.post(
        page_of(decision),
        sent | {"udfyld": "1", "alle-skabelon": str(template.pk), "alle-afdeling": "Erhverv"},
    )
    response = staff.post(page_of(decision), sent_by(page))
    assert [fresh(answer).reason for answer in answers] == ["Min egen.", template.text, template.text]
    assert [fresh(answer).office for answer in answers] == ["Kultur", "Erhverv", "Erhverv"]
    assert told(response)[-1] == "3 svar er gemt. 1 af 3 svar mangler noget."


def test_staff_keep_the_templates_in_the_admin(staff):
    staff.post(
        "/admin/ideas/answertemplate/add/", {"title": "Staten", "outcome": "", "text": "Det er statens."}
    )
    assert "Staten" in staff.get("/admin/ideas/answertemplate/").text


# -- Initiatives -----------------------------------------------------------------------------------------------


def test_an_idea_is_linked_to_an_initiative_that_is_not_public_yet(staff, decision, answers):
    theme = answers[0].idea.theme
    draft, public = InitiativeFactory(theme=theme, draft=True), InitiativeFactory(theme=theme)
    page = staff.get(page_of(decision))
    assert draft.title in page.text
    assert public.title not in page.text
    response = staff.post(page_of(decision), sent_by(page) | row(answers[0], initiative=str(draft.pk)))
    assert told(response)[0].startswith("1 svar er gemt.")
    assert list(draft.ideas.all()) == [answers[0].idea]
    assert str(draft.history.first().history_user) == "Karen Holm"
    assert f"Initiativ: {draft.title}" in staff.get(page_of(decision)).text
    page = staff.post(page_of(decision), sent_by(page) | row(answers[1], initiative=str(public.pk)))
    assert "Knyt ideen til det på initiativets egen side." in page.text
    assert not public.ideas.exists()


def test_who_may_not_change_initiatives_links_none_whatever_is_sent(client, decision, answers):
    secretary = with_rights(client, "panels.view_decision", "ideas.view_answer", "ideas.change_answer")
    draft = InitiativeFactory(theme=answers[0].idea.theme, draft=True)
    sent = sent_by(secretary.get(page_of(decision)))
    secretary.post(page_of(decision), sent | row(answers[0], reason="Godt.", initiative=str(draft.pk)))
    assert fresh(answers[0]).reason == "Godt."
    assert not draft.ideas.exists()


def test_a_form_of_the_initiative_that_was_open_before_is_told_of_a_link(staff, decision, answers):
    draft = InitiativeFactory(theme=answers[0].idea.theme, draft=True)
    before = draft.updated_at
    sent = sent_by(staff.get(page_of(decision)))
    staff.post(page_of(decision), sent | row(answers[0], initiative=str(draft.pk)))
    draft.refresh_from_db()
    assert draft.updated_at > before


# -- What is public --------------------------------------------------------------------------------------------


def test_a_public_answer_may_be_worded_anew_but_not_emptied(staff):
    answer = AnswerFactory()
    page = staff.get(page_of(answer.decision))
    assert "Det, du gemmer, kan læses med det samme" in page.text
    staff.post(
        page_of(answer.decision),
        sent_by(page) | row(answer, reason="Ny ordlyd.") | {"change_reason": "Slåfejl"},
    )
    assert fresh(answer).reason == "Ny ordlyd."
    refused = staff.post(
        page_of(answer.decision), sent_by(staff.get(page_of(answer.decision))) | row(answer, reason=" ")
    )
    assert "kan ikke mangle begrundelse" in refused.text
    assert fresh(answer).reason == "Ny ordlyd."


# -- Who may, and what it costs --------------------------------------------------------------------------------


def test_the_pages_are_for_those_who_may_and_hidden_from_others(client, decision):
    change = f"/admin/panels/decision/{decision.pk}/change/"
    reader = with_rights(client, "panels.view_decision", "ideas.view_answer")
    links = {name: page_of(decision, name) for name in ("answers", "memo", "publish", "journal")}
    assert [name for name, link in links.items() if f'href="{link}"' in reader.get(change).text] == [
        "memo",
        "journal",
    ]
    assert [name for name, link in links.items() if reader.get(link).status_code == 200] == [
        "memo",
        "journal",
    ]
    assert [reader.post(link).status_code for link in links.values()] == [403, 405, 403, 403]
    for name in ("upload", "xlsx", "csv"):
        assert reader.get(page_of(decision, name)).status_code == 403
    assert "Hent pakken" not in reader.get(links["journal"]).text
    writer = with_rights(client, "panels.view_decision", "ideas.change_answer")
    assert [name for name, link in links.items() if writer.get(link).status_code == 200] == [
        "answers", "memo", "journal",
    ]  # fmt: skip
    stranger = with_rights(client)
    assert {stranger.get(link).status_code for link in links.values()} == {403}


def test_a_decision_that_is_not_there_is_not_found(staff):
    assert {
        staff.get(f"/admin/panels/decision/999/{page}/").status_code
        for page in ("svar", "notat", "offentliggoer", "journal")
    } == {404}
    assert staff.get("/admin/panels/decision/offentliggoer/1066/").status_code == 404


def test_an_empty_agenda_says_how_to_fill_it(staff):
    decision = DecisionFactory(draft=True)
    for name in ("answers", "publish"):
        assert "Sæt på dagsordenen" in staff.get(page_of(decision, name)).text


# Three of each are the session, the user and the decision.
COSTS = {"answers": 9, "memo": 10, "publish": 6, "journal": 11}


@pytest.mark.parametrize("name", COSTS)
def test_a_page_costs_the_same_with_4_ideas_and_with_40(staff, name):
    decision, theme = DecisionFactory(draft=True), ThemeFactory()
    template = IdeaFactory(theme=theme)

    def grow(to: int):
        ideas = [
            type(template)(
                theme=theme, number=number, title="Ide", area=template.area, publish_at=template.publish_at
            )
            for number in range(theme.ideas.count() + 1, to + 1)
        ]
        new = type(template).objects.bulk_create(ideas)
        Answer.objects.bulk_create([Answer(idea=idea, decision=decision) for idea in new])

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(page_of(decision, name)).status_code == 200
        return len(queries)

    grow(4)
    cost()  # the first request of a session notes when it began
    few = cost()
    grow(40)
    assert decision.answers.count() == 39
    assert cost() == few == COSTS[name]


def test_many_rows_are_saved_in_as_many_statements_as_few(staff, django_assert_num_queries):
    decision, theme, by = DecisionFactory(draft=True), ThemeFactory(), UserFactory()
    for count in (4, 40):
        for _ in range(count):
            AnswerFactory(idea=IdeaFactory(theme=theme), decision=decision, open=True)
        sent = sent_by(staff.get(page_of(decision)))
        entries = entries_from(sent | {name: f"Fordi {count}." for name in sent if name.endswith("-reason")})
        with django_assert_num_queries(8):
            saving = save_answers(decision, entries, by=by)
        assert len(saving.saved) == len(entries)


def test_a_table_of_400_can_be_sent(staff):
    decision, theme = DecisionFactory(draft=True), ThemeFactory()
    first = AnswerFactory(idea=IdeaFactory(theme=theme), decision=decision, open=True)
    sent = sent_by(staff.get(page_of(decision)))
    for key in range(10_000_000, 10_000_400):
        sent |= {
            name.replace(f"svar-{first.pk}-", f"svar-{key}-"): value
            for name, value in sent.items()
            if name.startswith(f"svar-{first.pk}-")
        }
        sent[f"svar-{key}-seen"] = "0"
    assert len(sent) > 2_400
    assert staff.post(page_of(decision), sent).status_code == 200
