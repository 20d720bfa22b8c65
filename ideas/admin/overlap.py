from django.contrib import admin

from erhvervspanel.foundation.desk import PUBLISHING, SOURCE, PublishableAdmin
from ideas.admin.by_reference import FoundByReference
from ideas.models import Overlap


@admin.register(Overlap)
class OverlapAdmin(FoundByReference, PublishableAdmin):
    list_display = ("idea", "kind", "recommendation", "state")
    list_filter = ("kind", "idea__theme")
    search_fields = ("idea__title", "idea__theme__year", "recommendation__title", "reason")
    list_select_related = ("idea__theme", "recommendation", "published_by")
    fieldsets = (
        ("Det vigtigste", {"fields": ("idea", "kind", "recommendation")}),
        ("Teksten", {"fields": ("reason",)}),
        PUBLISHING,
        SOURCE,
    )
