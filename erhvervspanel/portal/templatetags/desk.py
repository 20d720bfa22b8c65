"""What needs somebody at the desk, for the admin's start page."""

from django import template
from django.db.models import Count, Max, Min, Q

from erhvervspanel.foundation.models import MailState, OutgoingMail, WorkerBeat
from erhvervspanel.portal.chain_audit import broken_links
from ideas.models import Service
from initiatives.models import Initiative

register = template.Library()
MOST_SHOWN = 20


@register.inclusion_tag("admin/work_list.html")
def work_list() -> dict:
    """The breaks in the chain, the stale initiatives, and how many signposts to look at."""
    found = broken_links()
    return {
        "breaks": found[:MOST_SHOWN],
        "more": max(0, len(found) - MOST_SHOWN),
        "stale": Initiative.objects.exclude(publish_at=None).stale().order_by("reviewed_on", "pk"),
        "mails": mail_health(),
        "unverified_count": Service.objects.exclude(publish_at=None).unverified().count(),
    }


def mail_health() -> dict:
    """How the outbox is: the oldest that waits, how many need somebody, the last that went, the last sign of a worker."""
    found = OutgoingMail.objects.aggregate(
        waiting=Count("pk", filter=Q(state=MailState.QUEUED)),
        oldest=Min("created_at", filter=Q(state=MailState.QUEUED)),
        stuck=Count("pk", filter=Q(state__in=(MailState.FAILED, MailState.WITHHELD))),
        last_sent=Max("sent_at"),
    )
    return found | WorkerBeat.objects.aggregate(beat=Max("beat_at"))
