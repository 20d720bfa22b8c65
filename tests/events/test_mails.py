"""Every mail about a registration: it is whole as text and as HTML, and says the same in both."""

import re
from copy import copy
from html import unescape

import html5lib
import pytest
import time_machine
from django.conf import settings

from erhvervspanel.foundation.models import OutgoingMail
from events import emails
from events.actions import cancel
from events.facts import Programme
from events.models import Message, Registration, RegistrationState
from tests.events.test_registering import come, open_event
from tests.factories import SessionFactory

pytestmark = pytest.mark.django_db
S = RegistrationState
NAME = "Åse »O'Neill« <Øst> & 李"


def news(registration: Registration, *, sessions=(), message="", **was) -> None:
    """Tells of the event, which was as `was` before, and so were `sessions`."""
    before = copy(registration.event)
    for name, value in was.items():
        setattr(before, name, value)
    stood = Programme(before, {session.pk: session for session in sessions})
    emails.event_news(registration.event, [registration], before=stood, message=message)


def moved(registration: Registration) -> None:
    news(registration, starts_at=registration.event.created_at)


def sessions_moved(registration: Registration) -> None:
    session = registration.choices.get().session
    session.room = "Salen"
    news(registration, sessions=[session])


def cancelled(registration: Registration) -> None:
    registration.event.cancelled_at = registration.event.created_at
    news(registration, cancelled_at=None, message="Sygdom & sne.")


def restored(registration: Registration) -> None:
    news(registration, cancelled_at=registration.event.created_at)


# How each kind comes about: the state that it is about, and what posts it.
KINDS = {
    "confirm": (S.PENDING, emails.received),
    "confirm_soon": (S.PENDING, lambda one: emails.confirm_soon([one])),
    "waiting": (S.WAITING, emails.received),
    "queue_closed": (S.WAITING, lambda one: emails.queue_closed([one])),
    "confirmed": (S.CONFIRMED, emails.received),
    "promoted": (S.CONFIRMED, emails.promoted),
    "offer": (S.OFFERED, emails.received),
    "got_session": (S.CONFIRMED, lambda one: emails.got_session(one, one.choices.first().session)),
    "changed": (S.CONFIRMED, emails.changed),
    "cancelled": (S.CANCELLED, emails.cancelled),
    "lapsed": (S.LAPSED, emails.lapsed),
    "link": (S.CONFIRMED, emails.link_again),
    "reminder": (S.CONFIRMED, lambda one: emails.reminder([one])),
    "message": (S.CONFIRMED, lambda one: emails.message([one], Message(pk=1, subject="Parkering", text="Ved <P2>."))),
    "moved": (S.CONFIRMED, moved),
    "sessions_moved": (S.CONFIRMED, sessions_moved),
    "event_cancelled": (S.CONFIRMED, cancelled),
    "event_restored": (S.WAITING, restored),
}  # fmt: skip

OF_THE_EVENT = {"lapsed", "event_cancelled"}  # there is nothing more to do about the registration


def written(kind: str, *, title: str = "Bæredygtighed & idé <nu>") -> OutgoingMail:
    """The mail of `kind` about a registration for an event with that title."""
    state, write = KINDS[kind]
    event = open_event(title=title, capacity=3)
    cafe = SessionFactory(event=event, kind="cafe", title="Affald & <genbrug>")
    registration = come(event, 2, name=NAME, email="aase@example.org", sessions=(cafe,))
    OutgoingMail.objects.all().delete()
    Registration.objects.filter(pk=registration.pk).update(
        state=state, held_until=event.starts_at, queued_at=event.created_at
    )
    registration.refresh_from_db()
    write(registration)
    return OutgoingMail.objects.get()


@pytest.fixture(params=KINDS)
def mail(request):
    posted = written(request.param)
    assert posted.kind == request.param
    yield posted
    # The rows were set without the actions that count.
    Registration.objects.update(state=S.CONFIRMED)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def test_every_kind_of_mail_is_looked_at_here():
    folder = settings.BASE_DIR / "templates" / "events" / "emails"
    for ending in ("txt", "html"):
        assert {path.name.split(".")[0] for path in folder.glob(f"[!_]*.{ending}.jinja")} == set(KINDS)


def test_a_mail_is_whole_and_says_the_same_twice(mail):
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    root = parser.parse(mail.html)
    assert [error for error in parser.errors if error[1] != "non-void-element-with-trailing-solidus"] == []
    assert root.get("lang") == "da"
    assert root.find(".//title").text.strip()
    assert not list(root.iter("script")) + list(root.iter("img")) + list(root.iter("link"))
    body = " ".join(root.find("body").itertext())
    for part in (mail.text, body):
        assert NAME in unescape(part) or NAME in part
        assert "Bæredygtighed & idé <nu>" in part
        assert "Venlig hilsen" in part
        assert "Erhvervspanel" in part
        assert "None" not in part
        assert "{" not in part
    assert set(words(mail.text)) - set(words(body)) == set()
    assert len(mail.subject) <= 200
    assert mail.subject.strip() == mail.subject
    assert "\n\n\n" not in mail.text


def test_a_mail_leads_to_the_personal_page_and_nowhere_else(mail):
    registration = Registration.objects.get()
    leads_to = registration.event if mail.kind in OF_THE_EVENT else registration
    for links in (re.findall(r'href="([^"]+)"', mail.html), re.findall(r"https?://\S+", mail.text)):
        assert all(link.startswith((settings.SITE_URL, "mailto:")) for link in links)
        assert f"{settings.SITE_URL}{leads_to.get_absolute_url()}" in links
    for attachment in mail.attachments:
        assert "/tilmelding/" not in attachment["content"]
    assert mail.html.count('class="button"') == (mail.kind != "lapsed" or leads_to.is_open)


def told_of_cafes(client, registration: Registration) -> list[str]:
    """What the latest mail, as text and as HTML, and the personal page say of the café »Affald«."""
    mail = OutgoingMail.objects.order_by("pk").last()
    page = client.get(registration.get_absolute_url()).text
    return [
        re.search(r": Affald, [\d.-]+(.*)", mail.text)[1],
        re.search(r": Affald, [\d.-]+(.*?)</?", mail.html)[1],
        re.search(r">Affald, [\d.-]+(.*?)</dd>", page)[1],
    ]


def test_who_waits_for_the_event_is_not_told_to_wait_for_a_cafe(client):
    event = open_event(capacity=1)
    cafe = SessionFactory(event=event, kind="cafe", title="Affald", capacity=5)
    come(event)
    waiting = come(event, sessions=(cafe,), wait=True)
    assert told_of_cafes(client, waiting) == ["", "", ""]
    emails.link_again(waiting)
    assert told_of_cafes(client, waiting) == ["", "", ""]


def test_who_waits_for_a_cafe_alone_is_told_so(client):
    event = open_event(capacity=9)
    cafe = SessionFactory(event=event, kind="cafe", title="Affald", capacity=1)
    come(event, sessions=(cafe,))
    queued = come(event, sessions=(cafe,), waits_for_sessions=True)
    told = " (på venteliste)"
    assert told_of_cafes(client, queued) == [told, told, "<br>På venteliste som nr. 1"]
    with time_machine.travel(event.closes_at):
        emails.link_again(queued)
        told = " (ventelisten er lukket)"
        closed = "<br>Ventelisten er lukket, og der blev ikke plads"
        assert told_of_cafes(client, queued) == [told, told, closed]
    cancel(queued)
    assert told_of_cafes(client, queued) == ["", "", ""]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (S.WAITING, "har ikke en plads endnu"),
        (S.OFFERED, "Sig ja eller nej via linket senest"),
        (S.PENDING, "Bekræft via linket senest"),
    ],
)
@pytest.mark.parametrize("write", [restored, moved, emails.changed, emails.link_again])
def test_a_mail_to_somebody_without_a_seat_for_certain_says_so(state, told, write):
    registration = come(open_event(confirms_email=True))
    registration.state, registration.held_until = state, registration.event.starts_at
    write(registration)
    mail = OutgoingMail.objects.order_by("pk").last()
    assert told in mail.text
    assert told in mail.html


def test_a_mail_about_a_cancelled_event_says_so():
    registration = come(open_event())
    registration.event.cancelled_at = registration.event.created_at
    emails.link_again(registration)
    assert "Arrangementet er aflyst." in OutgoingMail.objects.order_by("pk").last().text


def test_who_answered_too_late_is_asked_to_sign_up_again_only_where_one_can():
    registration = come(open_event())
    emails.lapsed(registration)
    assert "tilmelde dig igen" in OutgoingMail.objects.order_by("pk").last().text
    closed = come(open_event())
    closed.event.registration_closes_at = closed.event.registration_opens_at
    emails.lapsed(closed)
    assert "tilmelde dig igen" not in OutgoingMail.objects.order_by("pk").last().text
