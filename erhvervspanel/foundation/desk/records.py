"""The admin of a curated record, and the inlines in it."""

from django import forms
from django.contrib import admin
from django.db import models
from simple_history.admin import SimpleHistoryAdmin

from erhvervspanel.foundation.desk.history import ReadableChanges
from erhvervspanel.foundation.desk.links import Linked
from erhvervspanel.foundation.publishing import visible

SOURCE = (
    "Kilde",
    {"fields": ("is_example", "provenance", ("created_at", "updated_at"))},
)


class RecordAdmin(Linked, SimpleHistoryAdmin):
    """A curated record: searched, filtered, linked, and with a history that says what changed."""

    object_history_list_template = "admin/object_history_list.html"
    object_history_form_template = "admin/object_history_form.html"
    readonly_fields = ("created_at", "updated_at")
    list_per_page = 50

    def get_list_filter(self, request):
        return [*super().get_list_filter(request), "is_example"]

    def get_historical_record_context_helper(self, request, historical_record):
        return ReadableChanges(self.model, historical_record)

    def get_view_on_site_url(self, obj=None):
        """Where the public sees `obj`, or None where the public may not."""
        if obj is None or not hasattr(obj, "get_absolute_url"):
            return None
        shown = self.model._default_manager.filter(visible(self.model), pk=obj.pk)
        return obj.get_absolute_url() if shown.exists() else None


class PartAdmin(RecordAdmin):
    """A record that staff come to from the record it is part of: it has pages, but no line on the front page."""

    def has_module_permission(self, request):
        return False


class RowInline(Linked, admin.TabularInline):
    """The parts of a record as a table in its form; each row leads to the part's own page and history."""

    extra = 0
    show_change_link = True
    view_on_site = False
    formfield_overrides = Linked.formfield_overrides | {
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 36})},
    }
