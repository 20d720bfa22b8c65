from django.contrib import admin

from erhvervspanel.foundation.desk import (
    PUBLISHING,
    SOURCE,
    PartAdmin,
    PublishableAdmin,
    RowInline,
)
from events.actions import promote
from events.models import Event, Session


class SessionInline(RowInline):
    model = Session
    fields = ("kind", "title", "starts_at", "ends_at", "room", "capacity", "speakers")
    list_prefetch_related = ("speakers",)


@admin.register(Event)
class EventAdmin(PublishableAdmin):
    list_display = ("title", "kind", "starts_at", "venue", "capacity", "state")
    list_filter = ("kind", "theme", "venue", ("cancelled_at", admin.EmptyFieldListFilter))
    date_hierarchy = "starts_at"
    search_fields = ("title", "summary", "description", "venue__name", "sessions__title")
    list_select_related = ("venue", "theme", "published_by")
    inlines = (SessionInline,)
    fieldsets = (
        (
            "Det vigtigste",
            {
                "fields": (
                    ("kind", "title"),
                    "slug",
                    "summary",
                    ("starts_at", "ends_at"),
                    "venue",
                    "cancelled_at",
                )
            },
        ),
        (
            "Tilmelding",
            {
                "fields": (
                    ("registration_opens_at", "registration_closes_at"),
                    ("capacity", "most_places", "confirms_email"),
                    ("promotion", "group_rule", "retention_days"),
                )
            },
        ),
        ("Teksten", {"fields": ("description", "outcome")}),
        ("Sammenhæng", {"fields": ("theme", "initiatives")}),
        PUBLISHING,
        SOURCE,
    )

    def save_related(self, request, form, formsets, change):
        """More seats, at the event or in a café, go to those who wait before anybody else sees them."""
        super().save_related(request, form, formsets, change)
        promote(form.instance)


@admin.register(Session)
class SessionAdmin(PartAdmin):
    list_display = ("title", "kind", "event", "starts_at", "room")
    list_filter = ("kind", "event")
    date_hierarchy = "starts_at"
    search_fields = ("title", "description", "room", "event__title", "speakers__name")
    list_select_related = ("event",)
    fieldsets = (
        (
            "Det vigtigste",
            {
                "fields": (
                    "event",
                    ("kind", "title"),
                    ("starts_at", "ends_at"),
                    ("room", "capacity"),
                )
            },
        ),
        ("Teksten", {"fields": ("description",)}),
        ("Sammenhæng", {"fields": ("speakers",)}),
        SOURCE,
    )
