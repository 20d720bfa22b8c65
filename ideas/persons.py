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
        rows = self.of(who).select_related("idea__theme").order_by("pk")
        return [Told(f"Indmeldt behov {row.reference}", fields_of(row)) for row in rows]

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


def fields_of(submission: Submission) -> dict[str, str]:
    """Every field that says something of the company or the person, by the name that they would know it by."""
    handled_at = submission.handled_at
    fields = {
        "Nummer": submission.reference,
        "Modtaget": notation.moment(submission.created_at),
        "Virksomhed": submission.company_name,
        "CVR-nummer": submission.cvr or "",
        "Må nævnes ved navn": "Ja" if submission.may_be_named else "Nej",
        "Navn": submission.contact_name,
        "E-mail": submission.email,
        "Behovet": submission.need,
        "Forslag": submission.proposal,
        "Privatlivsmeddelelse": submission.notice_version,
        "Status": submission.get_state_display(),
        "Behandlet": notation.moment(handled_at) if handled_at else "",
        "Ide": submission.idea.reference if submission.idea else "",
        "Svar": submission.answer,
    }
    return {name: value for name, value in fields.items() if value}
