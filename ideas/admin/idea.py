from django.contrib import admin

from erhvervspanel.foundation.desk import (
    PUBLISHING,
    SOURCE,
    BlockInline,
    PublishableAdmin,
    RowInline,
    StateColumn,
)
from ideas.models import Answer, Idea, Overlap, Status


class AnswerInline(StateColumn, BlockInline):
    model = Answer
    fk_name = "idea"
    fields = (
        ("decision", "outcome"),
        "reason",
        "office",
        ("service", "merged_into"),
        "state",
    )
    list_select_related = ("idea__theme", "decision", "service", "merged_into__theme")


class OverlapInline(StateColumn, RowInline):
    model = Overlap
    fields = ("recommendation", "kind", "reason", "state")
    list_select_related = ("idea__theme", "recommendation")


@admin.register(Idea)
class IdeaAdmin(PublishableAdmin):
    list_display = ("reference", "title", "area", "status", "state")
    list_display_links = ("reference", "title")
    list_filter = ("theme", "area", "addressee")
    search_fields = (
        "title",
        "theme__year",
        "theme__title",
        "summary",
        "need",
        "proposal",
        "own_words",
    )
    list_select_related = ("theme", "area", "published_by")
    inlines = (AnswerInline, OverlapInline)
    fieldsets = (
        (
            "Det vigtigste",
            {
                "fields": (
                    ("theme", "number"),
                    "title",
                    "summary",
                    "area",
                    ("addressee", "submitted_on"),
                )
            },
        ),
        ("Teksten", {"fields": ("need", "proposal", "beneficiaries", "own_words")}),
        ("Sammenhæng", {"fields": ("meetings", "companies", "needs", "related", "goals")}),
        PUBLISHING,
        SOURCE,
    )

    def get_queryset(self, request):
        return super().get_queryset(request).with_status()

    @admin.display(description="nummer", ordering="number")
    def reference(self, idea) -> str:
        return idea.reference

    @admin.display(description="status")
    def status(self, idea) -> str:
        return Status(idea.status).label
