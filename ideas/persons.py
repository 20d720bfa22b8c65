"""What is kept about those who tell of a need."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from erhvervspanel.foundation import erasures, notation
from erhvervspanel.foundation.addresses import written_as
from erhvervspanel.foundation.persons import Told
from erhvervspanel.foundation.references import is_reference
from ideas.actions import ERASED_AS, forget_submissions, purge_submissions
from ideas.models import Submission


class Submissions:
    """Needs that companies have told of."""

    thing = ERASED_AS
    names = ("indmeldt behov", "indmeldte behov")

    def told_of(self, who: str) -> list[Told]:
        return [
            Told(
                f"Indmeldt behov {row.reference}",
                {
                    "Modtaget": notation.moment(row.created_at),
                    "Virksomhed": row.company_name,
                    "Navn": row.contact_name,
                    "E-mail": row.email,
                    "Behovet": row.need,
                    "Forslag": row.proposal,
                    "Status": row.get_state_display(),
                    "Svar": row.answer,
                },
            )
            for row in self.of(who).order_by("pk")
        ]

    @transaction.atomic
    def erase(self, who: str) -> int:
        rows = self.of(who)
        erasures.note(self.thing, rows.values_list("reference", flat=True))
        return forget_submissions(rows)

    def erase_again(self, erased: dict[str, datetime], *, dry_run: bool = False) -> int:
        back = Submission.objects.filter(reference__in=erased).naming()
        return back.count() if dry_run else forget_submissions(back)

    def overdue(self, by: timedelta) -> Iterable[str]:
        return [str(row) for row in Submission.objects.overdue(timezone.now() - by)]

    def purge(self, *, dry_run: bool = False) -> int:
        return purge_submissions(dry_run=dry_run)

    def of(self, who: str):
        named = Q(reference=who) if is_reference(who) else written_as("email", who)
        return Submission.objects.filter(named)
