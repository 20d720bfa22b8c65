"""The daily mail to those who follow."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import html5lib
import pytest
import time_machine
from django.core import mail

from erhvervspanel.foundation import due_jobs
from erhvervspanel.foundation.models import OutgoingMail
from erhvervspanel.foundation.outbox import send_due
from erhvervspanel.portal.following import tell_followers
from ideas.actions import merge_ideas, split_idea, undo_succession
from ideas.models import Idea
from initiatives.models import Initiative
from tests.factories import (
    AnswerFactory,
    DecisionFactory,
    EventFactory,
    IdeaFactory,
    IndicatorFactory,
    InitiativeFactory,
    MilestoneFactory,
    NewsFactory,
    ReadingFactory,
    ThemeFactory,
)
from tests.portal.following.test_following import following

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 3, 3, 6, 0, tzinfo=UTC)  # 7 o'clock in Copenhagen
JOB = tuple(job for job in due_jobs.JOBS if job.name == "tell-followers")


@contextmanager
def at(days: float = 0, **ago) -> Iterator[None]:
    """So many days after MORNING, and `ago` before that."""
    with time_machine.travel(MORNING + timedelta(days=days) - timedelta(**ago), tick=False):
        yield


@pytest.fixture
def world():
    """A theme with an idea and its initiative, all public for long, and what tells each kind of thing about them."""
    with at(-20):
        theme = ThemeFactory()
        idea = IdeaFactory(theme=theme)
        initiative = InitiativeFactory(theme=theme, ideas=[idea], status="planned")
        milestone = MilestoneFactory(initiative=initiative, title="Første stander")
        indicator = IndicatorFactory(initiative=initiative, name="Opladninger", unit="stik")
    return {
        "theme": theme, "idea": idea, "initiative": initiative, "milestone": milestone, "indicator": indicator,
    }  # fmt: skip


def digest() -> list[OutgoingMail]:
    """The mails that the worker posts at this hour."""
    OutgoingMail.objects.all().delete()
    due_jobs.run_due(JOB)
    return list(OutgoingMail.objects.order_by("pk"))


def saved(row, **values) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


HAPPENINGS = {
    "an answer": (
        lambda world: AnswerFactory(idea=world["idea"]),
        {"idea": ": Tages op senere", "theme": "Svar på ideer: "},
    ),
    "a new initiative": (
        lambda world: InitiativeFactory(theme=world["theme"], ideas=[world["idea"]], is_example=True),
        {"idea": "(eksempel)", "theme": "Nyt initiativ: "},
    ),
    "an initiative that begins": (
        lambda world: saved(world["initiative"], status="running"),
        dict.fromkeys(("idea", "initiative", "theme"), "er nu: I gang"),
    ),
    "a next step": (
        lambda world: saved(world["initiative"], next_step="Udbud"),
        dict.fromkeys(("idea", "initiative", "theme"), "Næste skridt for initiativet"),
    ),
    "a milestone": (
        lambda world: saved(world["milestone"], reached_on=datetime.now(UTC).date()),
        dict.fromkeys(("idea", "initiative", "theme"), "Milepæl nået: Første stander"),
    ),
    "a reading": (
        lambda world: ReadingFactory(indicator=world["indicator"], value=12),
        dict.fromkeys(("idea", "initiative", "theme"), "Målt: 12 stik, Opladninger"),
    ),
    "a new idea": (
        lambda world: IdeaFactory(theme=world["theme"], title="Solceller"),
        {"theme": "Solceller"},
    ),
    "a merge": (
        lambda world: merge_ideas([world["idea"]], into=old_idea(), reason="Det samme.", by=None),
        {"idea": "er lagt sammen med ide"},
    ),
    "news": (
        lambda world: NewsFactory(
            themes=[world["theme"]], ideas=[world["idea"]], initiatives=[world["initiative"]]
        ),
        dict.fromkeys(("idea", "initiative", "theme"), "Nyhed "),
    ),
    "an event": (
        lambda world: EventFactory(theme=world["theme"], initiatives=[world["initiative"]]),
        dict.fromkeys(("initiative", "theme"), "Nyt arrangement: "),
    ),
}  # fmt: skip


def old_idea() -> Idea:
    """An idea that has been public for long."""
    idea = IdeaFactory()
    long_ago = MORNING - timedelta(days=20)
    Idea.objects.filter(pk=idea.pk).update(created_at=long_ago, publish_at=long_ago)
    type(idea.theme).objects.filter(pk=idea.theme_id).update(created_at=long_ago, publish_at=long_ago)
    return Idea.objects.get(pk=idea.pk)


@pytest.mark.parametrize("what", HAPPENINGS)
def test_what_happens_is_told_the_next_morning_to_those_whom_it_concerns_and_once(world, what):
    happen, told = HAPPENINGS[what]
    for name in ("idea", "initiative", "theme"):
        following(world[name], email=f"{name}@example.org")
    with at(0, hours=5):
        happen(world)
    with at():
        mails = {mail.to.partition("@")[0]: mail for mail in digest()}
        assert set(mails) == set(told)
        for name, text in told.items():
            assert text in mails[name].text
    with at(1):
        assert digest() == []


def test_nothing_new_is_no_mail(world):
    following(*(world[name] for name in ("idea", "initiative", "theme")))
    with at():
        assert digest() == []


def test_one_mail_a_day_of_all_that_is_followed_each_thing_once(world):
    follower = following(*(world[name] for name in ("theme", "initiative", "idea")))
    with at(0, hours=3):
        saved(world["initiative"], status="running")
        NewsFactory(title="Om temaet", themes=[world["theme"]])
    with at():
        (posted,) = digest()
        due_jobs.run_due(JOB)
        tell_followers()
        assert OutgoingMail.objects.count() == 1
    assert posted.subject == "Nyt om 2 ting, du følger"
    assert posted.text.count("er nu: I gang") == 1  # under the idea, the nearest
    assert posted.text.index("Ideen »") < posted.text.index("er nu: I gang") < posted.text.index("Temaet »")
    for link in re.findall(r"https?://\S+", posted.text):
        assert link.startswith("http://testserver/")
    assert f"http://testserver{follower.get_absolute_url()}" in posted.text


def test_nothing_is_sent_before_it_is_confirmed(world):
    following(world["idea"], confirmed=False)
    with at(0, hours=3):
        AnswerFactory(idea=world["idea"])
    with at():
        assert digest() == []


def test_the_end_of_an_embargo_is_what_is_new(world):
    following(world["idea"], world["theme"])
    with at(-5):
        until = MORNING + timedelta(days=2) - timedelta(hours=1)
        AnswerFactory(idea=world["idea"], publish_at=until, decision=DecisionFactory(publish_at=until))
        InitiativeFactory(theme=world["theme"], publish_at=until, title="Hemmeligt")
    for day in (0, 1):
        with at(day):
            assert digest() == []
    with at(2):
        (posted,) = digest()
    assert f"Svar på ide {world['idea'].reference}: Tages op senere" in posted.text
    assert "Hemmeligt" in posted.text
    with at(3):
        assert digest() == []


HIDDEN = {
    "a draft": lambda world: NewsFactory(title="Hemmeligt", ideas=[world["idea"]], draft=True),
    "an answer of a decision that is no more": lambda world: AnswerFactory(
        idea=world["idea"], decision__draft=True
    ),
    "a reading of a draft": lambda world: ReadingFactory(
        indicator__initiative__ideas=[world["idea"]],
        indicator__initiative__theme=world["theme"],
        indicator__initiative__draft=True,
    ),
    "a milestone of a draft": lambda world: MilestoneFactory(
        initiative__ideas=[world["idea"]],
        initiative__theme=world["theme"],
        initiative__draft=True,
        reached=True,
    ),
    "what was taken back": lambda world: Initiative.objects.filter(
        pk=InitiativeFactory(theme=world["theme"], ideas=[world["idea"]]).pk
    ).update(publish_at=None),
    "a merge that was undone": lambda world: (
        merge_ideas([world["idea"]], into=old_idea(), reason="Det samme.", by=None),
        undo_succession(world["idea"], by=None),
    ),
    "a status that was put back": lambda world: [
        saved(world["initiative"], status=status) for status in ("running", "planned")
    ],
    "a milestone whose day is mended": lambda world: saved(
        world["reached"], reached_on=world["reached"].reached_on - timedelta(days=1)
    ),
    "a note on a milestone": lambda world: saved(world["reached"], note="Rettet"),
}


@pytest.mark.parametrize("what", HIDDEN)
def test_what_the_public_cannot_see_or_was_no_news_is_not_told(world, what):
    with at(-20):
        world["reached"] = MilestoneFactory(initiative=world["initiative"], reached=True)
    following(world["idea"], world["theme"], world["initiative"])
    with at(0, hours=3):
        HIDDEN[what](world)
    with at():
        assert digest() == []


@pytest.mark.parametrize("name", ["idea", "initiative", "theme"])
def test_what_is_taken_back_is_silent(world, name):
    following(world[name])
    with at(0, hours=3):
        NewsFactory(ideas=[world["idea"]], initiatives=[world["initiative"]], themes=[world["theme"]])
        saved(world[name], publish_at=None)
    with at():
        assert digest() == []


def test_a_corrected_answer_is_told_to_those_who_follow_the_idea(world):
    with at(-5):
        answer = AnswerFactory(idea=world["idea"])
    following(world["idea"])
    with at(0, hours=3):
        saved(answer, reason="Nu med en bedre grund.")
    with at():
        (posted,) = digest()
    assert f"Svaret på ide {world['idea'].reference} har fået en ny ordlyd" in posted.text
    assert "bedre grund" not in posted.text


def test_parts_of_a_split_idea_are_told_of_and_no_copy_of_its_answer(world):
    with at(-5):
        AnswerFactory(idea=world["idea"])
    following(world["idea"])
    with at(0, hours=3):
        split_idea(world["idea"], titles=["En", "To"], reason="Det er to ting.", by=None)
    with at():
        (posted,) = digest()
    assert posted.text.count("er delt og lever videre i ide") == 2
    assert "Svar på" not in posted.text


def lived_on(idea: Idea, *, titles: list[str] | None = None) -> Idea:
    """The idea that `idea` lives on in, merged, or a part of it: for so long that it is no news."""
    with at(-5):
        if titles:
            return split_idea(idea, titles=titles, reason="Det er to ting.", by=None)[0]
        successor = old_idea()
        merge_ideas([idea], into=successor, reason="Det samme.", by=None)
        return successor


@pytest.mark.parametrize("titles", [None, ["En", "To"]])
def test_who_follows_an_idea_that_lives_on_hears_of_it_there(world, titles):
    following(world["idea"])
    last = lived_on(lived_on(world["idea"], titles=titles))
    with at(0, hours=3):
        AnswerFactory(idea=last)
        InitiativeFactory(theme=world["theme"], ideas=[last], title="Bedre strøm")
    with at():
        (posted,) = digest()
    assert posted.text.count(f"Svar på ide {last.reference}: Tages op senere") == 1
    assert posted.text.count("Bedre strøm") == 1
    assert f"/ideer/{last.reference}/" in posted.text


def test_who_follows_an_idea_hears_no_more_of_another_when_the_merge_is_undone(world):
    following(world["idea"])
    successor = lived_on(world["idea"])
    with at(-2):
        undo_succession(world["idea"], by=None)
    with at(0, hours=3):
        AnswerFactory(idea=successor)
    with at():
        assert digest() == []


def test_a_correction_that_copies_follow_is_told_once_to_each(world):
    with at(-6):
        answer = AnswerFactory(idea=world["idea"])
    successor = lived_on(world["idea"])
    followers = following(world["idea"]), following(successor, email="b@example.org")
    with at(0, hours=3):
        saved(answer, outcome="not_pursued")
    with at():
        posted = digest()
    assert [each.to for each in posted] == [each.email for each in followers]
    for each, idea in zip(posted, (world["idea"], successor), strict=True):
        assert each.text.count("har fået en ny ordlyd") == 1
        assert f"Svaret på ide {idea.reference} har" in each.text


def test_days_that_no_worker_was_up_for_are_made_good(world):
    following(world["idea"])
    with at(-1):
        assert digest() == []
    with at(0, hours=3):
        AnswerFactory(idea=world["idea"])
    with at(4, hours=-2):
        assert len(digest()) == 1


def test_what_is_written_in_the_last_minutes_is_told_the_next_day(world):
    following(world["idea"])
    with at(0, minutes=1):
        AnswerFactory(idea=world["idea"], publish_at=MORNING - timedelta(minutes=1))
    with at():
        assert digest() == []
    with at(1):
        assert len(digest()) == 1


def test_the_mail_is_whole_and_has_a_button_of_the_mail_program_to_stop(world):
    follower = following(world["idea"])
    with at(0, hours=3):
        NewsFactory(title="Affald & <genbrug>", ideas=[world["idea"]])
    with at():
        (posted,) = digest()
        assert send_due() == 1
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    body = " ".join(parser.parse(posted.html).find("body").itertext())
    assert parser.errors == []
    for text in (posted.text, body):
        assert "Affald & <genbrug>" in text
        assert "Venlig hilsen" in text
    sent = mail.outbox[0].message()
    assert sent["List-Unsubscribe"] == f"<http://testserver{follower.get_absolute_url()}>"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert OutgoingMail.objects.get().unsubscribe_url == ""


def test_it_costs_the_same_whatever_happens(world, django_assert_num_queries):
    often = [
        HAPPENINGS[what][0] for what in ("an answer", "a new initiative", "a new idea", "news", "an event")
    ]
    following(world["idea"])
    for times in (1, 3):
        OutgoingMail.objects.all().delete()
        with at(0, hours=3):
            for happen in often * times:
                happen(world)
        with at(), django_assert_num_queries(25):
            assert tell_followers() == 1
