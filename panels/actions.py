"""What is done to companies and meetings besides writing them."""

from collections.abc import Collection, Mapping

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from erhvervspanel.foundation.models import User
from panels.attendees import planned
from panels.cvr import Found
from panels.models import Attendance, Company, PanelMeeting
from panels.vocabulary import Refused

REASON = "Hentet fra CVR"
FROM_LIST = "Hentet ind fra en liste over deltagere"
CHANGED_MEANWHILE = (
    "Listen, eller det, den bliver holdt op imod, er ændret, siden du så den igennem. Se den igennem igen."
)


@transaction.atomic
def accept(company: Company, found: Found, *, fields: Collection[str], by: User | None) -> list[str]:
    """Gives `company` what the register says in `fields`, and returns the names of those that changed.

    Raises ValidationError where what the register says cannot stand.
    """
    company = Company.objects.select_for_update(of=("self",)).get(pk=company.pk)
    changed = [name for name, _, _, _ in found.differences(company) if name in fields]
    for name in changed:
        setattr(company, name, getattr(found, name))
    if "trade_code" in changed:
        company.trade_code_version = found.trade_code_version
    if not changed:
        return []
    company.full_clean()
    company._history_user = by
    company._change_reason = REASON
    company.save()
    return changed


@transaction.atomic
def attend(
    meeting: PanelMeeting, text: str, *, answers: Mapping[str, str], seen: str, by: User | None
) -> int:
    """Notes the companies in `text` as having taken part in `meeting`, and returns how many were not noted before.

    Args:
        text: a name or a CVR number on each line. A company that is nowhere on record is made, and has not agreed to be named.
        answers: for each name that may be a misspelling, by its choice's key: what is meant.
        seen: the digest of the plan that was looked over.

    Raises:
        Refused: a line is wrong, a choice is not made, or the plan is another than was seen. Nothing is written then.
    """
    meeting = PanelMeeting.objects.select_for_update(of=("self",)).get(
        pk=meeting.pk
    )  # of two clicks, one at a time
    plan = planned(text, meeting)
    if plan.digest != seen:
        raise Refused(plan, CHANGED_MEANWHILE)
    if plan.problems or not all(choice.is_answered(answers) for choice in plan.choices):
        raise Refused(plan)
    plan.vocabulary.resolved(answers, by=by, reason=FROM_LIST)
    coming = planned(text, meeting, plan.vocabulary).coming
    rows = [Attendance(meeting=meeting, company=company) for company in coming]
    bulk_create_with_history(rows, Attendance, default_user=by, default_change_reason=FROM_LIST)
    return len(rows)
