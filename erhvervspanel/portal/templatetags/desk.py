"""What needs somebody at the desk, for the admin's start page."""

from django import template

from erhvervspanel.portal.start_page import parts_for

register = template.Library()


@register.inclusion_tag("admin/work_list.html", takes_context=True)
def work_list(context) -> dict:
    """What the one who is logged in can do something about."""
    return {"parts": parts_for(context["request"].user)}
