"""What a decision's pages have in common: who may open them, and how they lead to each other."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path

from erhvervspanel.foundation.links import link
from panels.models import Decision

# The pages in the order of the work: name, title, and the rights that each asks for.
STEPS = (
    ("answers", "Svar", ("ideas.change_answer",)),
    ("memo", "Notat", ("ideas.view_answer",)),
    ("publish", "Offentliggør", ("ideas.change_answer", "panels.change_decision")),
    ("journal", "Journal", ("ideas.view_answer",)),
)
RIGHTS = {name: rights for name, _, rights in STEPS}


def decision_page(user, key: int) -> str:
    """Where `user` sees what a decision says of its ideas: the table of answers, for those who write them."""
    page = "answers" if user.has_perm("ideas.change_answer") else "change"
    return link(f"admin:panels_decision_{page}", key)


class DecisionPages:
    """For the admin of decisions: pages beside the form. `pages` of each class gives their addresses."""

    def page(self, route: str, view, name: str):
        """The address `route` under the list of decisions, for staff only."""
        return path(route, self.admin_site.admin_view(view), name=f"panels_decision_{name}")

    def may(self, request, name: str) -> bool:
        """Whether the page `name` is for the one who asks. Who may change may also see."""
        user = request.user
        return self.has_view_permission(request) and all(
            user.has_perm(right) or user.has_perm(right.replace(".view_", ".change_"))
            for right in RIGHTS[name]
        )

    def opened(self, request, pk: int, name: str) -> Decision:
        """The decision, where the page `name` of it is for the one who asks."""
        if not self.may(request, name):
            raise PermissionDenied
        decision = Decision.objects.select_related("published_by", "journalised_by").filter(pk=pk).first()
        if decision is None:
            raise Http404
        return decision

    def steps(self, request, decision: Decision, current: str = "") -> list[dict]:
        """The pages that the one who asks may open, for the navigation."""
        return [
            {
                "title": title,
                "url": link(f"admin:panels_decision_{name}", decision.pk),
                "is_current": name == current,
            }
            for name, title, _ in STEPS
            if self.may(request, name)
        ]

    def render(self, request, name: str, title: str, decision: Decision | None, **context):
        """The page `name` of `decision`, or of none, in the frame of the admin."""
        frame = self.admin_site.each_context(request) | {
            "title": title,
            "subtitle": None,
            "opts": self.opts,
            "decision": decision,
            "steps": self.steps(request, decision, name) if decision else [],
            "is_nav_sidebar_enabled": False,  # the tables need the room
        }
        return TemplateResponse(request, f"admin/panels/decision/{name}.html", frame | context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        decision = self.get_object(request, object_id)
        steps = self.steps(request, decision) if decision else []
        return super().change_view(request, object_id, form_url, (extra_context or {}) | {"steps": steps})
