from django.contrib import admin, messages
from django.db import transaction
from django.utils import timezone

from erhvervspanel.foundation.desk import (
    PUBLISHING,
    SOURCE,
    PublishableAdmin,
    PublishForm,
    RowInline,
    StateColumn,
)
from ideas.actions import publish_answers
from ideas.models import Answer
from panels.admin import DecisionAdmin
from panels.models import Decision


class AnswerInline(StateColumn, RowInline):
    """All ideas that the decision answers, in one table."""

    model = Answer
    fk_name = "decision"
    fields = ("idea", "outcome", "reason", "office", "service", "merged_into", "state")
    list_select_related = ("idea__theme", "service", "merged_into__theme")


@admin.register(Decision)
class AnsweredDecisionAdmin(DecisionAdmin):
    """A decision with the answers it gives, which are published together."""

    inlines = (AnswerInline,)
    actions = ("publish_with_answers",)

    @admin.action(description="Offentliggør med svar på alle ideer …", permissions=["change"])
    def publish_with_answers(self, request, queryset):
        form = self.confirmed_form(request, PublishForm)
        if not form.is_valid():
            return self.confirmation(request, queryset, title="Offentliggør med svar", form=form)
        at = form.cleaned_data["at"] or timezone.now()
        changed = self.attempt(request, lambda: published_answers(queryset, at=at, by=request.user))
        if changed is not None:
            when = "offentliggjort" if at <= timezone.now() else "klar til at blive offentliggjort"
            self.message_user(request, f"{len(changed)} svar er {when}.", messages.SUCCESS)
        return None


@transaction.atomic
def published_answers(decisions, *, at, by) -> list[Answer]:
    return [answer for decision in decisions for answer in publish_answers(decision, at=at, by=by)]


@admin.register(Answer)
class AnswerAdmin(PublishableAdmin):
    """One answer. It is published together with all others of its decision, from the decision's page."""

    list_display = ("idea", "outcome", "office", "decision", "state")
    list_filter = ("outcome", "idea__theme", "decision")
    search_fields = ("idea__title", "idea__theme__year", "reason", "office", "decision__title")
    list_select_related = (
        "idea__theme",
        "decision",
        "service",
        "merged_into__theme",
        "published_by",
    )
    fieldsets = (
        ("Det vigtigste", {"fields": ("idea", "decision", "outcome", "office")}),
        ("Teksten", {"fields": ("reason",)}),
        ("Sammenhæng", {"fields": ("service", "merged_into")}),
        PUBLISHING,
        SOURCE,
    )
    readonly_fields = (*PublishableAdmin.readonly_fields, "publish_at")

    def get_actions(self, request):
        together = {"publish_rows", "unpublish_rows"}
        return {name: action for name, action in super().get_actions(request).items() if name not in together}
