"""Posting a mail."""

from collections.abc import Iterable, Sequence
from email.utils import make_msgid
from itertools import islice
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet, Value
from django.db.models.functions import Replace
from django.template.loader import render_to_string

from erhvervspanel.foundation.models import MailState, OutgoingMail

CHUNK = 200  # mails in one statement; each is some ten kilobytes


def post(
    kind: str, *, key: str, to: str, subject: str, context: dict, attachments: Sequence[dict[str, str]] = ()
) -> None:
    """Writes a mail in the caller's transaction: it is sent if that is committed, and only then.

    A mail with the same `key` that is there already stays as it is, and no other is written.

    Args:
        kind: names the texts, `templates/<kind>.txt.jinja` and `.html.jinja`: »initiatives/emails/stale«.
        key: names what the mail is about and in which version.
        context: for the texts; they get `site_url` too. With an `unsubscribe_url`, mail programs show a button of their own for it.
        attachments: each with `name`, `content` (text) and `type`.
    """
    mail = composed(kind, to=to, subject=subject, context=context, attachments=attachments)
    mail.key = key
    post_all([mail])


def post_all(mails: Iterable[OutgoingMail]) -> int:
    """As `post`, for any number of `mails` that are composed and have their keys. Returns how many there were."""
    rest, count = iter(mails), 0
    while chunk := list(islice(rest, CHUNK)):
        OutgoingMail.objects.bulk_create(chunk, ignore_conflicts=True)
        count += len(chunk)
    return count


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
        unsubscribe_url=context.get("unsubscribe_url", ""),
        message_id=make_msgid(domain=urlsplit(settings.SITE_URL).hostname),
    )


def withdraw(mails: QuerySet) -> list[str]:
    """Takes back those of `mails` that nobody is sending, those that were refused for now included.

    Returns their keys, the first written first.
    """
    unsent = mails.filter(state=MailState.QUEUED, leased_until=None).order_by("pk").select_for_update()
    found = list(unsent.values_list("pk", "key"))
    if found:
        OutgoingMail.objects.filter(pk__in=[pk for pk, _ in found]).delete()
    return [key for _, key in found]


def redirect(mails: QuerySet, *, to: str, former: str, link: str) -> None:
    """Lets those of `mails` that have not gone go to another address, with `link` where they have the `former`."""
    texts = {name: Replace(name, Value(former), Value(link)) for name in ("text", "html")}
    mails.exclude(state=MailState.SENT).filter(leased_until=None).update(to=to, **texts)
