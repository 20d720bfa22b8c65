"""The versions of a record: held against each other, and put back with all they linked to."""

from functools import partial

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation.desk.history import ReadableChanges
from erhvervspanel.foundation.desk.versions import since
from erhvervspanel.foundation.models import SynonymGroup
from erhvervspanel.foundation.restoring import restore
from tests.factories import (
    AnswerFactory,
    CompanyFactory,
    DecisionFactory,
    EventFactory,
    IdeaFactory,
    SessionFactory,
    SpeakerFactory,
    UserFactory,
)
from tests.forms import fields_of
from tests.ideas.committee.conftest import with_rights

pytestmark = pytest.mark.django_db


@pytest.fixture
def karen():
    return UserFactory(superuser=True)


@pytest.fixture
def desk(client, karen):
    client.force_login(karen)
    return client


@pytest.fixture
def idea():
    """An idea with an earlier version, which had another title and a company."""
    company = CompanyFactory(name="Borgernes Værksted")
    idea = IdeaFactory(title="Før")
    idea.companies.set([company])
    idea.save()
    idea.title = "Efter"
    idea.skip_history_when_saving = True
    idea.companies.clear()
    del idea.skip_history_when_saving
    idea.save()
    return idea


def version(idea, title: str):
    return idea.history.filter(title=title).first()


def page(name: str, idea, *arguments) -> str:
    return reverse(f"admin:ideas_idea_{name}", args=[idea.pk, *arguments])


def test_two_versions_are_held_against_each_other_links_included(desk, idea):
    keys = {"fra": version(idea, "Før").pk, "til": version(idea, "Efter").pk}
    changes = desk.get(page("comparison", idea), keys).context["changes"]
    told = {change["field"]: (change["old"], change["new"]) for change in changes}
    assert told["Titel"] == ("Før", "Efter")
    assert told["Virksomheder"] == ("Borgernes Værksted", "–")


def test_the_comparison_tells_why_what_lies_between_was_changed(desk, idea, karen):
    for title, reason in (("Anden", "En slåfejl"), ("Tredje", "Et navn er taget ud"), ("Fjerde", None)):
        idea.title, idea._change_reason = title, reason
        idea.save()
    page_of = partial(desk.get, page("comparison", idea))
    between = page_of({"fra": version(idea, "Efter").pk, "til": version(idea, "Tredje").pk}).text
    assert between.index("Et navn er taget ud") < between.index("En slåfejl")
    after = page_of({"fra": version(idea, "Tredje").pk, "til": version(idea, "Fjerde").pk}).text
    assert "Begrundelser" not in after


def test_what_was_saved_in_the_same_moment_before_does_not_lie_between(idea):
    for reason in "abc":
        idea._change_reason = reason
        idea.save()
    versions = idea.history.order_by("-history_date", "-history_id")
    versions.update(history_date=idea.history.latest().history_date)
    c, b, a = versions[:3]
    assert [each.history_change_reason for each in since(b, c, versions)] == ["c"]
    assert [each.history_change_reason for each in since(a, b, versions)] == ["b"]


def test_a_link_that_was_empty_is_a_dash_in_the_history(desk, idea, karen):
    idea.assignee = karen
    idea.save()
    history = desk.get(page("history", idea)).text
    assert "pk=None" not in history
    assert str(karen) in history


def test_what_has_no_page_of_its_own_is_told_by_its_kind_when_it_is_deleted(desk):
    session, speaker = SessionFactory(), SpeakerFactory(name="Aase Lund")
    session.speakers.set([speaker])
    session.save()
    key = speaker.pk
    speaker.delete()
    session.save()
    newest, older = session.history.all()[:2]
    delta = newest.diff_against(older, foreign_keys_are_objs=True)
    changes = ReadableChanges(type(session), newest).context_for_delta_changes(delta)
    assert [(change["old"], change["new"]) for change in changes] == [
        (f"slettet oplægsholder (nummer {key})", "–")
    ]


def test_the_older_comes_first_whichever_way_they_are_picked(desk, idea):
    backwards = {"til": version(idea, "Før").pk, "fra": version(idea, "Efter").pk}
    assert desk.get(page("comparison", idea), backwards).context["older"].title == "Før"
    assert desk.get(page("comparison", idea), {"fra": "vrøvl"}).context["newer"].title == "Efter"


def test_an_earlier_version_is_put_back_as_one_more(desk, idea, karen):
    before = idea.history.count()
    response = desk.post(page("simple_history", idea, version(idea, "Før").pk))
    assert response.url == page("change", idea)
    idea.refresh_from_db()
    assert idea.title == "Før"
    assert [company.name for company in idea.companies.all()] == ["Borgernes Værksted"]
    newest = idea.history.first()
    assert idea.history.count() == before + 1
    assert newest.history_user == karen
    assert newest.history_change_reason.startswith("Gendannet, som den var")
    assert version(idea, "Efter") is not None


def test_publishing_is_left_as_it_is(idea, karen):
    earlier = version(idea, "Før")
    idea.publish_at = None
    idea.save()
    restored = restore(idea, earlier, by=karen)
    assert (restored.title, restored.publish_at) == ("Før", None)


def test_what_is_a_decision_of_its_own_or_not_ones_to_change_is_left_as_it_is(idea, karen):
    earlier = version(idea, "Før")
    idea.assignee = UserFactory(staff=True)
    idea.proposal = "Et nyt forslag"
    idea.save()
    restored = restore(idea, earlier, by=karen, locked=("proposal", "companies"))
    assert (restored.title, restored.assignee, restored.proposal) == ("Før", idea.assignee, "Et nyt forslag")
    assert list(restored.companies.all()) == []


def test_handing_over_to_the_journal_is_not_undone(karen):
    decision = DecisionFactory(title="Før")
    earlier = decision.history.first()
    decision.title, decision.journal_version, decision.journal_digest = "Efter", 2, "a" * 64
    decision.save()
    restored = restore(decision, earlier, by=karen)
    assert (restored.title, restored.journal_version, restored.journal_digest) == ("Før", 2, "a" * 64)


def test_what_is_deleted_since_is_left_out(idea, karen):
    CompanyFactory._meta.model.objects.all().delete()
    restored = restore(idea, version(idea, "Før"), by=karen)
    assert list(restored.companies.all()) == []


def test_what_cannot_stand_today_is_refused_and_told(desk, idea, karen):
    idea.history.update(publish_at=None)  # it has never been public, and may have another number
    earlier = version(idea, "Før")
    idea.number, taken, idea.publish_at = 50, idea.number, None
    idea.save()
    IdeaFactory(theme=idea.theme, area=idea.area, number=taken)
    with pytest.raises(ValidationError, match="allerede en ide med det nummer"):
        restore(idea, earlier, by=karen)
    response = desk.post(page("simple_history", idea, earlier.pk))
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "Udgaven kan ikke gendannes.",
        "Der er allerede en ide med det nummer i temaet.",
    ]
    idea.refresh_from_db()
    assert idea.title == "Efter"


def test_the_wording_of_an_answer_is_put_back(desk):
    answer = AnswerFactory(reason="Den første begrundelse.")
    answer.reason = "Den anden."
    answer.save()
    earlier = answer.history.last()
    desk.post(reverse("admin:ideas_answer_simple_history", args=[answer.pk, earlier.pk]))
    answer.refresh_from_db()
    assert answer.reason == "Den første begrundelse."


def test_who_may_only_look_compares_but_puts_nothing_back(client, idea):
    with_rights(client, "ideas.view_idea")
    assert client.get(page("comparison", idea)).status_code == 200
    earlier = page("simple_history", idea, version(idea, "Før").pk)
    assert "Gendan udgaven" not in client.get(earlier).text
    assert client.post(earlier).status_code == 403
    idea.refresh_from_db()
    assert idea.title == "Efter"


def test_a_version_that_is_not_there_is_not_found(desk, idea):
    assert desk.get(page("simple_history", idea, 999_999)).status_code == 404
    assert desk.get(page("simple_history", idea, "vrøvl")).status_code == 404
    assert desk.get(reverse("admin:ideas_idea_comparison", args=[999_999])).status_code == 404


def test_what_stays_as_it_is_is_not_shown_as_put_back(desk, karen):
    event = EventFactory(title="Før")
    event.title, event.cancelled_at = "Efter", timezone.now()
    event.save()
    before = event.history.get(title="Før")
    url = reverse("admin:events_event_simple_history", args=[event.pk, before.pk])
    assert {change["field"] for change in desk.get(url).context["changes"]} == {"Titel"}


def test_the_log_of_what_has_no_versions_is_shown(desk, karen):
    page = reverse("admin:foundation_synonymgroup_add")
    desk.post(page, {"words": "elbil, ladestander"})
    group = SynonymGroup.objects.get()
    history = desk.get(reverse("admin:foundation_synonymgroup_history", args=[group.pk])).text
    assert karen.username in history
    assert "Der er ingen tidligere udgaver" not in history


def test_what_nobody_touched_is_not_changed_by_the_line_ends_of_a_browser(desk):
    idea = IdeaFactory(need="Vi mangler strøm.\n\nOgså om natten.")
    url = page("change", idea)
    given = fields_of(desk.get(url)) | {"title": "Ny titel"}
    desk.post(url, given | {"need": given["need"][0].replace("\r\n", "\n").replace("\n", "\r\n")})
    idea.refresh_from_db()
    assert (idea.title, idea.need) == ("Ny titel", "Vi mangler strøm.\n\nOgså om natten.")


@pytest.mark.parametrize(
    ("typed", "words"),
    [("elbil, ladestander,", ["elbil", "ladestander"]), ("elbil", None), (" , ", None), ("", None)],
)
def test_synonyms_are_two_words_at_least_and_no_empty_one(desk, typed, words):
    page = desk.post(reverse("admin:foundation_synonymgroup_add"), {"words": typed})
    assert list(SynonymGroup.objects.values_list("words", flat=True)) == ([words] if words else [])
    assert words or "Skriv mindst to ord med komma imellem." in page.text
