"""What is done to companies and meetings besides writing them."""

from collections.abc import Collection, Mapping

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from erhvervspanel.foundation.models import User
from panels import merging
from panels.attendees import planned
from panels.cvr import Found
from panels.merging import MOVED_LINKS, MOVED_ROWS, Merging, pointing
from panels.models import Attendance, Company, PanelMeeting
from panels.vocabulary import Refused

REASON = "Hentet fra CVR"
FROM_LIST = "Hentet ind fra en liste over deltagere"
CHANGED_MEANWHILE = (
    "Listen, eller det, den bliver holdt op imod, er ændret, siden du så den igennem. Se den igennem igen."
)
ANOTHER_PLAN = (
    "Virksomhederne, eller det, der hører til dem, er ændret, siden du så det igennem. Se det igennem igen."
)


@transaction.atomic
def accept(company: Company, found: Found, *, fields: Collection[str], by: User | None) -> list[str]:
    """Gives `company` what the register says in `fields`, and returns the names of those that changed.

    Raises ValidationError where what the register says cannot stand, or the company is gone.
    """
    company = Company.objects.select_for_update(of=("self",)).filter(pk=company.pk).first()
    if company is None:
        raise ValidationError("Virksomheden er slettet, eller den er lige blevet samlet med en anden.")
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


# -- Merging ---------------------------------------------------------------------------------------------------


@transaction.atomic
def merge_companies(
    companies: Collection[Company], *, into: Company, reason: str, seen: str, by: User | None
) -> list[Company]:
    """Makes `companies` one: `into`, which gets what the others have. They are deleted, and their addresses and names lead to it.

    Args:
        into: one of `companies`.
        reason: why, for the history of all that is changed; may be empty.
        seen: the digest of the plan that was looked over (`merging.planned`).

    Returns:
        Those that are gone.

    Raises:
        ValidationError: with sentences that say why they cannot be merged, or that the plan is another than was seen. Nothing is changed
            then.
    """
    held = locked({company.pk for company in (*companies, into)})
    if into not in held or len(held) < len(companies):
        raise ValidationError(ANOTHER_PLAN)
    merging.refuse_apart(held)
    plan = merging.planned(held, next(company for company in held if company == into))
    if plan.digest != seen:
        raise ValidationError(ANOTHER_PLAN)
    told = ": ".join(filter(None, (f"{plan.names} er lagt ind i »{plan.into}«", reason.strip())))
    for company in plan.gone:
        lead_on(company, plan.into, by=by)
    move(plan, by=by, reason=told)
    for company in plan.gone:
        stamped(company, by=by, reason=told).delete()
    # When they are gone: there is but one of each CVR number.
    for name, owner in plan.taken.items():
        setattr(plan.into, name, getattr(owner, name))
    stamped(plan.into, by=by, reason=told).save()
    return plan.gone


def locked(keys: Collection[int]) -> list[Company]:
    """The companies as the database has them now, held until the transaction ends, as is all that points at them; always in the same order.

    What points at them first: whoever saves that holds it, and waits for the companies when committing.
    """
    for name in (*MOVED_LINKS, *MOVED_ROWS):
        list(pointing(name, keys).order_by("pk").select_for_update(of=("self",)))
    return list(Company.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",)))


def lead_on(company: Company, into: Company, *, by: User | None) -> None:
    """Puts all that `company` ever went by among the versions of `into`: that is where a former address leads (`slugs.current_for`), and a
    former name (`names.former_names`)."""
    versions = company.history.order_by("history_date", "history_id")
    latest = {(version.slug, version.name): version for version in versions}
    for version in latest.values():
        version.history_id, version._state.adding = None, True
        version.id = into.pk
        version.history_type = "~"
        # Now, or it would be taken for what somebody saw of `into` back then.
        version.history_date = version.updated_at = timezone.now()
        version.history_user = by
        version.history_change_reason = f"Sådan var »{version.name}«, som lægges ind i »{into}«"
        version.save()


def move(plan: Merging, *, by: User | None, reason: str) -> None:
    """Gives the one that stays what those that go have, but for what it has already."""
    for moved in plan.moved:
        field = Company._meta.get_field(moved.name).field.name
        for row in (*moved.coming, *moved.doubled):
            stamped(row, by=by, reason=reason)
            if moved.name in MOVED_LINKS:
                relink(row, field, plan)
            elif row in moved.coming:
                setattr(row, field, plan.into)
                row.save()
            else:
                row.delete()


def relink(row: models.Model, field: str, plan: Merging) -> None:
    row.skip_history_when_saving = True  # one entry for both links
    getattr(row, field).remove(*plan.gone)
    getattr(row, field).add(plan.into)
    del row.skip_history_when_saving
    row.save()


def stamped(row: models.Model, *, by: User | None, reason: str) -> models.Model:
    """`row`, of which the history will tell who changes it, and why."""
    row._history_user = by
    row._change_reason = reason
    return row
