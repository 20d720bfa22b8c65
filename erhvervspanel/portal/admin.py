"""The admin of news."""

from django.contrib import admin

from erhvervspanel.foundation.desk import PUBLISHING, SOURCE, PublishableAdmin
from erhvervspanel.portal.models import News


@admin.register(News)
class NewsAdmin(PublishableAdmin):
    list_display = ("title", "publish_at", "state")
    list_filter = ("themes",)
    search_fields = ("title", "summary", "text")
    list_select_related = ("published_by",)
    fieldsets = (
        ("Det vigtigste", {"fields": ("title", "slug", "summary")}),
        ("Teksten", {"fields": ("text",)}),
        ("Handler om", {"fields": ("themes", "ideas", "initiatives", "events")}),
        PUBLISHING,
        SOURCE,
    )
