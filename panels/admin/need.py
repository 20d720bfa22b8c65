from django.contrib import admin

from erhvervspanel.foundation.desk import SOURCE, ExportPage, RecordAdmin
from panels.models import Need


@admin.register(Need)
class NeedAdmin(ExportPage, RecordAdmin):
    list_display = ("name", "description")
    search_fields = ("name", "description")
    fieldsets = (
        ("Det vigtigste", {"fields": ("name", "slug")}),
        ("Teksten", {"fields": ("description",)}),
        SOURCE,
    )
    export_columns = {
        "navn": lambda need: need.name,
        "beskrivelse": lambda need: need.description,
        "eksempel": lambda need: need.is_example,
    }
