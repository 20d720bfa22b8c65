"""The list of ideas as a desk: steps, lacks, views, search, and what survives an action."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation.desk import confirmation, lists
from ideas.actions import check, merge_ideas, undo_succession
from ideas.desk import Step, on_desk
from ideas.models import Idea, Outcome
from tests.chains import chain
from tests.factories import (
    AnswerFactory,
    CompanyFactory,
    DecisionFactory,
    IdeaFactory,
    InitiativeFactory,
    NeedFactory,
    PanelMeetingFactory,
    ThemeFactory,
    UserFactory,
)
from tests.ideas.committee.conftest import with_rights

pytestmark = pytest.mark.django_db
LIST = "/admin/ideas/idea/"


@pytest.fixture
def karen():
    return UserFactory(superuser=True)


@pytest.fixture
def desk(client, karen):
    client.force_login(karen)
    return client


def listed(desk, query: str = "") -> list[str]:
    """The references of the ideas that the list shows."""
    return [idea.reference for idea in desk.get(f"{LIST}?{query}").context["cl"].result_list]


def step(idea) -> Step:
    return Step(on_desk(Idea.objects.filter(pk=idea.pk)).get().step)


def lacks(idea) -> set[str]:
    return set(on_desk(Idea.objects.filter(pk=idea.pk)).get().lacks)


def test_a_draft_that_lives_on_in_another_is_done_with():
    theme = ThemeFactory()
    one, other = IdeaFactory.create_batch(2, theme=theme, draft=True)
    merge_ideas([one], into=other, reason="Det samme.", by=None)
    assert (step(one), lacks(one)) == (Step.CLOSED, set())
    assert step(other) == Step.DRAFT
    undo_succession(one, by=None)
    assert step(one) == Step.DRAFT


def test_the_step_follows_from_what_is_published_and_answered():
    idea = IdeaFactory(draft=True)
    assert step(idea) == Step.DRAFT
    Idea.objects.update(publish_at=timezone.now())
    assert step(idea) == Step.CATALOGUE
    answer = AnswerFactory(idea=idea, open=True)
    assert step(idea) == Step.AGENDA
    answer.outcome, answer.reason, answer.publish_at = Outcome.INITIATIVE, "Ja.", timezone.now()
    answer.save()
    assert step(idea) == Step.ANSWERED
    initiative = InitiativeFactory(status="delivered", ideas=[idea])
    assert step(idea) == Step.CLOSED
    initiative.status = "stopped"
    initiative.save()
    assert step(idea) == Step.CLOSED


def test_a_bare_draft_lacks_everything_and_a_full_idea_nothing(karen):
    bare = IdeaFactory(draft=True, need="", proposal="", summary="")
    assert lacks(bare) == {"tekst", "kort", "moede", "behov", "virksomhed", "korrektur"}
    theme = ThemeFactory()
    full = IdeaFactory(
        theme=theme,
        meetings=[PanelMeetingFactory(theme=theme)],
        needs=[NeedFactory()],
        companies=[CompanyFactory()],
    )
    check([full], ["proofread"], by=karen)
    assert lacks(full) == set()


def test_proofreading_holds_for_the_wording_that_was_read(karen):
    idea = IdeaFactory()
    check([idea], ["proofread"], by=karen)
    assert "korrektur" not in lacks(idea)
    Idea.objects.update(proposal="Noget andet.")
    assert "korrektur" in lacks(idea)


def test_a_closed_idea_lacks_nothing_any_more():
    idea = AnswerFactory(outcome=Outcome.NOT_PURSUED).idea
    assert lacks(idea) == set()


def test_the_saved_views(desk, karen):
    theme = ThemeFactory()
    mine = IdeaFactory(theme=theme, assignee=karen)
    open_answer = AnswerFactory(idea=IdeaFactory(theme=theme), open=True)
    unnamed = AnswerFactory(idea=IdeaFactory(theme=theme, companies=[CompanyFactory(named_since=None)])).idea
    old = IdeaFactory(theme=theme)
    Idea.objects.filter(pk=old.pk).update(updated_at=timezone.now() - timedelta(days=61))
    assert listed(desk, "visning=mine") == [mine.reference]
    assert listed(desk, "visning=ingens") == [i.reference for i in (open_answer.idea, unnamed, old)]
    assert listed(desk, "visning=uden-svar") == [i.reference for i in (mine, open_answer.idea, old)]
    assert listed(desk, "visning=uden-begrundelse") == [open_answer.idea.reference]
    assert listed(desk, "visning=uden-samtykke") == [unnamed.reference]
    assert listed(desk, "visning=ligger-stille") == [old.reference]
    assert len(listed(desk, "visning=korrektur")) == 4
    assert len(listed(desk, "visning=findes-ikke")) == 4


def test_filters_tell_how_many_and_leave_out_what_nobody_has(desk):
    AnswerFactory(open=True)
    IdeaFactory(draft=True)
    page = desk.get(LIST).text
    assert "På dagsordenen (1)" in page
    assert "Kladde (1)" in page
    assert "Besvaret (" not in page
    assert listed(desk, "trin=kladde") == listed(desk, "stand=draft")
    assert listed(desk, "mangler=udfald") == listed(desk, "trin=dagsorden")
    assert listed(desk, "status=afventer") == listed(desk)


def test_among_very_many_filters_are_counted_when_somebody_asks(desk, monkeypatch):
    monkeypatch.setattr(lists, "MOST_COUNTED", 1)
    AnswerFactory(open=True)
    IdeaFactory(draft=True)
    page = desk.get(LIST).text
    assert "På dagsordenen</a>" in page
    assert "På dagsordenen (" not in page
    assert ">Vis antal</a>" in page
    assert "På dagsordenen (1)" in desk.get(f"{LIST}?_facets=True").text
    assert listed(desk, "_facets=True&trin=kladde") == listed(desk, "trin=kladde")


def test_a_count_follows_the_other_filters_and_not_its_own(desk):
    AnswerFactory(open=True, idea__addressee="state")
    IdeaFactory(draft=True)
    page = desk.get(f"{LIST}?trin=kladde").text
    assert "På dagsordenen (1)" in page
    assert "Staten (0)" in page
    assert "Staten (1)" in desk.get(f"{LIST}?trin=dagsorden").text


def test_the_search_is_the_public_one_and_more(desk):
    compound = IdeaFactory(title="Fælles erhvervspanelmøder", own_words="Vi vil have kage.")
    IdeaFactory(title="Noget andet")
    assert listed(desk, "q=panelmøde") == [compound.reference]
    assert listed(desk, f"q={compound.reference}") == [compound.reference]
    assert listed(desk, "q=kage") == [compound.reference]


def test_one_walks_through_the_list_as_it_was_filtered(desk):
    theme = ThemeFactory()
    first, other, last = IdeaFactory.create_batch(3, theme=theme)
    IdeaFactory.create_batch(2, theme=theme, draft=True)
    page = desk.get(f"{LIST}{other.pk}/change/?_changelist_filters=trin%3Dkatalog")
    walk = page.context["walk"]
    assert (walk.place, walk.count) == (2, 3)
    assert walk.previous == f"{LIST}{first.pk}/change/?_changelist_filters=trin%3Dkatalog"
    assert walk.next == f"{LIST}{last.pk}/change/?_changelist_filters=trin%3Dkatalog"
    outside = desk.get(f"{LIST}{other.pk}/change/?_changelist_filters=trin%3Dkladde")
    assert outside.context["walk"] is None
    assert desk.get(f"{LIST}{other.pk}/change/?_changelist_filters=findes_ikke%3D1").status_code == 200


def test_filter_page_and_selection_survive_an_action(desk, karen):
    theme = ThemeFactory()
    one, other = IdeaFactory.create_batch(2, theme=theme)
    data = {"action": "assign_ideas", "_selected_action": [one.pk], "confirmed": "1", "to": karen.pk}
    response = desk.post(f"{LIST}?trin=katalog&o=2", data)
    query = parse_qs(urlsplit(response.url).query)
    assert query == {"trin": ["katalog"], "o": ["2"], "valgte": [str(one.pk)]}
    page = desk.get(response.url)
    ticked = {idea.pk: idea.is_ticked for idea in page.context["cl"].result_list}
    assert ticked == {one.pk: True, other.pk: False}
    one.refresh_from_db()
    assert one.assignee == karen
    assert one.history.first().history_change_reason == f"Tildelt {karen}"


def test_an_action_that_began_on_an_ideas_page_ends_there(desk):
    idea = IdeaFactory()
    given = {"_selected_action": [idea.pk], "til": idea.pk, "confirmed": "1", "text": "Ring til dem."}
    response = desk.post(f"{LIST}?trin=katalog", {"action": "note_ideas", **given})
    assert response.url == f"{LIST}{idea.pk}/change/?_changelist_filters=trin%3Dkatalog"
    assert idea.notes.get().text == "Ring til dem."


def test_the_list_costs_the_same_for_three_ideas_and_sixty(desk):
    rows = chain(3)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.get(LIST)
        return len(queries)

    cost()
    few = cost()
    IdeaFactory.create_batch(60, theme=rows.theme, area=rows.ideas[0].area)
    assert cost() == few


def test_who_may_only_look_is_offered_no_actions(client):
    with_rights(client, "ideas.view_idea")
    idea = IdeaFactory()
    assert "Tildel …" not in client.get(LIST).text
    page = client.get(reverse("admin:ideas_idea_change", args=[idea.pk]))
    assert page.status_code == 200
    assert "Sæt på dagsordenen" not in page.text


def test_control_characters_in_the_list_that_one_came_from_break_nothing(desk):
    address = reverse("admin:panels_decision_change", args=[DecisionFactory().pk])
    page = desk.get(address, {"_changelist_filters": "committee=%00"})
    assert page.status_code == 200


def test_more_rows_than_a_form_can_send_are_refused_before_anything_is_asked(desk, monkeypatch):
    monkeypatch.setattr(confirmation, "MOST_CHOSEN", 2)
    ideas = IdeaFactory.create_batch(3, theme=ThemeFactory())
    chosen = {"action": "assign_ideas", "_selected_action": [ideas[0].pk]}
    response = desk.post(LIST, chosen | {"select_across": "1"}, follow=True)
    assert "Vælg højst 2 ad gangen, eller filtrér listen." in response.text
    assert "Du har valgt" not in response.text
    assert "Du har valgt" in desk.post(LIST, chosen).text


def test_nor_are_more_rows_than_a_form_can_send_deleted_together(desk, monkeypatch):
    monkeypatch.setattr(confirmation, "MOST_CHOSEN", 2)
    ideas = IdeaFactory.create_batch(3, theme=ThemeFactory(), draft=True)
    chosen = {"action": "delete_selected", "_selected_action": [idea.pk for idea in ideas]}
    page = desk.post(LIST, chosen | {"post": "yes"}, follow=True)
    assert "Vælg højst 2 ad gangen, eller filtrér listen." in page.text
    chosen["_selected_action"].pop()
    desk.post(LIST, chosen | {"post": "yes"})
    assert Idea.objects.get() == ideas[2]


def test_what_is_chosen_fits_into_the_form_that_sends_it_on(settings):
    assert confirmation.MOST_CHOSEN + 100 < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
