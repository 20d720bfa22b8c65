from django.contrib import admin

from erhvervspanel.foundation.desk import (
    PUBLISHING,
    SOURCE,
    PublishableAdmin,
    RowInline,
    StateColumn,
)
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
    inlines = (AnswerInline,)


@admin.register(Answer)
class AnswerAdmin(PublishableAdmin):
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
