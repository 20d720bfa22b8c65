"""Lists of persons in the admin: whoever opens one leaves a trace."""

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
