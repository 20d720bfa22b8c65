"""Seeing what the public is going to see, and publishing it."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation import notation
from erhvervspanel.portal.roles import SECRETARY
from ideas.actions import merge_ideas, missing_from, publish_answers
from ideas.models import Answer, Idea, Outcome, Status
from panels.models import Decision, Theme
from tests.factories import (
    AnswerFactory,
    DecisionFactory,
    IdeaFactory,
    InitiativeFactory,
    ServiceFactory,
    ThemeFactory,
)
from tests.forms import fields_of
from tests.ideas.committee.conftest import page_of, sent_by, told, with_rights

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready():
    """A draft decision with four complete answers, one of each kind that leads somewhere."""
    decision, theme = DecisionFactory(draft=True), ThemeFactory()
    ideas = IdeaFactory.create_batch(4, theme=theme)
    given = [
        {"outcome": Outcome.INITIATIVE},
        {"outcome": Outcome.ALREADY_OFFERED, "service": ServiceFactory()},
        {"outcome": Outcome.MERGED, "merged_into": ideas[0]},
        {"outcome": Outcome.NOT_PURSUED, "reason": "Det er **statens** opgave."},
    ]
    for idea, each in zip(ideas, given, strict=True):
        AnswerFactory(idea=idea, decision=decision, draft=True, **each)
    InitiativeFactory(theme=theme, ideas=ideas[:1], status="running")
    return decision


def test_the_preview_shows_exactly_what_the_public_is_going_to_see(staff, ready):
    page = staff.get(page_of(ready, "publish"))
    shown = [change.after for preview in page.context["previews"] for change in preview.changes]
    assert {change.before for preview in page.context["previews"] for change in preview.changes} == {
        "Afventer behandling"
    }
    assert not Answer.objects.published().exists()
    staff.post(page_of(ready, "publish"), sent_by(page))
    statuses = Idea.objects.published().with_status().order_by("number").values_list("status", flat=True)
    assert [Status(status).label for status in statuses] == shown
    assert shown == [
        "Initiativ i gang",
        "Findes allerede som tilbud",
        "Lagt sammen med en anden ide",
        "Går ikke videre",
    ]
    for change in page.context["previews"][0].changes:
        text = squeezed(render_to_string("ideas/_answer.html", {"answer": change.answer, "level": "4"}))
        assert text in squeezed(page.text)
        public = squeezed(staff.get(change.answer.idea.get_absolute_url()).text)
        assert text.replace("h4", "h3") in public


def squeezed(html: str) -> str:
    return " ".join(html.split())


def test_the_moment_is_asked_for_as_in_other_forms(staff, ready):
    assert 'class="module aligned desk-fields"' in staff.get(page_of(ready, "publish")).text


def test_an_idea_that_was_answered_before_shows_its_old_status(staff, ready):
    idea = ready.answers.get(outcome=Outcome.NOT_PURSUED).idea
    AnswerFactory(idea=idea, decision=DecisionFactory(decided_on=ready.decided_on - timedelta(days=365)))
    page = staff.get(page_of(ready, "publish")).text
    assert "Status: Tages op senere → <strong>Går ikke videre</strong>" in page


def test_what_is_missing_is_listed_with_links_and_nothing_can_be_published(staff, decision, answers):
    page = staff.get(page_of(decision, "publish"))
    for answer in answers:
        assert f'href="{page_of(decision)}#svar-{answer.pk}"' in page.text
    assert "mangler udfald, begrundelse og afdeling" in page.text
    assert 'type="submit" class="default"' not in page.text
    response = staff.post(
        page_of(decision, "publish"),
        {"at": "", f"set-{decision.pk}": page.context["previews"][0].fingerprint},
    )
    assert "Intet er offentliggjort." in response.text
    assert not Answer.objects.exclude(publish_at=None).exists()


def test_all_is_published_at_once_and_the_result_links_to_the_public_pages(staff, ready):
    response = staff.post(page_of(ready, "publish"), sent_by(staff.get(page_of(ready, "publish"))))
    assert told(response) == ["4 svar er offentliggjort."]
    page = staff.get(response.url)
    assert "Alt på siden er offentliggjort." in page.text
    for answer in Answer.objects.published():
        assert f'href="{answer.idea.get_absolute_url()}"' in page.text
    assert f'href="{Decision.objects.get().get_absolute_url()}"' in page.text
    assert Answer.objects.published().count() == 4
    assert {str(answer.published_by) for answer in Answer.objects.published()} == {"Karen Holm"}


def test_an_embargo_ends_by_itself(staff, ready):
    at = timezone.localtime() + timedelta(days=1)
    page = staff.get(page_of(ready, "publish"))
    response = staff.post(page_of(ready, "publish"), sent_by(page) | {"at": f"{at:%Y-%m-%dT%H:%M}"})
    [sentence] = told(response)
    assert sentence.startswith(f"4 svar er klar til at blive offentliggjort {notation.moment(at)}.")
    assert "lad de ideer følge med" in sentence
    assert not Answer.objects.published().exists()
    assert "Offentliggøres senere" in staff.get(response.url).text
    with time_machine.travel(at + timedelta(minutes=1)):
        assert Answer.objects.published().count() == 4


@pytest.fixture
def ended(ready):
    """`ready`, whose embargo has ended: the answers are public, and nothing is merged."""
    publish_answers(ready, at=timezone.now() + timedelta(hours=1), by=None)
    for row in (ready, *ready.answers.all()):
        type(row).objects.filter(pk=row.pk).update(publish_at=timezone.now() - timedelta(minutes=1))
    return ready


def test_who_publishes_lets_the_ideas_follow_when_the_embargo_has_ended(client, ended):
    secretary = with_rights(client, *SECRETARY.rights)
    merged = ended.answers.get(outcome=Outcome.MERGED)
    start = secretary.get(reverse("admin:index")).text
    assert f'<a href="{page_of(ended, "publish")}">Svarene i »{ended.title}« er offentlige' in start
    page = secretary.get(page_of(ended, "publish"))
    assert f"ideerne er ikke fulgt med endnu:</strong> {merged.idea.reference}." in page.text
    response = secretary.post(page_of(ended, "publish"), {"follow": "Lad ideerne følge svarene"})
    assert told(response) == ["Ideerne er fulgt med svarene."]
    assert merged.idea.successions.get().successor == merged.merged_into
    assert "ikke fulgt med" not in secretary.get(page_of(ended, "publish")).text
    assert "ikke fulgt med" not in secretary.get(reverse("admin:index")).text
    response = secretary.post(page_of(ended, "publish"), {"follow": "Lad ideerne følge svarene"})
    assert told(response)[-1] == "Ideerne var fulgt med i forvejen."


def test_what_keeps_an_idea_from_following_is_told(staff, ended):
    into = ended.answers.get(outcome=Outcome.MERGED).merged_into
    merge_ideas([into], into=IdeaFactory(theme=into.theme), reason="Det samme.", by=None)
    page = staff.post(page_of(ended, "publish"), {"follow": "Lad ideerne følge svarene"}).text
    assert "Intet er ændret." in page
    assert f"Ide {into.reference} er allerede lagt sammen" in page


def test_a_merge_that_a_newer_answer_ends_when_its_embargo_does_is_told_and_undone(staff, ready):
    publish_answers(ready, at=timezone.now(), by=None)
    merged = ready.answers.get(outcome=Outcome.MERGED)
    newer = DecisionFactory(decided_on=ready.decided_on + timedelta(days=1))
    AnswerFactory(idea=merged.idea, decision=newer, outcome=Outcome.LATER)
    start = staff.get(reverse("admin:index")).text
    assert f"Svarene i »{ready.title}« er offentlige, men ideerne er ikke fulgt med" in start
    staff.post(page_of(ready, "publish"), {"follow": "Lad ideerne følge svarene"})
    assert not merged.idea.successions.filter(undone_at=None).exists()


def test_nonsense_for_a_moment_is_told(staff, ready):
    page = staff.post(
        page_of(ready, "publish"), sent_by(staff.get(page_of(ready, "publish"))) | {"at": "snart"}
    )
    assert "Skriv dato og klokkeslæt." in page.text
    assert 'value="snart"' in page.text
    assert not Answer.objects.exclude(publish_at=None).exists()


def test_what_has_changed_since_the_preview_must_be_seen_first(staff, ready):
    sent = sent_by(staff.get(page_of(ready, "publish")))
    Answer.objects.filter(outcome=Outcome.NOT_PURSUED).update(reason="Noget, som ingen har set igennem.")
    page = staff.post(page_of(ready, "publish"), sent)
    assert "Svarene er ændret, siden du så dem." in page.text
    assert "Noget, som ingen har set igennem." in page.text
    assert not Answer.objects.exclude(publish_at=None).exists()
    assert staff.post(page_of(ready, "publish"), sent_by(page)).status_code == 302


def test_the_second_of_two_who_publish_is_told_that_it_is_done(staff, ready):
    sent = sent_by(staff.get(page_of(ready, "publish")))
    staff.post(page_of(ready, "publish"), sent)
    assert told(staff.post(page_of(ready, "publish"), sent))[-1] == "Alle svar var offentliggjort i forvejen."


def test_a_whole_year_is_published_in_one_go_or_not_at_all(staff, ready):
    theme = ready.answers.first().idea.theme
    late = AnswerFactory(idea=IdeaFactory(theme=theme), decision=DecisionFactory(draft=True), open=True)
    address = f"/admin/panels/decision/offentliggoer/{theme.year}/"
    assert f'href="{address}"' in staff.get(page_of(ready, "publish")).text
    page = staff.get(address)
    assert str(late.idea) in page.text
    fingerprints = {f"set-{each.decision.pk}": each.fingerprint for each in page.context["previews"]}
    assert "Intet er offentliggjort." in staff.post(address, fingerprints | {"at": ""}).text
    assert not Answer.objects.exclude(publish_at=None).exists()
    Answer.objects.filter(pk=late.pk).update(outcome=Outcome.LATER, reason="Senere.", office="Erhverv")
    response = staff.post(address, sent_by(staff.get(address)))
    assert told(response)[-1] == "5 svar er offentliggjort."
    assert Decision.objects.published().count() == 2


def test_a_draft_idea_keeps_its_answer_back(staff, ready):
    Idea.objects.filter(number=4).update(publish_at=None)
    page = staff.get(page_of(ready, "publish")).text
    assert "mangler at ideen selv bliver offentliggjort" in page
    assert "vises ikke endnu" in page


def test_emptying_a_decisions_moment_withdraws_its_answers_too(staff, ready):
    at = timezone.localtime() + timedelta(days=1)
    page = staff.get(page_of(ready, "publish"))
    staff.post(page_of(ready, "publish"), sent_by(page) | {"at": f"{at:%Y-%m-%dT%H:%M}"})
    form = reverse("admin:panels_decision_change", args=[ready.pk])
    given = fields_of(staff.get(form)) | {"publish_at_0": "", "publish_at_1": ""}
    response = staff.post(form, given | {"answers-0-reason": "En anden ordlyd."})
    assert "4 svar er trukket tilbage med den." in told(response)
    assert not Answer.objects.exclude(publish_at=None).exists()
    assert Answer.objects.filter(reason="En anden ordlyd.").exists()


def test_an_idea_is_not_answered_as_merged_with_one_that_lives_on_in_a_third(staff, ready):
    answer = ready.answers.get(outcome=Outcome.MERGED)
    into, third = answer.merged_into, IdeaFactory(theme=answer.idea.theme)
    merge_ideas([into], into=third, reason="Det samme.", by=None)
    sentence = f"{into.reference}, som den er lagt sammen med, lever selv videre i {third.reference}"
    page = staff.get(page_of(ready, "publish"))
    assert sentence in page.text
    assert not page.context["is_ready"]
    with pytest.raises(ValidationError, match=sentence):
        publish_answers(ready, at=timezone.now(), by=None)
    assert not Answer.objects.published().exists()


def test_two_ideas_are_not_answered_as_merged_with_each_other(ready):
    first, second = ready.answers.exclude(outcome=Outcome.MERGED)[:2]
    for answer, into in ((first, second.idea), (second, first.idea)):
        answer.outcome, answer.merged_into = Outcome.MERGED, into
        answer.save()
    with pytest.raises(ValidationError, match="lever selv videre i") as refused:
        publish_answers(ready, at=timezone.now(), by=None)
    assert len(refused.value.messages) == 2 + 1  # the third is merged with one of them


def test_a_merge_is_dated_as_it_was_decided(ready):
    publish_answers(ready, at=timezone.now(), by=None)
    answer = ready.answers.get(outcome=Outcome.MERGED)
    assert answer.idea.successions.get().made_on == ready.decided_on != timezone.localdate()


def test_nothing_is_decided_before_the_committee_has_met(staff, ready):
    ready.decided_on = timezone.localdate() + timedelta(days=3)
    ready.save()
    page = staff.get(page_of(ready, "publish"))
    page = staff.post(page_of(ready, "publish"), sent_by(page), follow=True)
    assert f"besluttes {notation.day(ready.decided_on)} og kan ikke vises før" in page.text
    publish_answers(ready, at=timezone.now() + timedelta(days=4), by=None)
    assert ready.answers.exclude(publish_at=None).count() == 4


def test_no_answer_is_said_to_be_public_where_the_theme_is_not(staff, ready):
    Theme.objects.update(publish_at=None)
    page = staff.post(page_of(ready, "publish"), sent_by(staff.get(page_of(ready, "publish"))), follow=True)
    assert "mangler at temaet bliver offentliggjort" in page.text
    assert not Answer.objects.exclude(publish_at=None).exists()


def test_a_moment_that_has_passed_is_refused(staff, ready):
    given = sent_by(staff.get(page_of(ready, "publish"))) | {"at": "2020-01-01T08:00"}
    assert "Tidspunktet er passeret." in staff.post(page_of(ready, "publish"), given).text
    assert not Answer.objects.exclude(publish_at=None).exists()


def test_an_answer_stands_that_was_published_before_its_successor_went_on(ready):
    publish_answers(ready, at=timezone.now(), by=None)
    into = ready.answers.get(outcome=Outcome.MERGED).merged_into
    merge_ideas([into], into=IdeaFactory(theme=into.theme), reason="Det samme.", by=None)
    assert missing_from(list(ready.answers.all())) == []
