"""Sending what is in the outbox. Any number of workers may do it at once.

A worker takes one mail at a time with a lease, and commits that before it speaks to the mail server. Killed at any moment it
loses nothing: when the lease is out, another takes the mail. At worst a mail goes twice, with one Message-ID. A database that is
away for a while, as in a failover, is waited for, so that what went is not sent again.
"""

import logging
import smtplib
import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import Error
from django.db.models import Q
from django.utils import timezone

from erhvervspanel.foundation.models import MailState, OutgoingMail
from erhvervspanel.foundation.outages import get_over

logger = logging.getLogger(__name__)
SENT_AGAIN = (MailState.WITHHELD, MailState.FAILED)  # where staff ask for it
KEPT = timedelta(days=90)  # how long a mail is kept
LEASE = timedelta(minutes=10)  # longer than the slowest delivery, with each of its answers at EMAIL_TIMEOUT
INSISTS = timedelta(seconds=90)  # that a worker waits for the database when a mail has gone: within LEASE
# For how long one call sends, so that what else is due is done, and a worker is seen to live.
PATIENCE = timedelta(seconds=10)
# After each attempt that the server may make good: a minute, then longer, up to about two days in all.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60, 120, 240, 480, 720, 1440))

# Written out, as a worker does it for each mail: of those whose time has come, and that no other worker has or looks at just now, the
# first.
TAKE = """
    UPDATE foundation_outgoingmail SET leased_until = %(until)s, attempts = attempts + 1
    WHERE id = (
        SELECT id FROM foundation_outgoingmail
        WHERE state = 'queued' AND next_attempt_at <= %(now)s AND (leased_until IS NULL OR leased_until <= %(now)s)
        ORDER BY next_attempt_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING *
"""


class Unreached(Exception):
    """The mail server let nobody in, or fell silent: it would do the same to the next mail, and take as long."""


def send_due(*, is_stopped: Callable[[], bool] = lambda: False) -> int:
    """Sends the mails that are due, for as long as PATIENCE and the mail server last, and returns how many went.

    A worker that is asked to stop is so between two mails: the one in hand is sent and marked, and the others wait.
    """
    OutgoingMail.objects.overdue().update(state=MailState.WITHHELD)
    sent = 0
    connection = get_connection()
    deadline = time.monotonic() + PATIENCE.total_seconds()
    try:
        while time.monotonic() < deadline and not is_stopped() and (mail := take()):
            sent += deliver(mail, connection)
    except Unreached:
        pass  # told and noted at the mail
    finally:
        close(connection)
    return sent


def release(mails, *, again: bool = False) -> int:
    """Puts withheld `mails` back in the queue, and those that failed too where `again` is true. Returns how many."""
    states = SENT_AGAIN if again else (MailState.WITHHELD,)
    now = timezone.now()
    return mails.filter(state__in=states).update(
        state=MailState.QUEUED, next_attempt_at=now, created_at=now, attempts=0, leased_until=None
    )


def forget_old(late: timedelta = timedelta(0), *, dry_run: bool = False) -> int:
    """Deletes the mails that went more than KEPT and `late` ago, address and all, and those of that age that failed or are withheld.
    Returns how many."""
    until = timezone.now() - KEPT - late
    old = OutgoingMail.objects.filter(
        Q(state=MailState.SENT, sent_at__lt=until) | Q(state__in=SENT_AGAIN, created_at__lt=until)
    )
    return old.count() if dry_run else old.delete()[0]


def take() -> OutgoingMail | None:
    """The next mail, leased to the caller, or None."""
    now = timezone.now()
    return next(iter(OutgoingMail.objects.raw(TAKE, {"now": now, "until": now + LEASE})), None)


def deliver(mail: OutgoingMail, connection) -> bool:
    """Hands `mail` to the mail server and keeps what it answered. True where it went.

    Raises:
        Unreached: the server cannot be used now. The mail is tried again, as nothing is known against it.
    """
    try:
        hand_over(mail, connection)
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        after_refusal(mail, code, words)
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        after_refusal(mail, error.smtp_code, error.smtp_error)
        close(connection)
    except OSError as error:  # which all others of smtplib's are
        try_later(mail, f"{type(error).__name__}: {error}")
        raise Unreached from error
    except ValueError as error:  # an address or subject that no mail may have
        give_up(mail, str(error))
    else:
        insist(lambda: mark(mail, **after_sending(mail)))
        return True
    return False


def after_sending(mail: OutgoingMail) -> dict:
    """What is kept of a mail that went: without the secret of a personal link, which nobody needs here any more."""
    texts = {"text": mail.shown_text, "html": mail.shown_html, "unsubscribe_url": ""}
    return {
        "state": MailState.SENT,
        "sent_at": timezone.now(),
        "leased_until": None,
        "last_error": "",
        **texts,
    }


def hand_over(mail: OutgoingMail, connection) -> None:
    """Sends `mail` by the connection that is open; where the server has closed that or had enough of it, once more by a new one."""
    is_new = connection.open()
    message = message_of(mail, connection)
    try:
        message.send()
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPSenderRefused):
        if is_new:
            raise
        close(connection)
        connection.open()
        message.send()


def message_of(mail: OutgoingMail, connection) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        settings.DEFAULT_FROM_EMAIL,
        [mail.to],
        reply_to=[settings.REPLY_TO_EMAIL],
        headers={
            "Message-ID": mail.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": "da",
            "X-Auto-Response-Suppress": "All",
            **unsubscribing(mail),
        },
        connection=connection,
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for part in mail.attachments:
        message.attach(part["name"], part["content"], part["type"])
    return message


def unsubscribing(mail: OutgoingMail) -> dict[str, str]:
    """What has a mail program show a button that takes the subscription back with one click (RFC 8058)."""
    if not mail.unsubscribe_url:
        return {}
    return {
        "List-Unsubscribe": f"<{mail.unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def after_refusal(mail: OutgoingMail, code: int, words: bytes | str) -> None:
    """4xx is for now, 5xx for good (RFC 5321, 4.2.1)."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    error = f"{code} {text}"
    if 400 <= code < 500:
        try_later(mail, error)
    else:
        give_up(mail, error)


def try_later(mail: OutgoingMail, error: str) -> None:
    if mail.attempts > len(WAITS):
        give_up(mail, error)
        return
    wait = WAITS[mail.attempts - 1]
    tell("En mail kunne ikke sendes endnu", mail, error)
    mark(mail, next_attempt_at=timezone.now() + wait, leased_until=None, last_error=error[:300])


def give_up(mail: OutgoingMail, error: str) -> None:
    tell("En mail kan ikke sendes og venter på en medarbejder", mail, error)
    mark(mail, state=MailState.FAILED, leased_until=None, last_error=error[:300])


def tell(what: str, mail: OutgoingMail, error: str) -> None:
    """Writes a line that names nobody: of `error` only its first word, which is the server's code or what kind it is."""
    fields = {"mail": mail.pk, "kind": mail.kind, "attempts": mail.attempts, "error": error.partition(" ")[0]}
    logger.warning(what, extra=fields)


def mark(mail: OutgoingMail, **values) -> None:
    """Writes what became of `mail`, unless another worker has written it already.

    Where another server has taken over meanwhile, its number may be another mail's by now.
    """
    mine = OutgoingMail.objects.filter(pk=mail.pk, message_id=mail.message_id, state=MailState.QUEUED)
    mine.update(**values)


def insist(write: Callable[[], None]) -> None:
    """Calls `write` until the database takes it. Raises what the database says where it is away for longer than INSISTS."""
    deadline = time.monotonic() + INSISTS.total_seconds()
    while True:
        try:
            return write()
        except Error as error:
            get_over(error)
            if time.monotonic() > deadline:
                raise
        time.sleep(1)


def close(connection) -> None:
    """Lets go of the connection, which opens again by itself."""
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        connection.connection = None
