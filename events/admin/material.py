from django.contrib import admin

from erhvervspanel.foundation.desk import SOURCE, BlockInline, PartAdmin, TellsOfDocuments
from events.models import Material


class MaterialInline(BlockInline):
    model = Material
    fields = ("title", "url", "document")


@admin.register(Material)
class MaterialAdmin(TellsOfDocuments, PartAdmin):
    list_display = ("title", "event", "source")
    list_filter = ("event",)
    search_fields = ("title", "url", "document", "event__title")
    list_select_related = ("event",)
    fieldsets = (("Det vigtigste", {"fields": ("event", "title", "url", "document")}), SOURCE)
