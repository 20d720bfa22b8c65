"""Merging and splitting: nothing is lost, every way leads on, and undoing puts everything back."""

import pytest
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.utils import timezone

from ideas.actions import merge_ideas, publish_answers, split_idea, undo_succession
from ideas.actions.successions import CARRIED_LINKS, CARRIED_ROWS, NOT_CARRIED
from ideas.models import Idea, Outcome, Status, Succession
from tests.factories import (
    AnswerFactory,
    CompanyFactory,
    DecisionFactory,
    IdeaFactory,
    InitiativeFactory,
    NeedFactory,
    NewsFactory,
    OverlapFactory,
    PanelMeetingFactory,
    ProposalFactory,
    RecommendationFactory,
    ThemeFactory,
    UserFactory,
)
from tests.relations import relations_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return UserFactory(staff=True)


@pytest.fixture
def theme():
    return ThemeFactory()


def full_idea(theme, **kwargs) -> Idea:
    """An idea with something in every relation."""
    idea = IdeaFactory(
        theme=theme,
        companies=[CompanyFactory()],
        meetings=[PanelMeetingFactory(theme=theme)],
        needs=[NeedFactory()],
        related=[IdeaFactory(theme=theme)],
        **kwargs,
    )
    AnswerFactory(idea=idea, outcome=Outcome.INITIATIVE)
    OverlapFactory(idea=idea)
    InitiativeFactory(theme=theme, ideas=[idea])
    NewsFactory(ideas=[idea])
    ProposalFactory(ideas=[idea])
    return idea


def everything(idea: Idea) -> dict:
    """All that an idea has: its columns, and in every relation what it is linked to."""
    idea = Idea.objects.get(pk=idea.pk)
    links = {name: sorted(getattr(idea, name).values_list("pk", flat=True)) for name in CARRIED_LINKS}
    rows = {
        name: sorted(getattr(idea, name).values_list("pk", field)) for name, field in CARRIED_ROWS.items()
    }
    return {"columns": model_to_dict(idea), **links, **rows}


def told(idea: Idea, name: str) -> set:
    """What a relation leads to, rows by what tells them apart."""
    return set(getattr(idea, name).values_list(CARRIED_ROWS.get(name, "pk"), flat=True))


def test_every_relation_of_an_idea_is_handled():
    handled = {*CARRIED_LINKS, *CARRIED_ROWS, *NOT_CARRIED}
    assert relations_of(Idea) == handled


def test_a_full_idea_has_something_in_every_carried_relation(theme):
    idea = full_idea(theme)
    assert all(getattr(idea, name).exists() for name in (*CARRIED_LINKS, *CARRIED_ROWS))


def test_the_successor_gets_all_that_the_original_has(theme, by):
    original, into = full_idea(theme), full_idea(theme)
    had = {name: told(into, name) for name in (*CARRIED_LINKS, *CARRIED_ROWS)}
    merge_ideas([original], into=into, reason="De handler om det samme.", by=by)
    for name in (*CARRIED_LINKS, *CARRIED_ROWS):
        assert told(into, name) == had[name] | told(original, name), name


def test_the_original_keeps_all_that_it_had(theme, by):
    original, into = full_idea(theme), full_idea(theme)
    before = everything(original)
    merge_ideas([original], into=into, reason="De handler om det samme.", by=by)
    assert everything(original) == before


def test_undoing_puts_everything_back(theme, by):
    original, into = full_idea(theme), full_idea(theme)
    before = everything(original), everything(into)
    merge_ideas([original], into=into, reason="De handler om det samme.", by=by)
    undo_succession(original, by=by)
    assert (everything(original), everything(into)) == before
    assert Idea.objects.with_status().get(pk=original.pk).status == Status.UNDER_WAY


def test_what_both_had_stays_with_the_successor_after_undoing(theme, by):
    company, decision, recommendation = CompanyFactory(), DecisionFactory(), RecommendationFactory()
    original, into = (IdeaFactory(theme=theme, companies=[company]) for _ in range(2))
    for idea in (original, into):
        AnswerFactory(idea=idea, decision=decision, reason=f"Svar til {idea.reference}")
        OverlapFactory(idea=idea, recommendation=recommendation)
    merge_ideas([original], into=into, reason="De handler om det samme.", by=by)
    assert into.answers.get().reason == f"Svar til {into.reference}"
    undo_succession(original, by=by)
    assert list(into.companies.all()) == [company]
    assert into.answers.count() == into.overlaps.count() == 1


def on_the_agenda(theme, by) -> tuple[Idea, Idea]:
    """Two ideas, of which the first lives on in the second, when it was on a committee's agenda and not answered yet."""
    original, into = IdeaFactory.create_batch(2, theme=theme)
    AnswerFactory(idea=original, decision=DecisionFactory(draft=True), open=True)
    OverlapFactory(idea=original, draft=True)
    merge_ideas([original], into=into, reason="De handler om det samme.", by=by)
    return original, into


def test_what_nobody_wrote_in_goes_away_when_it_is_undone(theme, by):
    original, into = on_the_agenda(theme, by)
    original.answers.update(outcome=Outcome.LATER, reason="Skrevet på den gamle ide.")
    undo_succession(original, by=by)
    assert not into.answers.exists()


@pytest.mark.parametrize(
    ("name", "written"),
    [("answers", {"reason": "Skrevet siden."}), ("overlaps", {"reason": "Et andet sted, de mødes."})],
)
def test_what_was_written_since_is_not_taken_back_but_named(theme, by, name, written):
    original, into = on_the_agenda(theme, by)
    getattr(into, name).update(**written)
    with pytest.raises(
        ValidationError, match=f"»{getattr(into, name).get()}« er skrevet eller offentliggjort"
    ):
        undo_succession(original, by=by)
    assert getattr(into, name).filter(**written).exists()
    assert original.successions.get().undone_at is None
    getattr(into, name).all().delete()
    undo_succession(original, by=by)


def test_an_answer_that_was_published_since_is_not_taken_back(theme, by):
    original, into = on_the_agenda(theme, by)
    decision = into.answers.get().decision
    decision.answers.update(outcome=Outcome.LATER, reason="Den samme begrundelse.")
    publish_answers(decision, at=timezone.now(), by=by)
    with pytest.raises(ValidationError, match="er skrevet eller offentliggjort"):
        undo_succession(original, by=by)
    assert into.answers.published().exists()


def test_it_is_logged_who_did_it_and_why(theme, by):
    original, into = full_idea(theme), IdeaFactory(theme=theme)
    [succession] = merge_ideas([original], into=into, reason="De handler om det samme.", by=by)
    undo_succession(original, by=by)
    assert [(entry.history_user, entry.history_change_reason) for entry in succession.history.all()] == [
        (by, "Fortrudt"),
        (by, "Lagt sammen"),
    ]
    answer = into.answers.model.history.filter(idea=into).latest("history_date")
    assert (answer.history_type, answer.history_user) == ("-", by)


def test_several_are_merged_at_once_and_undone_one_by_one(theme, by):
    first, second, into = full_idea(theme), full_idea(theme), IdeaFactory(theme=theme)
    merge_ideas([first, second], into=into, reason="Alle tre vil det samme.", by=by)
    assert into.companies.count() == 2
    undo_succession(first, by=by)
    assert set(into.companies.all()) == set(second.companies.all())


@pytest.fixture
def of_two(theme):
    """Two ideas with a company, a meeting, a decision and a recommendation in common, and a third without any of them."""
    company, meeting = CompanyFactory(), PanelMeetingFactory(theme=theme)
    decision, recommendation = DecisionFactory(), RecommendationFactory()
    both = [IdeaFactory(theme=theme, companies=[company], meetings=[meeting]) for _ in range(2)]
    for idea in both:
        AnswerFactory(idea=idea, decision=decision, reason=f"Svar til {idea.reference}")
        OverlapFactory(idea=idea, recommendation=recommendation)
    return [*both, IdeaFactory(theme=theme)]


@pytest.mark.parametrize("first", [0, 1])
def test_what_two_brought_goes_with_the_last_of_them(of_two, by, first):
    *originals, into = of_two
    before = everything(into)
    merge_ideas(originals, into=into, reason="Alle tre vil det samme.", by=by)
    undone, left = originals[first], originals[1 - first]
    undo_succession(undone, by=by)
    for name in ("companies", "meetings", "answers", "overlaps"):
        assert told(into, name) == told(left, name), name
    assert into.answers.get().reason == f"Svar til {left.reference}"
    assert into.overlaps.get().provenance == f"Fulgte med fra ide {left.reference}."
    undo_succession(left, by=by)
    assert everything(into) == before


def test_what_staff_took_from_the_successor_does_not_come_again(of_two, by):
    *originals, into = of_two
    merge_ideas(originals, into=into, reason="Alle tre vil det samme.", by=by)
    into.companies.clear()
    undo_succession(originals[0], by=by)
    assert not into.companies.exists()


def test_a_merged_idea_has_the_status_whatever_was_answered(theme, by):
    original, into = full_idea(theme), IdeaFactory(theme=theme)
    merge_ideas([original], into=into, reason="De handler om det samme.", by=by)
    statuses = dict(Idea.objects.with_status().values_list("pk", "status"))
    assert statuses[original.pk] == Status.MERGED
    assert statuses[into.pk] == Status.UNDER_WAY


def test_merging_is_refused_without_a_reason_with_itself_and_twice(theme, by):
    one, other, third = IdeaFactory.create_batch(3, theme=theme)
    with pytest.raises(ValidationError, match="Skriv en begrundelse"):
        merge_ideas([one], into=other, reason=" ", by=by)
    with pytest.raises(ValidationError, match="mindst én anden"):
        merge_ideas([one], into=one, reason="Samme.", by=by)
    merge_ideas([one], into=other, reason="Samme.", by=by)
    for original, into in ((one, third), (third, one)):
        with pytest.raises(ValidationError, match=f"Ide {one.reference} er allerede lagt sammen"):
            merge_ideas([original], into=into, reason="Samme.", by=by)
    assert Succession.objects.count() == 1


def test_an_older_merge_is_undone_after_the_newer(theme, by):
    one, other, third = IdeaFactory.create_batch(3, theme=theme)
    merge_ideas([one], into=other, reason="Samme.", by=by)
    merge_ideas([other], into=third, reason="Samme.", by=by)
    with pytest.raises(ValidationError, match=f"Ide {other.reference} er allerede lagt sammen"):
        undo_succession(one, by=by)
    undo_succession(other, by=by)
    undo_succession(one, by=by)
    assert not Succession.objects.filter(undone_at=None).exists()


def test_an_idea_that_lives_on_nowhere_has_nothing_to_undo(theme, by):
    with pytest.raises(ValidationError, match="hverken lagt sammen"):
        undo_succession(IdeaFactory(theme=theme), by=by)


def test_the_parts_of_a_split_idea_get_all_it_has(theme, by):
    idea = full_idea(theme)
    parts = split_idea(idea, titles=["Solceller", "Varmepumper"], reason="Det er to ting.", by=by)
    assert [part.title for part in parts] == ["Solceller", "Varmepumper"]
    assert [part.number for part in parts] == sorted(part.number for part in parts)
    for part in parts:
        assert part.own_words == idea.own_words
        assert part.area == idea.area
        for name in (*CARRIED_LINKS, *CARRIED_ROWS):
            assert told(part, name) == told(idea, name), name
    statuses = dict(Idea.objects.with_status().values_list("pk", "status"))
    assert statuses[idea.pk] == Status.SPLIT


def test_undoing_a_split_brings_the_idea_back_and_hides_the_parts(theme, by):
    idea = full_idea(theme)
    before = everything(idea)
    parts = split_idea(idea, titles=["Solceller", "Varmepumper"], reason="Det er to ting.", by=by)
    undo_succession(idea, by=by)
    assert everything(idea) == before
    assert not Idea.objects.published().filter(pk__in=[part.pk for part in parts]).exists()
    assert all(not part.answers.exists() for part in parts)


@pytest.mark.parametrize("titles", [[], ["Kun en"], ["En", "  "]])
def test_a_split_needs_two_titles(theme, by, titles):
    with pytest.raises(ValidationError, match="mindst to titler"):
        split_idea(IdeaFactory(theme=theme), titles=titles, reason="Det er to ting.", by=by)
    assert Idea.objects.count() == 1


def test_an_idea_that_went_into_another_waits_for_nothing(client, by, theme):
    idea, other = IdeaFactory(theme=theme), IdeaFactory(theme=theme)
    waits = "venter på at blive behandlet politisk"
    assert waits in client.get(idea.get_absolute_url()).text
    merge_ideas([idea], into=other, by=by, reason="Det samme.")
    page = client.get(idea.get_absolute_url())
    assert waits not in page.text
    assert [step.kind for step in page.context["chain"]][-2:] == ["Ide", "Svar"]
    answers = client.get(f"/temaer/{theme.year}/svar/").text
    assert answers.count(waits) == 1  # the other's


def test_forms_that_hold_the_links_of_an_idea_are_told_that_it_was_merged(by, theme):
    idea, other = IdeaFactory(theme=theme), IdeaFactory(theme=theme)
    initiative, news = InitiativeFactory(theme=theme, ideas=[idea]), NewsFactory(ideas=[idea])
    before = [(row, row.updated_at) for row in (initiative, news)]
    merge_ideas([idea], into=other, by=by, reason="Det samme.")
    for row, at in before:
        row.refresh_from_db()
        assert row.updated_at > at
    before = [(row, row.updated_at) for row, _ in before]
    undo_succession(idea, by=by)
    for row, at in before:
        row.refresh_from_db()
        assert row.updated_at > at
