"""The papers that are made of a decision: the memo, and the package for the journal."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from erhvervspanel.foundation.publishing import State
from ideas.actions import journalise
from ideas.admin.committee.pages import DecisionPages
from ideas.committee.journal import INDEX, package_of
from ideas.committee.memo import mark_of, memo_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class PaperPages(DecisionPages):
    def get_urls(self):
        return [
            self.page("<int:pk>/notat/", require_safe(self.memo), "memo"),
            self.page("<int:pk>/notat.docx", require_safe(self.memo_docx), "memo_docx"),
            self.page(
                "<int:pk>/journal/", require_http_methods(["GET", "HEAD", "POST"])(self.journal), "journal"
            ),
            *super().get_urls(),
        ]

    def memo(self, request, pk: int):
        decision = self.opened(request, pk, "memo")
        items = memo_of(decision)
        context = {"items": items, "mark": mark_of(decision, items)}
        return self.render(request, "memo", decision.title, decision, **context)

    def memo_docx(self, request, pk: int):
        from ideas.committee.memo_docx import as_docx  # noqa: PLC0415 (6 MB, in a worker that makes one)

        decision = self.opened(request, pk, "memo")
        return attached(as_docx(decision, memo_of(decision)), f"notat-{decision.slug}.docx", DOCX)

    def journal(self, request, pk: int):
        """What the package holds; sent, the package itself, which is then marked as handed over."""
        decision = self.opened(request, pk, "journal")
        may_hand_over = self.has_change_permission(request)
        if request.method == "POST":
            if not may_hand_over:
                raise PermissionDenied
            package = journalise(decision, by=request.user)
            return attached(package.as_zip(), package.name, "application/zip")
        context = {
            "package": package_of(decision),
            "columns": INDEX,
            "is_public": decision.publishing_state == State.PUBLISHED,
            "may_hand_over": may_hand_over,
        }
        return self.render(request, "journal", f"Journal: {decision.title}", decision, **context)


def attached(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
