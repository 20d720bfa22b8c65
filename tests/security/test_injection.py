"""Text that would be a command elsewhere: to the database, in a header, in a calendar, in an address."""

import email
from urllib.parse import urljoin, urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from erhvervspanel.foundation.outbox import post, send_due
from events.calendars import calendar_of
from ideas.models import Idea
from tests.chains import chain
from tests.events.test_registering import come, open_event
from tests.factories import AnswerFactory, EventFactory, SubmissionFactory, UserFactory
from tests.forms import fields_of

pytestmark = pytest.mark.django_db
SQL = [
    "' OR 1=1 --",
    "'; DELETE FROM ideas_idea; --",
    "%' OR '%'='",
    "a:* | b & !c <-> d",
    "\\'; SELECT pg_sleep(9)",
]
ELSEWHERE = ["https://ond.example/", "//ond.example/", "///ond.example", "/\\ond.example", "\\\\ond.example", "javascript:alert(1)", "https:ond.example", "http:///ond.example", "%2f%2fond.example", "/%09/ond.example", "\t//ond.example", " https://ond.example", "https://testserver@ond.example/", "https://testserver.ond.example/", "data:text/html,x"]  # fmt: skip


def test_a_search_is_a_text_to_the_database(client):
    rows = chain(1)
    client.force_login(UserFactory(superuser=True))
    count = Idea.objects.count()
    public = ["portal:search", "ideas:idea-list", "panels:company-list"]
    office = ["ideas_idea_changelist", "events_registration_changelist", "foundation_auditentry_changelist"]
    paths = [*map(reverse, public), *(reverse(f"admin:{name}") for name in office)]
    paths.append(reverse("admin:events_event_doer", args=[rows.events[0].pk]))
    for text in SQL:
        for path in paths:
            names = ("q",) if "admin" in path else ("q", "sortering", "tema", "omraade", "side")
            assert client.get(path, dict.fromkeys(names, text)).status_code == 200, (path, text)
    assert Idea.objects.count() == count


def test_a_nasty_title_makes_no_header_of_a_mail():
    nasty = "Hej\r\nBcc: alle@example.org\r\n\r\n<script>"
    event = open_event(title=nasty[:100])
    come(event)
    send_due()
    [sent] = mail.outbox
    message = email.message_from_string(sent.message().as_string())
    assert message["Bcc"] is None
    assert message["To"].startswith("borger")
    assert "Bcc: alle@example.org" in str(
        email.header.make_header(email.header.decode_header(message["Subject"]))
    )


def test_an_address_with_a_line_end_is_given_up_and_reaches_nobody():
    context = {"submission": SubmissionFactory.build()}
    post(
        "ideas/emails/answered",
        key="en",
        to="a@example.org\nBcc: b@example.org",
        subject="Hej",
        context=context,
    )
    assert send_due() == 0
    assert mail.outbox == []


def test_a_nasty_title_makes_no_line_of_a_calendar():
    nasty = "Møde\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Falsk\\n;,:"
    event = EventFactory(title=nasty[:100], summary=nasty)
    text = calendar_of([event], name=nasty).decode()
    assert [line for line in text.split("\r\n") if line.startswith("BEGIN:VEVENT")] == ["BEGIN:VEVENT"]
    [entry] = Calendar.from_ical(text).events
    assert "Falsk" in entry["SUMMARY"]


def test_a_nasty_title_makes_no_header_of_a_download(client):
    client.force_login(UserFactory(superuser=True))
    nasty = 'a"; filename="ond.exe\r\nSet-Cookie: b=c'
    event = EventFactory(title=nasty, slug="")
    event.full_clean()
    event.save()
    for page in (
        reverse("events:event-calendar", args=[event.slug]),
        f"{reverse('admin:events_event_navneskilte', args=[event.pk])}?start=1",
    ):
        told = client.get(page).headers.get("Content-Disposition", "attachment")
        assert "\n" not in told
        assert told.count('"') in (0, 2)
        assert 'exe"' not in told


def test_nobody_is_led_to_another_site():
    """`next` of every page that takes it, before and after logging in."""
    for address in ELSEWHERE:
        assert_nobody_is_led_to(address)


def assert_nobody_is_led_to(address: str) -> None:
    client = Client()
    pages = [
        "/konto/log-ind/",
        "/admin/login/",
        "/konto/bekraeft/",
        "/konto/totrin/bekraeft/",
        "/konto/totrin/",
        "/konto/log-ud/",
    ]
    for path in pages:
        assert_stays(client.get(path, {"next": address}))
    client.force_login(UserFactory(superuser=True))
    for path in pages[:-1]:
        assert_stays(client.get(path, {"next": address}))
    assert_stays(client.post("/konto/log-ud/", {"next": address}))


def assert_stays(response) -> None:
    """As a browser reads it, to which a backslash is a slash."""
    leads_to = urljoin("http://testserver/konto/", response.get("Location", "").strip().replace("\\", "/"))
    assert urlsplit(leads_to).netloc == "testserver", leads_to


@pytest.mark.parametrize(
    "path", ["//ond.example/", "//ond.example/%2f..", "/\\ond.example/", "//ond.example/admin"]
)
def test_nor_by_an_address_that_begins_like_one(client, path):
    response = client.get(path)
    assert response.status_code == 404 or not response.get("Location", "/x").startswith(("//", "/\\", "http"))


def test_a_form_of_the_back_office_keeps_no_character_that_other_files_cannot_hold(client):
    """A line end in a title, and what comes along from Word: calendars and the committee's memo would fail on them."""
    client.force_login(UserFactory(superuser=True))
    answer = AnswerFactory(draft=True)
    path = reverse("admin:ideas_answer_change", args=[answer.pk])
    given = {"reason": ["En\x0bbegrundelse\x07\r\npå to linjer"], "office": ["Miljø\r\nog\tteknik\x1b"]}
    assert client.post(path, fields_of(client.get(path)) | given).status_code == 302
    answer.refresh_from_db()
    assert (answer.reason, answer.office) == ("En begrundelse \npå to linjer", "Miljø og teknik ")
    memo = reverse("admin:panels_decision_memo_docx", args=[answer.decision_id])
    assert client.get(memo).status_code == 200


@pytest.mark.parametrize("header", ["x-forwarded-host", "x-host", "x-forwarded-server", "forwarded"])
def test_no_header_decides_which_address_the_portal_has(client, settings, header):
    settings.ALLOWED_HOSTS = ["testserver", "andet.example.org"]
    settings.SITE_URL = "https://erhvervspanel.example.org"
    chain(1)
    for path in ("/", "/sitemap.xml", "/robots.txt", "/.well-known/security.txt", "/arrangementer.ics"):
        page = client.get(path, headers={header: "ond.example", "host": "andet.example.org"}).content.decode()
        assert "ond.example/" not in page
        assert "andet.example.org" not in page, path
    come(open_event())
    send_due()
    assert "https://erhvervspanel.example.org/tilmelding/" in mail.outbox[0].body
