from django.contrib import admin

from erhvervspanel.foundation.desk import (
    PUBLISHING_FOLLOWED,
    SOURCE,
    BlockInline,
    FollowersColumn,
    PartAdmin,
    PublishableAdmin,
    StateColumn,
)
from panels.models import FocusArea, PanelMeeting, Theme


class FocusAreaInline(BlockInline):
    model = FocusArea
    fields = (("position", "name"), "slug", "description")


class PanelMeetingInline(StateColumn, BlockInline):
    model = PanelMeeting
    fields = (("number", "title"), ("starts_at", "ends_at"), ("is_online", "place"), "state")
    can_delete = False  # what goes with a meeting is shown on its own page of deletion


@admin.register(Theme)
class ThemeAdmin(FollowersColumn, PublishableAdmin):
    list_display = ("year", "title", "deciding_body", "year_decided", "state")
    list_display_links = ("year", "title")
    search_fields = ("title", "year", "question", "summary", "introduction")
    list_select_related = ("decision", "published_by")
    inlines = (FocusAreaInline, PanelMeetingInline)
    fieldsets = (
        (
            "Det vigtigste",
            {"fields": (("year", "year_decided"), "title", "deciding_body", "decision")},
        ),
        ("Teksten", {"fields": ("question", "summary", "introduction")}),
        PUBLISHING_FOLLOWED,
        SOURCE,
    )


@admin.register(FocusArea)
class FocusAreaAdmin(PartAdmin):
    list_display = ("name", "theme", "position")
    list_filter = ("theme",)
    search_fields = ("name", "theme__title", "theme__year")
    list_select_related = ("theme",)
    fieldsets = (
        ("Det vigtigste", {"fields": ("theme", "name", "slug", "position")}),
        ("Teksten", {"fields": ("description",)}),
        SOURCE,
    )
