"""What was erased of persons, remembered by numbers that name nobody, so that a restored backup does not bring them back.

The law wants an erasure to hold (the General Data Protection Regulation, article 17). What is deleted because its day has come
needs no note: its day has come in a restored backup too.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from erhvervspanel.foundation.models import Erasure


class Noted(NamedTuple):
    """One erasure, as `Erasure` keeps it."""

    thing: str
    key: str
    at: datetime


def note(thing: str, keys: Iterable[str]) -> None:
    """Remembers that what names a person was taken out of the rows of `thing` with `keys`, in the caller's transaction.

    Args:
        thing: what it was: »events.registration«.
        keys: names the rows, for ever and after a restore too: a number that is given anew is none.
    """
    Erasure.objects.bulk_create([Erasure(thing=thing, key=key) for key in keys], ignore_conflicts=True)


def of(thing: str) -> dict[str, datetime]:
    """The keys of the rows of `thing` that were erased, and when."""
    return dict(Erasure.objects.filter(thing=thing).values_list("key", "at"))


def noted() -> list[Noted]:
    """All that are remembered."""
    return [Noted(*row) for row in Erasure.objects.values_list("thing", "key", "at")]


def kept() -> timedelta:
    """How long an erasure is remembered: a day longer than any backup is kept."""
    return timedelta(days=settings.BACKUP_DAYS + 1)


def forget_old() -> int:
    """Deletes those that no backup is old enough to undo, and returns how many there were."""
    return Erasure.objects.filter(at__lt=timezone.now() - kept()).delete()[0]
