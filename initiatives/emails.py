"""The mails about initiatives."""

from django.utils import timezone

from erhvervspanel.foundation.models import User
from erhvervspanel.foundation.outbox import post
from initiatives.models import Initiative


def stale(owner: User, initiatives: list[Initiative]) -> None:
    """Asks the owner to look over initiatives that nobody has looked over for long: once a week, in one mail."""
    year, week, _ = timezone.localdate().isocalendar()
    count = len(initiatives)
    post(
        "initiatives/emails/stale",
        key=f"stale:{owner.pk}:{year}-{week}",
        to=owner.email,
        subject=f"Se {count} initiativ{'er' if count > 1 else ''} efter på Erhvervspanel",
        context={"owner": owner, "initiatives": initiatives},
    )
