"""Posting a mail."""

from collections.abc import Sequence
from datetime import timedelta
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from erhvervspanel.foundation.models import MailState, OutgoingMail


def post(
    kind: str, *, key: str, to: str, subject: str, context: dict, attachments: Sequence[dict[str, str]] = ()
) -> None:
    """Writes a mail in the caller's transaction: it is sent if that is committed, and only then.

    A mail with the same `key` that is there already stays as it is, and no other is written.

    Args:
        kind: names the texts, `templates/<kind>.txt.jinja` and `.html.jinja`: »initiatives/emails/stale«.
        key: names what the mail is about and in which version.
        context: for the texts; they get `site_url` too.
        attachments: each with `name`, `content` (text) and `type`.
    """
    mail = composed(kind, to=to, subject=subject, context=context, attachments=attachments)
    mail.key = key
    OutgoingMail.objects.bulk_create([mail], ignore_conflicts=True)


def composed(
    kind: str, *, to: str, subject: str, context: dict, attachments: Sequence[dict[str, str]] = ()
) -> OutgoingMail:
    """The mail that `post` would write, not written yet: for a caller who is about to take a lock, as texts take time."""
    context = {"site_url": settings.SITE_URL, "subject": subject, **context}
    return OutgoingMail(
        kind=kind.rpartition("/")[2],
        to=to,
        subject=" ".join(subject.split())[:200],
        text=render_to_string(f"{kind}.txt.jinja", context, using="compiled").strip() + "\n",
        html=render_to_string(f"{kind}.html.jinja", context, using="compiled"),
        attachments=list(attachments),
        message_id=make_msgid(domain=urlsplit(settings.SITE_URL).hostname),
    )


def withdraw(prefix: str) -> int:
    """Takes back the mails with keys that begin with `prefix` and that nobody is sending, those that were refused for now included.
    Returns how many."""
    unsent = OutgoingMail.objects.filter(key__startswith=prefix, state=MailState.QUEUED, leased_until=None)
    return unsent.delete()[0]


def postpone(prefix: str, wait: timedelta) -> None:
    """Lets the unsent mails with keys that begin with `prefix` wait, so that a slip can be mended before they go."""
    unsent = OutgoingMail.objects.filter(key__startswith=prefix, state=MailState.QUEUED, attempts=0)
    unsent.update(next_attempt_at=timezone.now() + wait)
