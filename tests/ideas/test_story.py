"""An idea's story, from the records themselves."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from ideas.actions import merge_ideas, publish_answers, undo_succession
from ideas.models import Idea
from ideas.story import story_of
from tests.factories import (
    AnswerFactory,
    DecisionFactory,
    IdeaFactory,
    IndicatorFactory,
    InitiativeFactory,
    MilestoneFactory,
    NewsFactory,
    PanelMeetingFactory,
    ReadingFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


def told(idea) -> list:
    idea = Idea.objects.published().for_page().get(pk=idea.pk)
    return story_of(
        idea,
        meetings=list(idea.meetings.published().select_related("theme")),
        answers=list(idea.answers.published().for_page()),
        initiatives=list(idea.initiatives.published().for_list()),
    )


def titles(idea) -> list[str]:
    return [entry.title for entry in told(idea)]


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=ZoneInfo("Europe/Copenhagen"))


def test_the_whole_story_stands_in_order_of_time():
    theme = ThemeFactory(publish_at=at(2021, 1, 1))
    meeting = PanelMeetingFactory(theme=theme, starts_at=at(2021, 3, 10), title="Behov")
    idea = IdeaFactory(
        theme=theme, meetings=[meeting], submitted_on=date(2021, 3, 11), publish_at=at(2021, 4, 1)
    )
    decision = DecisionFactory(decided_on=date(2021, 6, 16), title="Ideerne", publish_at=at(2021, 6, 24))
    AnswerFactory(idea=idea, decision=decision, publish_at=at(2021, 6, 24))
    initiative = InitiativeFactory(
        theme=theme, ideas=[idea], title="Sol", starts_on=date(2021, 10, 1), publish_at=at(2021, 9, 1)
    )
    MilestoneFactory(initiative=initiative, title="Aftale", reached_on=date(2021, 11, 1))
    MilestoneFactory(initiative=initiative, title="Kommer", reached_on=None)
    ReadingFactory(
        indicator=IndicatorFactory(initiative=initiative, unit="besøg"),
        read_on=date(2022, 1, 1),
        value="7.50",
    )
    NewsFactory(ideas=[idea], title="Sol på taget", publish_at=at(2022, 2, 1))
    assert [(entry.on, entry.title) for entry in told(idea)] == [
        (date(2021, 3, 10), "Panelmøde 1: Behov"),
        (date(2021, 3, 11), "Ideen blev modtaget"),
        (date(2021, 6, 16), "Erhvervsudvalget behandlede ideen"),
        (date(2021, 6, 24), "Svar: Tages op senere"),
        (date(2021, 10, 1), "Initiativet begyndte: Sol"),
        (date(2021, 11, 1), "Milepæl nået: Aftale"),
        (date(2022, 1, 1), "Målt: 7,5 besøg"),
        (date(2022, 2, 1), "Sol på taget"),
    ]


def test_of_each_indicator_the_last_value_is_told_and_the_first():
    idea = IdeaFactory(submitted_on=None)
    initiative = InitiativeFactory(ideas=[idea], starts_on=None)
    visits, waits = (
        IndicatorFactory(initiative=initiative, name=name, unit=unit)
        for name, unit in [("Besøgte virksomheder", "besøg"), ("Ventetid", "dage")]
    )
    for year, value in [(2023, 40), (2022, "12.5"), (2024, 1200)]:
        ReadingFactory(indicator=visits, read_on=date(year, 6, 30), value=value)
    ReadingFactory(indicator=waits, read_on=date(2023, 1, 1), value=4)
    assert [(entry.on, entry.title, entry.note) for entry in told(idea)] == [
        (date(2023, 1, 1), "Målt: 4 dage", "Ventetid"),
        (date(2024, 6, 30), "Målt: 1.200 besøg", "Besøgte virksomheder. Første måling, 30. juni 2022: 12,5"),
    ]


def test_a_last_value_that_is_real_is_marked_for_a_first_that_is_made_up():
    idea = IdeaFactory(submitted_on=None)
    indicator = IndicatorFactory(initiative=InitiativeFactory(ideas=[idea], starts_on=None))
    ReadingFactory(indicator=indicator, read_on=date(2022, 1, 1), is_example=True)
    ReadingFactory(indicator=indicator, read_on=date(2023, 1, 1), is_example=False)
    [entry] = told(idea)
    assert (entry.on, entry.is_example) == (date(2023, 1, 1), True)


def test_what_is_ahead_is_not_told_as_done():
    theme, today = ThemeFactory(), timezone.localdate()
    meeting = PanelMeetingFactory(theme=theme, starts_at=timezone.now() + timedelta(days=7), title="Behov")
    idea = IdeaFactory(theme=theme, meetings=[meeting])
    InitiativeFactory(theme=theme, ideas=[idea], title="I dag", starts_on=today)
    InitiativeFactory(theme=theme, ideas=[idea], title="Senere", starts_on=today + timedelta(days=90))
    assert [(entry.title, entry.state, entry.state_text) for entry in told(idea)] == [
        ("Ideen blev modtaget", "done", ""),
        ("Initiativet begyndte: I dag", "done", ""),
        ("Panelmøde 1: Behov", "future", "Kommer"),
        ("Initiativet begynder: Senere", "future", "Kommer"),
    ]


@pytest.mark.parametrize(("status", "told_as"), [("planned", "Planlagt"), ("stopped", "Stoppet")])
def test_a_planned_start_that_has_passed_is_no_start(status, told_as):
    idea = IdeaFactory(submitted_on=None)
    InitiativeFactory(ideas=[idea], title="Sol", starts_on=date(2021, 10, 1), status=status)
    [entry] = told(idea)
    assert (entry.title, entry.state_text) == ("Initiativet skulle begynde: Sol", told_as)


@pytest.mark.parametrize("status", ["planned", "stopped"])
@pytest.mark.parametrize(
    ("days", "has_begun"), [(30, True), (-30, False)], ids=["since the start", "before the start"]
)
@pytest.mark.parametrize("work", ["milestone", "reading"])
def test_what_has_reached_or_measured_something_has_begun(client, status, days, has_begun, work):
    idea, starts_on = IdeaFactory(submitted_on=None), date(2021, 10, 1)
    initiative = InitiativeFactory(ideas=[idea], title="Sol", starts_on=starts_on, status=status)
    on = starts_on + timedelta(days=days)
    if work == "milestone":
        MilestoneFactory(initiative=initiative, reached_on=on)
    else:
        ReadingFactory(indicator=IndicatorFactory(initiative=initiative), read_on=on)
    [entry] = [entry for entry in told(idea) if entry.on == starts_on]
    told_as = "begyndte" if has_begun else "skulle begynde"
    assert entry.title == f"Initiativet {told_as}: Sol"
    page = client.get(initiative.get_absolute_url()).text
    assert ("Planlagt periode" in page) == (not has_begun)


def test_the_stop_of_an_initiative_is_told_on_the_day_that_staff_said_it():
    idea = IdeaFactory(submitted_on=None)
    with time_machine.travel(at(2021, 9, 1)):
        values = {"starts_on": None, "publish_at": at(2021, 9, 1), "ends_on": date(2021, 12, 31)}
        initiative = InitiativeFactory(ideas=[idea], title="Sol", **values)
    with time_machine.travel(at(2023, 3, 8)):
        initiative.status = "stopped"
        initiative.save()
    with time_machine.travel(at(2023, 4, 12)):
        initiative.summary = "Markedet kom først."
        initiative.save()
    [entry] = told(idea)
    assert (entry.on, entry.title) == (date(2023, 3, 8), "Initiativet blev stoppet: Sol")
    assert entry.url == initiative.get_absolute_url()


@pytest.mark.parametrize(
    ("ends_on", "told_on"), [(date(2023, 3, 31), [date(2023, 3, 31)]), (None, []), (date(2999, 1, 1), [])]
)
def test_a_stop_that_was_written_up_afterwards_is_told_on_the_last_day(ends_on, told_on):
    idea = IdeaFactory(submitted_on=None)
    InitiativeFactory(ideas=[idea], starts_on=None, ends_on=ends_on, status="stopped")
    assert [entry.on for entry in told(idea)] == told_on


def test_an_edit_of_the_public_wording_is_told_with_what_stood_before():
    idea = IdeaFactory(title="Solceller", proposal="På taget.", own_words="Få nu gjort noget.")
    idea.title, idea.proposal = "Solceller på taget", "På hele taget."
    idea.save()
    entry = next(entry for entry in told(idea) if entry.title == "Teksten om ideen blev rettet")
    assert entry.note == "Rettet: titlen, forslaget."
    assert entry.earlier == [("Titlen", "Solceller"), ("Forslaget", "På taget.")]


def test_that_the_companies_own_words_were_changed_is_told():
    idea = IdeaFactory(own_words="Ring til Anna.")
    idea.own_words = "Ring til os."
    idea.save()
    entry = next(entry for entry in told(idea) if entry.title == "Teksten om ideen blev rettet")
    assert entry.note == "Rettet: virksomhedernes egne ord."
    assert entry.earlier == [("Virksomhedernes egne ord", "Ring til Anna.")]


@pytest.mark.parametrize(
    ("own_words", "quoted"),
    [
        ("Strøm.", ""),
        ("Vi mangler.\n\nStrøm.", ""),
        ("Vi mangler.", ""),
        ("Få nu gjort noget.", "Få nu gjort noget."),
    ],
)
def test_own_words_that_the_texts_say_already_are_not_told_twice(client, own_words, quoted):
    idea = IdeaFactory(need="Vi mangler.", proposal="Strøm.", own_words=own_words)
    assert idea.quoted == quoted
    page = client.get(idea.get_absolute_url()).text
    assert ("Virksomhedernes egne ord" in page) == bool(quoted)
    assert "De bliver stående" not in page  # how it is kept is staff's business


def test_what_was_taken_out_can_be_kept_from_sight():
    idea = IdeaFactory(proposal="Ring til Anna.", hides_wordings=True)
    answer = AnswerFactory(idea=idea, reason="Anna spørger.")
    with time_machine.travel(timezone.now() + timedelta(days=10)):
        idea.proposal, answer.reason = "Ring til kommunen.", "Kommunen spørger."
        idea.save()
        answer.save()
        story = told(idea)
    titles = [entry.title for entry in story]
    assert {"Teksten om ideen blev rettet", "Svaret fik en ny ordlyd"} <= set(titles)
    assert "Anna" not in str(story)


def test_what_is_changed_in_a_draft_is_nobodys_business():
    idea = IdeaFactory(title="Kladde", draft=True, theme=ThemeFactory())
    idea.title = "Færdig"
    idea.save()
    idea.publish_at = timezone.now() - timedelta(days=30)  # dated back
    idea.save()
    assert not any("Kladde" in str(entry) for entry in told(idea))


def test_a_correction_keeps_the_earlier_wording_visible():
    idea, decision = IdeaFactory(), DecisionFactory(draft=True)
    answer = AnswerFactory(idea=idea, decision=decision, draft=True, reason="Udkast.")
    answer.reason = "Der er ikke penge i år."
    answer.save()
    publish_answers(decision, at=timezone.now(), by=None)
    with time_machine.travel(timezone.now() + timedelta(days=10)):
        answer.refresh_from_db()
        answer.reason = "Der er ikke penge i 2021."
        answer.save()
        earlier = [entry.earlier for entry in told(idea) if entry.title == "Svaret fik en ny ordlyd"]
    assert earlier == [[("Tages op senere", "Der er ikke penge i år.")]]


def test_what_is_corrected_behind_an_embargo_never_shows():
    idea, decision = IdeaFactory(), DecisionFactory(draft=True)
    answer = AnswerFactory(idea=idea, decision=decision, draft=True, reason="Første udkast.")
    at = timezone.now() + timedelta(days=1)
    publish_answers(decision, at=at, by=None)
    answer.refresh_from_db()
    answer.reason = "Den endelige begrundelse."
    answer.save()
    with time_machine.travel(at + timedelta(days=1)):
        assert "Svaret fik en ny ordlyd" not in titles(idea)
        assert not any("Første udkast" in str(entry) for entry in told(idea))


def test_a_merge_is_told_from_both_sides_until_it_is_undone():
    theme = ThemeFactory()
    one, other = IdeaFactory.create_batch(2, theme=theme)
    merge_ideas([one], into=other, reason="Det samme.", by=None)
    assert f"Lagt sammen med ide {other.reference}" in titles(one)
    assert f"Ide {one.reference} blev lagt ind i denne" in titles(other)
    undo_succession(one, by=None)
    assert not any("Lagt sammen" in title for title in titles(one))


def test_a_merged_idea_keeps_its_page_which_says_where_it_went(client):
    theme = ThemeFactory()
    one, other = IdeaFactory.create_batch(2, theme=theme)
    merge_ideas([one], into=other, reason="De vil det samme.", by=None)
    page = client.get(one.get_absolute_url())
    assert page.status_code == 200
    assert f'<a href="{other.get_absolute_url()}">Lagt sammen med ide {other.reference}</a>' in page.text
    assert page.text.count("De vil det samme.") == 1


def test_the_reason_of_a_merge_stands_once_as_the_answer_is_worded_now(client):
    theme, decision = ThemeFactory(), DecisionFactory(draft=True)
    one, other = IdeaFactory.create_batch(2, theme=theme)
    given = {"outcome": "merged", "merged_into": other, "reason": "Anna vil **det samme**.", "draft": True}
    answer = AnswerFactory(idea=one, decision=decision, **given)
    publish_answers(decision, at=timezone.now(), by=None)
    page = client.get(one.get_absolute_url()).text
    assert page.count("<p>Anna vil <strong>det samme</strong>.</p>") == 1
    answer.refresh_from_db()
    answer.reason = "De vil det samme."
    answer.save()
    Idea.objects.filter(pk=one.pk).update(hides_wordings=True)
    page = client.get(one.get_absolute_url()).text
    assert "Anna" not in page
    assert page.count("<p>De vil det samme.</p>") == 1


def test_an_answer_that_merges_tells_what_became_of_the_other_idea(client):
    one, other = IdeaFactory.create_batch(2, theme=ThemeFactory())
    AnswerFactory(idea=one, outcome="merged", merged_into=other)
    AnswerFactory(idea=other, outcome="initiative")
    initiative = InitiativeFactory(theme=other.theme, ideas=[other], status="running")
    shown = '{}</a> <span class="tag tag--status tag--{}">{}</span></p>'
    page = client.get(one.get_absolute_url()).text
    assert shown.format(other, "initiativ-i-gang", "Initiativ i gang") in page
    initiative.status = "stopped"
    initiative.save()
    page = client.get(one.get_absolute_url()).text
    assert shown.format(other, "stoppet", "Initiativet er stoppet") in page


def test_hidden_initiatives_milestones_and_news_are_not_told():
    idea = IdeaFactory()
    hidden = InitiativeFactory(theme=idea.theme, ideas=[idea], draft=True, starts_on=date(2021, 10, 1))
    MilestoneFactory(initiative=hidden, reached_on=date(2021, 11, 1))
    ReadingFactory(indicator=IndicatorFactory(initiative=hidden))
    NewsFactory(ideas=[idea], draft=True)
    assert titles(idea) == ["Ideen blev modtaget"]
