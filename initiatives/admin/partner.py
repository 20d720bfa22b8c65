from django.contrib import admin

from erhvervspanel.foundation.desk import SOURCE, RecordAdmin
from initiatives.models import Partner


@admin.register(Partner)
class PartnerAdmin(RecordAdmin):
    list_display = ("name", "url")
    search_fields = ("name", "url", "description")
    fieldsets = (
        ("Det vigtigste", {"fields": ("name", "url")}),
        ("Teksten", {"fields": ("description",)}),
        SOURCE,
    )
