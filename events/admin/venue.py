from django.contrib import admin

from erhvervspanel.foundation.desk import SOURCE, RecordAdmin
from events.models import Venue


@admin.register(Venue)
class VenueAdmin(RecordAdmin):
    list_display = ("name", "address", "postcode", "town")
    search_fields = ("name", "address", "postcode", "town")
    fieldsets = (
        ("Det vigtigste", {"fields": ("name", "address", ("postcode", "town"))}),
        ("Teksten", {"fields": ("access",)}),
        SOURCE,
    )
