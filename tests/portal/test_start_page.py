"""The admin's start page: what needs somebody, for those who may do something about it."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user
from django.test import Client
from django.utils import timezone

from erhvervspanel.foundation import audit
from erhvervspanel.foundation.models import AuditAction, MailState, OutgoingMail, WorkerBeat
from erhvervspanel.portal import start_page
from erhvervspanel.portal.start_page import parts_for
from events.actions import cancel
from ideas.actions import dismiss
from ideas.desk import VIEWS
from tests.events.test_registering import come, open_event
from tests.factories import (
    DecisionFactory,
    EventFactory,
    IdeaFactory,
    InitiativeFactory,
    MilestoneFactory,
    ServiceFactory,
    UserFactory,
)
from tests.ideas.committee.conftest import with_rights
from tests.ideas.test_submissions import submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def karen():
    return UserFactory(superuser=True)


def lines(user, title: str) -> list[str]:
    return next(([line.text for line in part.lines] for part in parts_for(user) if part.title == title), [])


def test_counts_lead_to_the_views_of_the_list(karen, client):
    IdeaFactory(assignee=karen)
    IdeaFactory(draft=True)
    assert lines(karen, "Ideer") == [
        "Mine: 1",
        "Ikke tildelt: 1",
        "Uden svar: 2",
        "Mangler korrektur: 2",
    ]
    client.force_login(karen)
    assert 'href="/admin/ideas/idea/?visning=mine"' in client.get("/admin/").text


def test_very_many_ideas_are_not_counted(karen, monkeypatch):
    monkeypatch.setattr(start_page, "MOST_COUNTED", 1)
    IdeaFactory(assignee=karen)
    assert lines(karen, "Ideer")[0] == "Mine: 1"
    IdeaFactory(draft=True)
    assert lines(karen, "Ideer") == [view.title for view in VIEWS]


def test_the_first_breaks_of_the_chain_are_told_and_that_there_are_more(karen, monkeypatch):
    monkeypatch.setattr(start_page, "MOST_SHOWN", 2)
    IdeaFactory(meetings=[])
    title = "Kæden fra tema til virkning"
    assert len(lines(karen, title)) == 2
    IdeaFactory(meetings=[])
    *told, more = lines(karen, title)
    assert [line.endswith("har intet møde.") for line in told] == [True, True]
    assert more == "Og flere steder. De kommer frem, når disse er rettet."


def test_seats_that_are_free_while_people_wait_on_a_closed_list_are_told(karen, client):
    event = open_event(capacity=1, title="Idéværksted")
    seated, _waiting = come(event), come(event, wait=True)
    with time_machine.travel(event.closes_at + timedelta(minutes=1)):
        assert lines(karen, "Pladser") == []
        cancel(seated)
        [line] = lines(karen, "Pladser")
        assert (
            "»Idéværksted«: Tilmeldingen er lukket, og 1 plads er ledig, mens nogen står på venteliste."
            in line
        )
        client.force_login(karen)
        assert (
            f'href="/admin/events/event/{event.pk}/tilmeldinger/?status=waiting"'
            in client.get("/admin/").text
        )
    with time_machine.travel(event.ends_at + timedelta(minutes=1)):
        assert lines(karen, "Pladser") == []


def test_needs_that_wait_are_told_until_they_are_handled(karen):
    need = submitted()
    assert lines(karen, "Indmeldte behov") == ["1 behov venter på svar"]
    dismiss(need, by=karen)
    assert lines(karen, "Indmeldte behov") == []


def test_deadlines_stand_in_order_and_the_overdue_first(karen):
    today, now = timezone.localdate(), timezone.now()
    DecisionFactory(draft=True, title="Svar på ideer", decided_on=today + timedelta(days=3))
    DecisionFactory(draft=True, title="Langt ude i fremtiden", decided_on=today + timedelta(days=300))
    DecisionFactory(title="Bag embargo", publish_at=now + timedelta(days=2))
    EventFactory(title="Konference", starts_at=now + timedelta(days=9))
    MilestoneFactory(
        title="Aftale", due_on=today - timedelta(days=1), reached_on=None, initiative__title="Klimaplan"
    )
    told = [line.split(": ", 1)[1] for line in lines(karen, "Frister")]
    assert told == [
        "»Aftale« i Klimaplan",
        "»Bag embargo« bliver offentlig",
        "udvalget behandler »Svar på ideer«",
        "»Konference« holdes",
    ]


def test_a_decision_waits_to_be_published_after_its_meeting(karen):
    DecisionFactory(draft=True, title="Svar på ideer", decided_on=timezone.localdate() - timedelta(days=1))
    [line] = lines(karen, "Frister")
    assert line.endswith(": udvalget har behandlet »Svar på ideer«, som ikke er offentliggjort")


@pytest.mark.parametrize("status", ["delivered", "stopped"])
def test_nobody_reaches_the_milestones_of_what_is_over(karen, status):
    MilestoneFactory(due_on=timezone.localdate() - timedelta(days=1), initiative__status=status)
    assert lines(karen, "Frister") == []


def test_many_overdue_deadlines_do_not_hide_those_that_come(karen, monkeypatch):
    monkeypatch.setattr(start_page, "MOST_SHOWN", 1)
    today = timezone.localdate()
    initiative = InitiativeFactory(title="Klimaplan")
    for days in (-3, -2, 4, 5, 6):
        due_on = today + timedelta(days=days)
        MilestoneFactory(title=f"{days} dage", due_on=due_on, initiative=initiative)
    assert [line.split(": ")[-1] for line in lines(karen, "Frister")] == [
        "»-3 dage« i Klimaplan",
        "Og 1 flere, som er overskredet.",
        "»4 dage« i Klimaplan",
        "Og 2 flere, som ligger inden for to måneder.",
    ]


def test_a_mail_that_is_not_sent_is_told_in_words_that_hold_for_one(karen):
    OutgoingMail.objects.create(key="1", message_id="1", state=MailState.WITHHELD)
    assert lines(karen, "Mails")[0] == "1 mail er ikke sendt: den fejlede eller holdes tilbage"
    OutgoingMail.objects.create(key="2", message_id="2", state=MailState.FAILED)
    assert lines(karen, "Mails")[0] == "2 mails er ikke sendt: de fejlede eller holdes tilbage"


def test_unverified_services_and_the_worker_are_told(karen):
    ServiceFactory(verified_on=None)
    assert lines(karen, "Tilbud") == ["1 tilbud skal ses efter"]
    assert "Ingen mails bliver sendt" in lines(karen, "Mails")[-1]


@pytest.mark.parametrize(
    ("silent", "is_urgent"), [(timedelta(seconds=20), False), (timedelta(hours=3), True)]
)
def test_mails_that_nobody_sends_are_urgent(karen, silent, is_urgent):
    WorkerBeat.objects.create(name="worker", beat_at=timezone.now() - silent)
    mails = next(part for part in parts_for(karen) if part.title == "Mails")
    assert mails.lines[-1].is_urgent is is_urgent
    assert mails.lines[-1].text.startswith("Udsendelsen af mails")


def test_each_sees_what_they_may_do_something_about(client, karen):
    IdeaFactory()
    curator = get_user(with_rights(client, "ideas.view_idea", "ideas.change_idea"))
    assert [part.title for part in parts_for(curator)] == ["Ideer", "Kæden fra tema til virkning"]
    reader = get_user(with_rights(Client(), "ideas.view_idea"))
    assert parts_for(reader) == []
    nobody = UserFactory(staff=True)
    assert parts_for(nobody) == []
    assert "Kæden fra tema til virkning" in [part.title for part in parts_for(karen)]


def test_the_last_deletion_is_told_and_that_nobody_has_approved_it(karen, settings):
    title = "Sletning af personoplysninger"
    assert title not in [part.title for part in parts_for(karen)]
    audit.record(AuditAction.PURGED, by=None, purpose="Tilmeldinger", rows=3)
    assert [line.split(" efter frist ")[0] for line in lines(karen, title)] == ["Senest slettet"]
    settings.RETENTION_APPROVED = ""
    assert lines(karen, title)[0].startswith("RETENTION_APPROVED er tom")


def test_an_owner_of_initiatives_is_told_which_of_their_own_nobody_has_looked_over(client):
    owner = get_user(with_rights(client, "initiatives.change_own_initiative"))
    for title, whose in (("Mit", owner), ("En andens", UserFactory())):
        InitiativeFactory(title=title, owner=whose, status="running", reviewed_on=None)
    assert lines(owner, "Initiativer, som ingen har set efter længe") == ["Mit, aldrig set efter"]


def test_an_owner_of_initiatives_sees_the_deadlines_of_their_own_alone(client):
    soon = timezone.localdate() + timedelta(days=3)
    owner = get_user(with_rights(client, "panels.view_decision", "initiatives.change_own_initiative"))
    MilestoneFactory(title="Min", due_on=soon, reached_on=None, initiative__owner=owner)
    MilestoneFactory(title="En andens", due_on=soon, reached_on=None)
    EventFactory(title="Konference", starts_at=timezone.now() + timedelta(days=9), draft=True)
    told = " ".join(lines(owner, "Frister"))
    assert "»Min«" in told
    assert "En andens" not in told
    assert "Konference" not in told
