from django.contrib import admin

from erhvervspanel.foundation.desk import PUBLISHING, SOURCE, PublishableAdmin
from ideas.models import Service


@admin.register(Service)
class ServiceAdmin(PublishableAdmin):
    list_display = ("name", "provider", "price", "verified_on", "state")
    list_filter = ("needs", "provider")
    search_fields = ("name", "provider", "description", "needs__name")
    list_select_related = ("published_by",)
    fieldsets = (
        (
            "Det vigtigste",
            {"fields": ("name", "slug", "provider", "price", ("url", "verified_on"))},
        ),
        ("Teksten", {"fields": ("description",)}),
        ("Sammenhæng", {"fields": ("needs",)}),
        PUBLISHING,
        SOURCE,
    )
