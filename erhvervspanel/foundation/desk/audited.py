"""Lists of persons in the admin: whoever opens one leaves a trace."""

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.views.main import SEARCH_VAR
from django.http import QueryDict

from erhvervspanel.foundation import audit
from erhvervspanel.foundation.models import AuditAction


class AuditedList:
    """For an admin whose list tells who somebody is. What is chosen of it, shown for confirmation, counts as opened too."""

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None) or {}
        rows = context["cl"].result_list if "cl" in context else context.get("rows")
        if rows is not None:
            purpose = f"Åbnede listen over {self.opts.verbose_name_plural}"
            audit.record(AuditAction.SEEN, by=request.user, purpose=purpose, rows=len(rows))
        return response

    def walk(self, request, object_id):
        """None in a list that was searched: whether a row has a neighbour there tells whom the search finds, and leaves no trace."""
        searched = QueryDict(request.GET.get("_changelist_filters", "")).get(SEARCH_VAR)
        return None if searched else super().walk(request, object_id)


class LookUp(AutocompleteJsonView):
    """Rows that a link may lead to, looked up by typing. No persons: they are looked for in their list, which leaves a trace."""

    def has_perm(self, request, obj=None) -> bool:
        return not isinstance(self.model_admin, AuditedList) and super().has_perm(request, obj)
