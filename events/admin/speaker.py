from django.contrib import admin

from erhvervspanel.foundation.desk import SOURCE, RecordAdmin
from events.models import Speaker


@admin.register(Speaker)
class SpeakerAdmin(RecordAdmin):
    list_display = ("name", "role", "organisation")
    search_fields = ("name", "role", "organisation")
    fieldsets = (("Det vigtigste", {"fields": ("name", "role", "organisation")}), SOURCE)
