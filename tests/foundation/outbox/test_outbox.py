"""The outbox against a real mail server on loopback."""

import time
from contextlib import closing
from datetime import timedelta

import psycopg2
import pytest
import time_machine
from django.core.mail import get_connection
from django.db import connection, transaction
from django.utils import timezone

from erhvervspanel import settings as production
from erhvervspanel.foundation.models import MailState, OutgoingMail
from erhvervspanel.foundation.models.mail import WITHHELD_AFTER
from erhvervspanel.foundation.outbox import forget_old, post, release, send_due, sending, withdraw
from erhvervspanel.foundation.outbox.sending import KEPT, LEASE, deliver, take, try_later
from tests.events.test_registering import come, open_event
from tests.factories import UserFactory
from tests.mail_server import turnstile

pytestmark = pytest.mark.django_db


def write(number: int = 1, **kwargs) -> OutgoingMail:
    given = {"to": f"borger{number}@example.org", "key": f"prøve:{number}", "subject": "Åbent hus"}
    post("initiatives/emails/stale", context={"owner": UserFactory(), "initiatives": []}, **given | kwargs)
    return OutgoingMail.objects.get(key=(given | kwargs)["key"])


def test_a_mail_goes_with_what_a_mail_needs(smtp):
    mail = write(
        attachments=[{"name": "moede.ics", "content": "BEGIN:VCALENDAR\r\n", "type": "text/calendar"}]
    )
    assert send_due() == 1
    [message] = smtp.inbox.messages
    assert message["Subject"] == "Åbent hus"
    assert message["To"] == "borger1@example.org"
    assert message["Message-ID"] == mail.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "da"
    assert message["Reply-To"] == "erhvervspanel@example.org"
    assert "Venlig hilsen" in message.get_body(("plain",)).get_content()
    assert "<h1" in message.get_body(("html",)).get_content()
    assert [part.get_filename() for part in message.iter_attachments()] == ["moede.ics"]
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.leased_until) == (MailState.SENT, 1, None)


def test_a_mail_that_went_keeps_no_secret_of_a_personal_link(smtp):
    registration = come(open_event())
    assert send_due() == 1
    [message] = smtp.inbox.messages
    assert registration.token in message.get_body(("plain",)).get_content()
    mail = OutgoingMail.objects.get()
    assert registration.token not in f"{mail.text}{mail.html}{mail.attachments}"
    assert "[personligt link]" in mail.text
    assert "[personligt link]" in mail.html


def test_mails_share_a_connection(smtp):
    for number in range(5):
        write(number)
    assert send_due() == 5
    assert smtp.connections == 1


def test_a_connection_that_the_server_has_closed_meanwhile_is_opened_again(smtp):
    for number in range(3):
        write(number)
    with get_connection() as mail_connection:
        assert deliver(take(), mail_connection)
        smtp.stop()
        smtp.start()
        assert deliver(take(), mail_connection)
        assert deliver(take(), mail_connection)
    assert smtp.connections == 1
    assert len(smtp.inbox.messages) == 3


def test_a_mail_is_written_in_the_callers_transaction(smtp):
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert send_due() == 0
    assert not smtp.inbox.messages


def test_the_same_key_is_one_mail(smtp):
    write(subject="Den første")
    write(subject="Den anden")
    assert send_due() == 1
    assert [message["Subject"] for message in smtp.inbox.messages] == ["Den første"]


def test_nothing_in_a_subject_makes_a_header(smtp):
    write(subject="Hej\r\nBcc: alle@example.org")
    assert send_due() == 1
    [message] = smtp.inbox.messages
    assert message["Bcc"] is None


def test_a_server_that_is_down_and_comes_up_again_gets_them_all(smtp):
    for number in range(3):
        write(number)
    smtp.stop()
    assert send_due() == 0
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {MailState.QUEUED}
    smtp.start()
    assert send_due() == 2  # the one that was tried waits for its time
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        assert send_due() == 1
    assert len(smtp.inbox.messages) == 3


GREETED = {b"": b"220 Goddag", b"QUIT": b"221 Farvel"}


@pytest.mark.parametrize(
    "answers",
    [
        {b"": b"554 Ikke herfra"},
        {b"": b"Hvad?"},
        GREETED | {b"EHLO": b"500 Nej", b"HELO": b"501 Nej"},
        GREETED | {b"EHLO": b"250 AUTH PLAIN", b"AUTH": b"535 Forkert adgangskode"},
        GREETED,
        {},
    ],
    ids=["refuses the connection", "talks nonsense", "refuses our name", "log-in", "falls silent", "hangs"],
)
def test_a_server_that_lets_nobody_in_is_asked_once_and_no_mail_is_given_up(smtp, settings, answers):
    for number in range(3):
        write(number)
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "hemmelig"
    settings.EMAIL_TIMEOUT = 0.3
    with turnstile(answers) as server:
        settings.EMAIL_PORT = server.server_address[1]
        assert send_due() == 0
        assert server.connections == 1
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {MailState.QUEUED}
    assert sorted(OutgoingMail.objects.values_list("attempts", flat=True)) == [0, 0, 1]


def test_a_slow_server_does_not_keep_a_worker_from_what_else_is_due(smtp, monkeypatch):
    def take_time(recipient: str) -> str:
        time.sleep(0.3)
        return ""

    smtp.inbox.answer = take_time
    for number in range(3):
        write(number)
    monkeypatch.setattr(sending, "PATIENCE", timedelta(seconds=0.2))
    assert [send_due() for _ in range(4)] == [1, 1, 1, 0]


def test_a_4xx_is_tried_again_later_with_the_same_message_id(smtp):
    smtp.inbox.answer = lambda recipient: "451 Vent lidt"
    mail = write()
    assert send_due() == 0
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == (MailState.QUEUED, "451 Vent lidt")
    smtp.inbox.answer = lambda recipient: ""
    with time_machine.travel(mail.next_attempt_at + timedelta(seconds=1), tick=True):
        assert send_due() == 1
    assert smtp.inbox.messages[0]["Message-ID"] == mail.message_id


def test_a_5xx_is_given_up_and_the_others_go(smtp):
    smtp.inbox.answer = lambda recipient: "550 Ukendt" if recipient.startswith("borger2@") else ""
    mails = [write(number) for number in (1, 2, 3)]
    assert send_due() == 2
    for mail in mails:
        mail.refresh_from_db()
    assert [mail.state for mail in mails] == [MailState.SENT, MailState.FAILED, MailState.SENT]
    assert mails[1].last_error == "550 Ukendt"
    smtp.inbox.answer = lambda recipient: ""
    assert release(OutgoingMail.objects.all(), again=True) == 1
    assert send_due() == 1


def test_it_is_given_up_in_the_end(smtp):
    smtp.inbox.answer = lambda recipient: "451 Vent lidt"
    mail = write()
    now = timezone.now()
    for _ in range(20):
        with time_machine.travel(now, tick=True):
            send_due()
        mail.refresh_from_db()
        now = max(mail.next_attempt_at, now) + timedelta(seconds=5)
    assert mail.state == MailState.FAILED
    assert mail.attempts == 12
    assert mail.next_attempt_at - mail.created_at > timedelta(days=1)


def test_a_worker_that_dies_loses_nothing(smtp):
    write()
    assert take() is not None  # and then the worker is killed
    assert take() is None
    assert send_due() == 0
    with time_machine.travel(timezone.now() + LEASE + timedelta(seconds=1), tick=True):
        assert send_due() == 1
    assert len(smtp.inbox.messages) == 1


def test_a_slow_delivery_keeps_its_mail_and_leaves_it_alone_where_another_worker_has_sent_it(smtp):
    assert timedelta(seconds=10 * production.EMAIL_TIMEOUT) < LEASE
    write()
    slow = take()
    with time_machine.travel(timezone.now() + LEASE + timedelta(seconds=1), tick=True):
        assert send_due() == 1
    try_later(slow, "TimeoutError: timed out")
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.last_error, mail.next_attempt_at) == (MailState.SENT, "", slow.next_attempt_at)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_gone_when_the_mail_went_is_waited_for_and_the_mail_goes_once(smtp):
    write(1)

    def break_all_connections(recipient: str) -> str:
        with closing(psycopg2.connect(**connection.get_connection_params())) as other:
            other.cursor().execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        return ""

    smtp.inbox.answer = break_all_connections
    assert send_due() == 1
    assert len(smtp.inbox.messages) == 1
    assert OutgoingMail.objects.get().state == MailState.SENT


def test_a_number_that_is_another_mails_by_now_is_left_to_it(smtp):
    """As after a failover to a server that was behind: it gives the numbers of what was lost to what comes next."""
    taken = take() if write() else None
    OutgoingMail.objects.all().delete()
    other = write(2)
    OutgoingMail.objects.filter(id=other.id).update(id=taken.id)
    with get_connection() as mail_connection:
        assert deliver(taken, mail_connection)
    assert send_due() == 1
    assert [message["To"] for message in smtp.inbox.messages] == [
        "borger1@example.org",
        "borger2@example.org",
    ]


def test_old_mail_from_a_restored_backup_is_withheld_until_staff_release_it(smtp):
    mail = write()
    with time_machine.travel(timezone.now() + WITHHELD_AFTER + timedelta(hours=1), tick=True):
        assert send_due() == 0
        mail.refresh_from_db()
        assert mail.state == MailState.WITHHELD
        assert release(OutgoingMail.objects.all()) == 1
        assert send_due() == 1


def test_a_bad_address_stops_nobody(smtp):
    write(1, to="ikke en adresse\r\nX: y")
    write(2)
    assert send_due() == 1
    assert OutgoingMail.objects.get(key="prøve:1").state == MailState.FAILED


def test_all_but_what_is_still_to_be_sent_is_forgotten_in_time(smtp):
    write(1)
    send_due()
    write(2)
    for number, state in ((3, MailState.FAILED), (4, MailState.WITHHELD)):
        OutgoingMail.objects.filter(pk=write(number).pk).update(state=state)
    assert forget_old() == 0
    with time_machine.travel(timezone.now() + KEPT + timedelta(days=1)):
        assert forget_old(dry_run=True) == forget_old() == 3
    assert OutgoingMail.objects.get().key == "prøve:2"


def test_a_mail_that_was_refused_for_now_is_withdrawn_and_one_that_is_being_sent_is_not():
    refused, sending = write(key="event:1:moved"), write(key="event:1:other")
    OutgoingMail.objects.filter(pk=refused.pk).update(attempts=3)
    OutgoingMail.objects.filter(pk=sending.pk).update(leased_until=timezone.now())
    assert withdraw(OutgoingMail.objects.filter(key__startswith="event:1:")) == ["event:1:moved"]
    assert OutgoingMail.objects.get() == sending
