from django.contrib import admin

from erhvervspanel.foundation.desk import (
    PUBLISHING,
    SOURCE,
    BlockInline,
    PartAdmin,
    PublishableAdmin,
    RowInline,
    TellsOfDocuments,
)
from panels.admin.attendees import AttendeePages
from panels.models import Attendance, Material, PanelMeeting


class AttendanceInline(RowInline):
    model = Attendance
    fields = ("company",)
    list_select_related = ("meeting__theme", "company")


class MaterialInline(BlockInline):
    model = Material
    fields = ("title", "url", "document")


@admin.register(PanelMeeting)
class PanelMeetingAdmin(AttendeePages, TellsOfDocuments, PublishableAdmin):
    list_display = ("key", "title", "starts_at", "theme", "state")
    list_display_links = ("key", "title")
    list_filter = ("theme", "is_online")
    date_hierarchy = "starts_at"
    search_fields = ("title", "theme__year", "theme__title", "place", "agenda", "minutes")
    list_select_related = ("theme", "published_by")
    inlines = (AttendanceInline, MaterialInline)
    fieldsets = (
        (
            "Det vigtigste",
            {
                "fields": (
                    ("theme", "number"),
                    "title",
                    ("starts_at", "ends_at"),
                    ("is_online", "place"),
                )
            },
        ),
        ("Teksten", {"fields": ("agenda", "minutes")}),
        PUBLISHING,
        SOURCE,
    )

    @admin.display(description="møde", ordering="theme__year")
    def key(self, meeting) -> str:
        return meeting.key


@admin.register(Attendance)
class AttendanceAdmin(PartAdmin):
    list_display = ("company", "meeting")
    list_filter = ("meeting__theme",)
    search_fields = ("company__name", "company__cvr", "meeting__title", "meeting__theme__year")
    list_select_related = ("company", "meeting__theme")
    fieldsets = (("Det vigtigste", {"fields": ("meeting", "company")}), SOURCE)


@admin.register(Material)
class MaterialAdmin(TellsOfDocuments, PartAdmin):
    list_display = ("title", "meeting", "source")
    list_filter = ("meeting__theme",)
    search_fields = ("title", "url", "document", "meeting__title", "meeting__theme__year")
    list_select_related = ("meeting__theme",)
    fieldsets = (("Det vigtigste", {"fields": ("meeting", "title", "url", "document")}), SOURCE)
