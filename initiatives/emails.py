"""The mails about initiatives."""

from django.utils import timezone

from erhvervspanel.foundation.models import User
from erhvervspanel.foundation.notation import counted
from erhvervspanel.foundation.outbox import post
from initiatives.models import Initiative


def stale(owner: User, initiatives: list[Initiative]) -> None:
    """Asks the owner to look over initiatives that nobody has looked over for long: once a week, in one mail."""
    year, week, _ = timezone.localdate().isocalendar()
    post(
        "initiatives/emails/stale",
        key=f"stale:{owner.pk}:{year}-{week}",
        to=owner.email,
        subject=f"Se {counted(len(initiatives), 'initiativ', 'initiativer')} efter på Erhvervspanel",
        context={"owner": owner, "initiatives": initiatives},
    )
