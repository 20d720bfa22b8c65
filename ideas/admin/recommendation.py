from django.contrib import admin

from erhvervspanel.foundation.desk import (
    PUBLISHING,
    SOURCE,
    DraftsExportForm,
    ExportPage,
    PartAdmin,
    PublishableAdmin,
    RowInline,
)
from ideas.models import Assembly, Feedback, Recommendation


@admin.register(Assembly)
class AssemblyAdmin(PublishableAdmin):
    list_display = ("name", "handed_over_on", "state")
    search_fields = ("name", "description")
    list_select_related = ("published_by",)
    fieldsets = (
        ("Det vigtigste", {"fields": ("name", "slug", "handed_over_on")}),
        ("Teksten", {"fields": ("description",)}),
        PUBLISHING,
        SOURCE,
    )


class FeedbackInline(RowInline):
    model = Feedback
    fields = ("round", "given_on", "text")


@admin.register(Recommendation)
class RecommendationAdmin(ExportPage, PublishableAdmin):
    list_display = ("number", "title", "assembly", "response_outcome", "state")
    list_display_links = ("number", "title")
    list_filter = ("assembly", "response_outcome")
    search_fields = ("title", "summary", "reason", "response", "assembly__name")
    list_select_related = ("assembly", "published_by")
    inlines = (FeedbackInline,)
    export_form = DraftsExportForm
    export_columns = {
        "borgersamling": lambda each: each.assembly.name,
        "nummer": lambda each: each.number,
        "titel": lambda each: each.title,
        "kort beskrivelse": lambda each: each.summary,
        "rettet til": lambda each: each.addressee,
        "kommunens svar": lambda each: each.get_response_outcome_display(),
        "begrundelse for svaret": lambda each: each.response,
        "svaret den": lambda each: each.responded_on,
        "verdensmål": lambda each: " | ".join(map(str, each.goals)),
        "stand": lambda each: each.publishing_state.label,
        "eksempel": lambda each: each.is_example,
    }
    fieldsets = (
        (
            "Det vigtigste",
            {"fields": (("assembly", "number"), "title", "summary", "addressee")},
        ),
        ("Teksten", {"fields": ("reason",)}),
        (
            "Kommunens svar",
            {"fields": (("response_outcome", "responded_on"), "response")},
        ),
        ("Sammenhæng", {"fields": ("goals",)}),
        PUBLISHING,
        SOURCE,
    )


@admin.register(Feedback)
class FeedbackAdmin(PartAdmin):
    list_display = ("recommendation", "round", "given_on")
    list_filter = ("round", "recommendation__assembly")
    date_hierarchy = "given_on"
    search_fields = ("recommendation__title", "text")
    list_select_related = ("recommendation",)
    fieldsets = (
        ("Det vigtigste", {"fields": ("recommendation", ("round", "given_on"))}),
        ("Teksten", {"fields": ("text",)}),
        SOURCE,
    )
