"""All that is kept about persons outside the staff, in one place: to tell, to erase, and to purge when its day has come.

Each app that keeps such data has a holder in its `persons` module, named in HOLDERS.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from erhvervspanel.foundation.models import OutgoingMail
from erhvervspanel.foundation.outbox import forget_sent

GRACE = timedelta(days=1)  # for the nightly purge to have run
# By path, as the foundation knows no app.
HOLDERS = (
    "events.persons.Registrations",
    "ideas.persons.Submissions",
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

    plural: str  # what it keeps, in Danish

    def told_of(self, address: str) -> list[Told]:
        """All that is kept about the person with an e-mail address."""

    def erase(self, address: str) -> int:
        """Erases that, but for what cannot be erased now, and returns of how many."""

    def overdue(self, by: timedelta) -> Iterable[str]:
        """What should have been deleted that long ago, a sentence each that names nobody."""

    def purge(self, *, dry_run: bool = False) -> int:
        """Deletes what is past its day, and returns of how many."""


class Mails:
    """Mails of any kind, by the address that they go to."""

    plural = "mails"

    def told_of(self, address: str) -> list[Told]:
        mails = self.to(address).order_by("-created_at")
        return [Told("Mail", {"Emne": mail.subject, "Stand": mail.get_state_display(), "Tekst": mail.text}) for mail in mails]  # fmt: skip

    def erase(self, address: str) -> int:
        return self.to(address).delete()[0]

    def overdue(self, by: timedelta) -> Iterable[str]:
        count = forget_sent(by, dry_run=True)
        return [f"{count} mails, der er sendt for længe siden"] if count else []

    def purge(self, *, dry_run: bool = False) -> int:
        return forget_sent(dry_run=dry_run)

    def to(self, address: str):
        return OutgoingMail.objects.filter(to__iexact=address.strip())


def holders() -> list[Holder]:
    return [import_string(path)() for path in HOLDERS]


def told_of(address: str) -> list[Told]:
    """All that is kept about the person with an e-mail address, however it is written."""
    return [told for holder in holders() for told in holder.told_of(address)]


def erase(address: str) -> dict[str, int]:
    """Erases all that is kept about the person, but for what cannot be erased now. Returns of how many of each kind."""
    return {holder.plural: holder.erase(address) for holder in holders()}


def purge(*, dry_run: bool = False) -> dict[str, int]:
    """Deletes all that is past its day, and sessions that have run out. Returns how many of each kind."""
    if not dry_run:
        import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return {holder.plural: holder.purge(dry_run=dry_run) for holder in holders()}


def overdue() -> list[str]:
    """What should have been deleted by now, a sentence each that names nobody."""
    return [sentence for holder in holders() for sentence in holder.overdue(GRACE)]
