"""All that is kept about persons outside the staff, in one place: to tell, to erase, and to purge when its day has come.

An erasure is noted, and done again where a restored backup has undone it.

Each app that keeps such data has a holder in its `persons` module, named in HOLDERS.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.text import capfirst

from erhvervspanel.foundation import audit, erasures, notation
from erhvervspanel.foundation.addresses import written_as
from erhvervspanel.foundation.models import AuditAction, OutgoingMail
from erhvervspanel.foundation.outbox import forget_old

GRACE = timedelta(days=1)  # for the nightly purge to have run
# By path, as the foundation knows no app.
HOLDERS = (
    "events.persons.AccessNeeds",
    "events.persons.Registrations",
    "events.persons.Messages",
    "ideas.persons.Submissions",
    "erhvervspanel.portal.persons.Followers",
    "erhvervspanel.foundation.persons.Mails",
)


@dataclass(frozen=True)
class Told:
    """One thing that is kept about a person.

    Attributes:
        what: what it is, in Danish.
        fields: each field with what it holds.
        refusal: why it cannot be erased now, or nothing.
    """

    what: str
    fields: dict[str, str] = field(default_factory=dict)
    refusal: str = ""


class Holder(Protocol):
    """What keeps personal data."""

    thing: str  # what its erasures are noted as: »events.registration«; "" where it notes none
    names: tuple[str, str]  # what it keeps, in Danish: one, and several

    def told_of(self, who: str) -> list[Told]:
        """All that is kept about the person with an e-mail address, or under a number (`is_reference`)."""

    def erase(self, who: str) -> int:
        """Erases that, but for what cannot be erased now, notes it, and returns of how many."""

    def erase_again(self, erased: dict[str, datetime], *, dry_run: bool = False) -> int:
        """Erases what was erased before and is there again, and returns of how many.

        Args:
            erased: the keys that were noted, and when.
        """

    def overdue(self, by: timedelta) -> Iterable[str]:
        """What should have been deleted that long ago, a sentence each that names nobody."""

    def purge(self, *, dry_run: bool = False) -> int:
        """Deletes what is past its day, and returns of how many."""


class GoesAlong:
    """The part of a holder whose data has no address of its own: it is told and erased with what it hangs on, or by hand."""

    thing = ""

    def told_of(self, who: str) -> list[Told]:
        return []

    def erase(self, who: str) -> int:
        return 0


class Mails:
    """Mails of any kind, by the address that they go to. Those under a number go with what has it."""

    thing = "foundation.outgoingmail"
    names = ("mail", "mails")

    def told_of(self, address: str) -> list[Told]:
        return [Told("Mail", mail_fields(mail)) for mail in self.to(address).order_by("-created_at")]

    @transaction.atomic
    def erase(self, address: str) -> int:
        mails = self.to(address)
        erasures.note(self.thing, mails.values_list("message_id", flat=True))
        return mails.delete()[0]

    def erase_again(self, erased: dict[str, datetime], *, dry_run: bool = False) -> int:
        back = OutgoingMail.objects.filter(message_id__in=erased)
        return back.count() if dry_run else back.delete()[0]

    def overdue(self, by: timedelta) -> Iterable[str]:
        count = forget_old(by, dry_run=True)
        return [f"{notation.counted(count, *self.names)}, der er for gamle"] if count else []

    def purge(self, *, dry_run: bool = False) -> int:
        return forget_old(dry_run=dry_run)

    def to(self, address: str):
        return OutgoingMail.objects.filter(written_as("to", address))


def mail_fields(mail: OutgoingMail) -> dict[str, str]:
    fields = {
        "Til": mail.to,
        "Emne": mail.subject,
        "Skrevet": notation.moment(mail.created_at),
        "Sendt": notation.moment(mail.sent_at) if mail.sent_at else "",
        "Status": mail.get_state_display(),
        "Tekst": mail.shown_text,
        "Vedhæftet": ", ".join(attached["name"] for attached in mail.attachments),
    }
    return {name: value for name, value in fields.items() if value}


def holders() -> list[Holder]:
    return [import_string(path)() for path in HOLDERS]


def told_of(who: str) -> list[Told]:
    """All that is kept about the person with an e-mail address, however it is written, or under a number (`is_reference`)."""
    return [told for holder in holders() for told in holder.told_of(who)]


def erase(who: str) -> dict[tuple[str, str], int]:
    """Erases all that is kept about the person, but for what cannot be erased now. Returns of how many of each kind, by its `names`."""
    return {holder.names: holder.erase(who) for holder in holders()}


def in_words(counts: dict[tuple[str, str], int]) -> str:
    """»1 tilmelding, 2 mails«."""
    return ", ".join(notation.counted(count, *names) for names, count in counts.items())


def purge(*, dry_run: bool = False) -> dict[tuple[str, str], int]:
    """Deletes all that is past its day, sessions that have run out, and what was erased and has come back from a backup.

    Each kind of which something was deleted has a line in the log, with how many.

    Returns how many of each kind, by its `names`.
    """
    if dry_run:
        return {
            holder.names: holder.purge(dry_run=True) + come_back(holder, dry_run=True) for holder in holders()
        }
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return {holder.names: purge_of(holder) for holder in holders()}


@transaction.atomic  # what is deleted, and the line that tells of it
def purge_of(holder: Holder) -> int:
    """Deletes what `holder` keeps past its day, and returns of how many."""
    count = holder.purge() + come_back(holder, dry_run=False)
    if count:
        audit.record(AuditAction.PURGED, by=None, purpose=capfirst(holder.names[1]), rows=count)
    return count


def come_back(holder: Holder, *, dry_run: bool) -> int:
    """Erases what `holder` keeps of persons who were erased before, and returns of how many."""
    return holder.erase_again(erasures.of(holder.thing), dry_run=dry_run) if holder.thing else 0


def overdue() -> list[str]:
    """What should have been deleted by now, a sentence each that names nobody."""
    late = [sentence for holder in holders() for sentence in holder.overdue(GRACE)]
    back = {holder.names: come_back(holder, dry_run=True) for holder in holders()}
    return late + [
        f"{in_words({names: count})}, der var slettet og er kommet igen"
        for names, count in back.items()
        if count
    ]
