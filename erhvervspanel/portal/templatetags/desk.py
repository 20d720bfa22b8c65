"""What needs somebody at the desk, for the admin's start page."""

from django import template

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
        "unverified_count": Service.objects.exclude(publish_at=None).unverified().count(),
    }
