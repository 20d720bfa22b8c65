"""The form of an idea at the desk: checklist, notes, likeness, and only legal moves."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation.publishing_actions import publish, unpublish
from ideas.actions import assign, check, note, put_on_agenda, uncheck
from ideas.models import Idea
from tests.factories import AnswerFactory, DecisionFactory, IdeaFactory, UserFactory
from tests.forms import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def karen():
    return UserFactory(superuser=True)


@pytest.fixture
def desk(client, karen):
    client.force_login(karen)
    return client


def saved(desk, idea, **changes):
    """Sends the idea's form as it is, with `changes`."""
    url = reverse("admin:ideas_idea_change", args=[idea.pk])
    return desk.post(url, fields_of(desk.get(url)) | changes, follow=True)


def held(idea) -> set[str]:
    return set(idea.checks.holding().values_list("kind", flat=True))


def test_points_are_ticked_and_unticked(desk, karen):
    idea = IdeaFactory()
    saved(desk, idea, checked=["proofread", "consent"])
    assert held(idea) == {"proofread", "consent"}
    assert idea.checks.first().made_by == karen
    saved(desk, idea, checked=["consent"])
    assert held(idea) == {"consent"}


def test_a_tick_falls_when_the_text_changes_and_that_is_told(desk):
    idea = IdeaFactory()
    check([idea], ["proofread"], by=None)
    page = saved(desk, idea, proposal="Et nyt forslag.")
    assert held(idea) == set()
    assert "»Korrekturlæst« er ikke længere sat" in page.text


def test_a_tick_that_is_set_with_the_new_text_holds(desk):
    idea = IdeaFactory()
    saved(desk, idea, proposal="Et nyt forslag.", checked=["proofread"])
    assert held(idea) == {"proofread"}


def test_what_a_colleague_ticks_or_unticks_meanwhile_stays(desk, karen):
    idea, colleague = IdeaFactory(), UserFactory(staff=True)
    url = reverse("admin:ideas_idea_change", args=[idea.pk])
    check([idea], ["approved", "consent"], by=karen)
    opened = fields_of(desk.get(url))
    check([idea], ["proofread"], by=colleague)
    uncheck(idea, ["consent"])
    desk.post(url, opened | {"checked": ["consent"]})
    assert held(idea) == {"proofread"}
    assert idea.checks.get().made_by == colleague


def test_a_tick_survives_that_the_form_is_sent_once_more(desk):
    idea = IdeaFactory()
    again = fields_of(saved(desk, idea, checked=["proofread"], title=""))
    desk.post(reverse("admin:ideas_idea_change", args=[idea.pk]), again | {"title": idea.title})
    assert held(idea) == {"proofread"}


def test_a_note_has_author_and_time_and_stays_as_it_was_written(desk, karen):
    idea = IdeaFactory()
    saved(desk, idea, **{"notes-0-text": "Ring til dem."})
    written = idea.notes.get()
    assert (written.text, written.author) == ("Ring til dem.", karen)
    page = desk.get(reverse("admin:ideas_idea_change", args=[idea.pk])).text
    assert "Ring til dem." in page
    assert 'name="notes-0-text"' not in page  # it is text now, and only a new one can be typed
    assert "Ring til dem." not in desk.get(idea.get_absolute_url()).text


def test_a_new_idea_like_another_is_asked_about(desk):
    there = IdeaFactory(title="Fælles ladestandere ved stationen", draft=True)
    url = reverse("admin:ideas_idea_add")
    given = fields_of(desk.get(url)) | {
        "theme": there.theme_id,
        "area": there.area_id,
        "number": 7,
        "title": "Ladestandere ved stationen",
    }
    page = desk.post(url, given)
    assert "Er det den samme, så ret den i stedet" in page.text
    assert reverse("admin:ideas_idea_change", args=[there.pk]) in page.text
    assert Idea.objects.count() == 1
    desk.post(url, given | {"is_another": "on"})
    assert Idea.objects.count() == 2


def test_ideas_that_are_alike_are_shown_while_the_title_is_typed(desk):
    there = AnswerFactory(idea__title="Fælles ladestandere ved stationen", outcome="not_pursued").idea
    url = reverse("admin:ideas_idea_similar")
    page = desk.get(url, {"titel": "ladestandere"}).text
    assert f"{there}</a> (går ikke videre)" in page
    assert desk.get(url, {"titel": "ladestandere", "ide": there.pk}).text.strip() == ""
    assert desk.get(url, {"titel": "", "ide": "vrøvl"}).text.strip() == ""


@pytest.mark.parametrize(
    ("when", "offered"),
    [
        (None, {"publish_rows"}),
        (timezone.now() + timedelta(days=9), {"publish_rows", "unpublish_rows"}),
        (timezone.now() - timedelta(days=9), {"unpublish_rows"}),
    ],
    ids=["draft", "later", "public"],
)
def test_nothing_is_offered_that_would_leave_the_idea_as_it_is(desk, when, offered):
    page = desk.get(reverse("admin:ideas_idea_change", args=[IdeaFactory(publish_at=when).pk]))
    assert {name for name, _ in page.context["desk"]["actions"]} == offered | {
        "put_on_agenda",
        "merge",
        "split",
    }
    assert page.text.count('name="action"') == len(page.context["desk"]["actions"])


def test_an_idea_without_text_does_not_go_into_the_catalogue(desk, karen):
    idea = IdeaFactory(draft=True, need="", proposal="")
    with pytest.raises(ValidationError, match="har ingen tekst"):
        publish([idea], at=timezone.now(), by=karen)
    page = desk.get(reverse("admin:ideas_idea_change", args=[idea.pk])).text
    assert "Først mangler en tekst om behovet eller forslaget" in page


def test_a_new_idea_without_text_is_refused_at_the_field(desk):
    there = IdeaFactory()
    url = reverse("admin:ideas_idea_add")
    given = fields_of(desk.get(url)) | {
        "theme": there.theme_id,
        "area": there.area_id,
        "number": 7,
        "title": "Noget helt andet",
        "publish_at_0": "01.02.2026",
        "publish_at_1": "10:00:00",
    }
    page = desk.post(url, given)
    assert "har ingen tekst. Skriv behovet eller forslaget først" in page.text
    assert Idea.objects.count() == 1


def test_a_draft_does_not_come_on_the_agenda(karen):
    idea = IdeaFactory(draft=True)
    with pytest.raises(ValidationError, match=r"er en kladde\. Offentliggør den i kataloget først"):
        put_on_agenda([idea], decision=DecisionFactory(draft=True), by=karen)


def test_what_the_committee_has_is_not_withdrawn_by_action_or_form(desk, karen):
    idea = AnswerFactory(open=True).idea
    with pytest.raises(ValidationError, match="Tag den af dagsordenen"):
        unpublish([idea], by=karen)
    page = saved(desk, idea, publish_at_0="", publish_at_1="", change_reason="Fejl")
    assert "Tag den af dagsordenen" in page.text
    idea.refresh_from_db()
    assert idea.publish_at is not None


def test_nobody_is_handed_ideas_who_cannot_log_in(karen):
    with pytest.raises(ValidationError, match="kan ikke logge ind her"):
        assign([IdeaFactory()], to=UserFactory(), by=karen)


def test_assigning_tells_only_of_those_that_changed(karen):
    one, other = IdeaFactory(assignee=karen), IdeaFactory()
    assert assign([one, other], to=karen, by=karen) == [other]
    assert assign([one], to=None, by=karen) == [one]


def test_a_note_with_a_cpr_number_is_refused_in_the_form_and_by_the_action(desk):
    idea = IdeaFactory()
    page = saved(desk, idea, **{"notes-0-text": "Hendes nummer er 010190-1234."})
    assert "Det ligner et CPR-nummer. Slet det" in page.text
    with pytest.raises(ValidationError, match="CPR-nummer"):
        note([idea], text="010190-1234", by=None)
    assert not idea.notes.exists()


def test_an_empty_note_is_refused():
    with pytest.raises(ValidationError, match="Skriv noten"):
        note([IdeaFactory()], text=" ", by=None)
