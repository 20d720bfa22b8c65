"""Deleting what names a person when the day that was promised has come.

The registration stays as a number: how many came is no personal data. Its mails go with the person, and so does what staff wrote
to all, which may name anybody.
"""

from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from erhvervspanel.foundation import audit
from erhvervspanel.foundation.models import AuditAction, OutgoingMail, User
from events.models import AccessNeed, Companion, Message, Registration, RegistrationChange

CHUNK = 200  # registrations in one statement


def purge_access_needs(*, dry_run: bool = False) -> int:
    """Deletes what people need in order to take part, a week after the event, and returns of how many needs."""
    needs = AccessNeed.objects.overdue()
    return needs.count() if dry_run else needs.delete()[0]


def purge_messages(*, dry_run: bool = False) -> int:
    """Empties the messages of those events whose registrations are forgotten, and returns how many there were."""
    messages = Message.objects.overdue()
    return messages.count() if dry_run else messages.update(subject="", text="")


@transaction.atomic
def forget_message(message: Message, *, by: User) -> None:
    """Takes out what `message` says, here and in its mails; those that have not gone do not go. That it was sent stays."""
    message.subject = message.text = ""
    message.save(update_fields=["subject", "text"])
    mails = OutgoingMail.objects.filter(kind="message", key__endswith=f":message:{message.pk}")
    gone, _ = mails.delete()
    audit.record(AuditAction.ERASED, message, by=by, fields=["subject", "text"], rows=gone)


def purge_registrations(*, dry_run: bool = False) -> int:
    """Forgets the persons of all registrations that are overdue, and returns how many there were."""
    now = timezone.now()
    if dry_run:
        return Registration.objects.overdue(now).count()
    forgotten = 0
    while keys := list(Registration.objects.overdue(now).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        forget(keys)
        forgotten += len(keys)
    return forgotten


@transaction.atomic
def forget(keys: list[int]) -> None:
    """Takes out what names the persons of the registrations with `keys`, their links and mails included."""
    gone = Concat(Value("slettet-"), Cast("pk", CharField()))
    Registration.objects.filter(pk__in=keys).update(
        name="",
        email="",
        email_key=gone,
        organisation="",
        form_token=gone,
        token_hash=gone,
        organisation_key="",
        # The reason may name a person; that there was one must stay, for such a seat is not counted at the event.
        override_reason=Case(When(override_reason="", then=Value("")), default=Value("slettet")),
    )
    # As may the reasons that staff gave for a change of state. What is noted while the state stays is the portal's own, and names nobody.
    given = RegistrationChange.objects.filter(registration__in=keys, by__isnull=False)
    given.exclude(before=F("after")).exclude(reason="").update(reason="")
    Companion.objects.filter(registration__in=keys).delete()
    AccessNeed.objects.filter(registration__in=keys).delete()
    their_own = (Q(key__startswith=f"registration:{key}:") for key in keys)
    OutgoingMail.objects.filter(reduce(or_, their_own, Q(pk=None))).delete()
