"""Who looked at, changed or took out personal data: what a municipality must be able to answer (the General Data Protection
Regulation, articles 5(2) and 32)."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Model
from django.utils import timezone

from erhvervspanel.foundation.models import AuditAction, AuditEntry, User
from erhvervspanel.foundation.personal_data import without_cpr

# Longer than any registration is kept, and long enough for a complaint that comes late. It tells of staff, who are persons
# too, so it is not for ever.
KEPT = timedelta(days=2 * 365)


def record(
    action: AuditAction,
    thing: Model | None = None,
    *,
    by: User | None,
    purpose: str = "",
    fields: Iterable[str] = (),
    rows: int = 1,
) -> AuditEntry:
    """Writes down that `by` did `action`, in the caller's transaction: what was rolled back was not done.

    Args:
        thing: the row it was about; a list is about its event. None where `purpose` alone tells.
        by: the member of staff; None where the portal did it by itself.
        purpose: what it was for. It names no person; a CPR number in it is taken out.
        fields: the names of the fields that were touched, never what stands in them.
        rows: how many persons or registrations it was about.
    """
    return AuditEntry.objects.create(
        action=action,
        model=thing._meta.label_lower if thing else "",
        key=str(thing.pk) if thing else "",
        by=by,
        purpose=without_cpr(purpose)[:200],
        fields=list(fields),
        rows=rows,
    )


def forget_old() -> int:
    """Deletes the entries that are older than KEPT, and returns how many there were."""
    return AuditEntry.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
