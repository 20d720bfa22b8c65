"""What is done to companies besides writing them."""

from collections.abc import Collection

from django.db import transaction

from erhvervspanel.foundation.models import User
from panels.cvr import Found
from panels.models import Company

REASON = "Hentet fra CVR"


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
