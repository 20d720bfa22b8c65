from django.contrib import admin

from erhvervspanel.foundation.desk import SOURCE, RecordAdmin
from panels.models import Need


@admin.register(Need)
class NeedAdmin(RecordAdmin):
    list_display = ("name", "description")
    search_fields = ("name", "description")
    fieldsets = (
        ("Det vigtigste", {"fields": ("name", "slug")}),
        ("Teksten", {"fields": ("description",)}),
        SOURCE,
    )
