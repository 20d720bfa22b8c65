"""`check_chain`: the sample passes, and every kind of break is found."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from erhvervspanel.portal.chain_audit import broken_links
from ideas.actions import merge_ideas, undo_succession
from ideas.models import Answer, Idea, Outcome
from initiatives.models import Indicator, Reading
from tests.chains import chain
from tests.factories import (
    AnswerFactory,
    DecisionFactory,
    IdeaFactory,
    IndicatorFactory,
    InitiativeFactory,
    PanelMeetingFactory,
    ServiceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    """A whole chain with nothing broken."""
    rows = chain(2)
    AnswerFactory(idea=rows.ideas[-1], decision=rows.decision)
    Indicator.objects.update(baseline=0, target=10)
    assert broken_links() == []
    return rows


def found() -> list[tuple[str, str]]:
    return [(type(each.thing).__name__, each.what) for each in broken_links()]


def test_the_sample_passes():
    call_command("load_programme", stdout=StringIO())
    told = StringIO()
    call_command("check_chain", stdout=told)
    assert told.getvalue() == "Kæden er hel fra tema til målt virkning.\n"


def promised(idea, rows) -> None:
    """Has the committee promise an initiative that is still a draft."""
    idea.answers.update(outcome=Outcome.INITIATIVE)
    InitiativeFactory(theme=rows.theme, ideas=[idea], draft=True)


def merged_elsewhere(rows) -> None:
    """Has an idea live on in another than its answer says."""
    first, second, *_, last = rows.ideas
    last.answers.update(outcome=Outcome.MERGED, merged_into=second)
    merge_ideas([last], into=first, reason="Det samme.", by=None)


def astray(rows) -> None:
    """Has a copied answer say something else than its original, and nobody wrote it."""
    successor = IdeaFactory(theme=rows.theme, meetings=rows.meetings)
    merge_ideas([rows.ideas[-1]], into=successor, reason="Det samme.", by=None)
    rows.ideas[-1].answers.update(reason="Andre ord.")


BREAKS = {
    "har intet møde": lambda rows: rows.ideas[0].meetings.clear(),
    "har intet svar med udfald og begrundelse": lambda rows: rows.ideas[0].answers.all().delete(),
    "siger, at ideen er lagt sammen med en anden, men det er den ikke": lambda rows: Answer.objects.filter(
        idea=rows.ideas[0]
    ).update(outcome=Outcome.MERGED, merged_into=rows.ideas[1]),
    "siger noget andet om, hvor ideen lever videre, end det, der er gjort": lambda rows: merged_elsewhere(
        rows
    ),
    "er offentlig, men intet af dens møder er det": lambda rows: rows.ideas[0].meetings.set(
        [PanelMeetingFactory(theme=rows.theme, draft=True)]
    ),
    "peger på et tilbud, som ikke er offentligt": lambda rows: Answer.objects.filter(
        idea=rows.ideas[-1]
    ).update(outcome=Outcome.ALREADY_OFFERED, service=ServiceFactory(draft=True)),
    "siger, at ideen bliver til initiativ, men initiativet er ikke offentligt": lambda rows: promised(
        rows.ideas[-1], rows
    ),
    "siger, at ideen ikke går videre, men et initiativ udspringer af den": lambda rows: rows.ideas[
        0
    ].answers.update(outcome=Outcome.NOT_PURSUED),
    "fulgte med fra en anden ide, men siger noget andet end svaret dér": lambda rows: astray(rows),
    "er offentligt, men ingen af ideerne bag er det": lambda rows: rows.initiatives[0].ideas.set(
        [IdeaFactory(theme=rows.theme, draft=True)]
    ),
    "udspringer ikke af nogen ide": lambda rows: rows.initiatives[0].ideas.clear(),
    "hviler ikke på nogen beslutning": lambda rows: (
        type(rows.initiatives[0]).objects.filter(pk=rows.initiatives[0].pk).update(decision=None)
    ),
    "har ingen milepæle": lambda rows: rows.initiatives[0].milestones.all().delete(),
    "har ingen indikatorer": lambda rows: [
        each.delete()
        for each in (
            Reading.objects.filter(indicator__initiative=rows.initiatives[0]),
            rows.initiatives[0].indicators.all(),
        )
    ],
    "mangler udgangspunkt eller mål": lambda rows: Indicator.objects.filter(
        pk=Indicator.objects.first().pk
    ).update(target=None),
    "har ingen målinger": lambda rows: Indicator.objects.first().readings.all().delete(),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_break_is_found_and_told_once(rows, what):
    BREAKS[what](rows)
    assert [told for _, told in found()] == [what]


def test_an_idea_that_was_answered_anew_or_lives_on_in_another_needs_no_initiative(rows):
    anew, merged = rows.ideas[-1], IdeaFactory(theme=rows.theme, meetings=rows.meetings)
    AnswerFactory(idea=merged, decision=rows.decision)
    for idea in (anew, merged):
        promised(idea, rows)
    assert len(found()) == 2
    AnswerFactory(idea=anew, decision__decided_on=date(2022, 6, 16))
    merge_ideas([merged], into=rows.ideas[0], reason="Det samme.", by=None)
    assert found() == []


def test_what_hangs_on_a_hidden_thing_is_found(rows):
    rows.decision.publish_at = None
    rows.decision.save()
    assert {told for _, told in found()} == {
        "er offentliggjort, men hænger på noget, der ikke er",
        "er offentligt, men beslutningen bag er det ikke",
    }


def test_drafts_are_left_alone(rows):
    IdeaFactory(theme=rows.theme, draft=True)
    InitiativeFactory(theme=rows.theme, draft=True)
    assert broken_links() == []


def test_an_idea_that_lives_on_in_another_needs_no_answer_of_its_own(rows):
    original = IdeaFactory(theme=rows.theme, meetings=rows.meetings)
    merge_ideas([original], into=rows.ideas[0], reason="Det samme.", by=None)
    assert broken_links() == []
    undo_succession(original, by=None)
    assert found() == [("Idea", "har intet svar med udfald og begrundelse")]


def test_an_idea_whose_merge_was_undone_is_whole_when_it_is_treated_again(rows):
    idea, other = rows.ideas[:2]
    idea.answers.update(outcome=Outcome.MERGED, merged_into=other)
    merge_ideas([idea], into=other, reason="Det samme.", by=None)
    again = AnswerFactory(idea=idea, decision=DecisionFactory(decided_on=date(2021, 9, 1)))
    undo_succession(idea, by=None)
    assert broken_links() == []
    again.delete()
    assert [told for _, told in found()] == [
        "siger, at ideen er lagt sammen med en anden, men det er den ikke"
    ]


def test_an_older_answer_whose_merge_still_stands_is_found(rows):
    idea, other = rows.ideas[:2]
    idea.answers.update(outcome=Outcome.MERGED, merged_into=other)
    merge_ideas([idea], into=other, reason="Det samme.", by=None)
    assert broken_links() == []
    AnswerFactory(idea=idea, decision=DecisionFactory(decided_on=date(2021, 9, 1)))
    assert [told for _, told in found()] == [
        "siger noget andet om, hvor ideen lever videre, end det, der er gjort"
    ]


def test_the_command_lists_the_breaks_and_ends_with_an_error(rows):
    rows.ideas[0].meetings.clear()
    told = StringIO()
    with pytest.raises(CommandError, match=r"brudt 1 sted\."):
        call_command("check_chain", stdout=told)
    assert told.getvalue() == f"Ide »{rows.ideas[0]}« har intet møde.\n"


def test_it_costs_the_same_however_much_is_broken(rows):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            [str(each) for each in broken_links()]
        return len(queries)

    rows.ideas[0].meetings.clear()
    few = cost()
    for idea in Idea.objects.all():
        idea.meetings.clear()
    IdeaFactory.create_batch(3, theme=rows.theme)
    IndicatorFactory.create_batch(3, initiative=rows.initiatives[0])
    assert cost() == few


def test_the_start_page_of_the_admin_shows_them(client, rows):
    rows.ideas[0].meetings.clear()
    client.force_login(UserFactory(staff=True, superuser=True))
    page = client.get(reverse("admin:index")).text
    assert f"Ide »{rows.ideas[0]}« har intet møde." in page
    assert reverse("admin:ideas_idea_change", args=[rows.ideas[0].pk]) in page
