"""What can be done to initiatives."""

from itertools import groupby

from django.db import transaction

from initiatives import emails
from initiatives.models import Initiative


@transaction.atomic
def remind_owners() -> int:
    """Posts a mail to each owner of public initiatives that nobody has looked over for long. Returns how many owners.

    Once a week to each, however often it is called.
    """
    stale = (
        Initiative.objects.published()
        .stale()
        .filter(owner__is_active=True)
        .exclude(owner__email="")
        .select_related("owner", "theme")
        .order_by("owner_id", "theme__year", "number")
    )
    owners = 0
    for owner, initiatives in groupby(stale, key=lambda initiative: initiative.owner):
        emails.stale(owner, list(initiatives))
        owners += 1
    return owners
