from django.contrib import admin

from erhvervspanel.foundation.desk import SOURCE, PartAdmin, RecordAdmin, RowInline
from initiatives.admin.owned import Owned, OwnedPart
from initiatives.models import Indicator, Reading


class ReadingInline(OwnedPart, RowInline):
    model = Reading
    fields = ("read_on", "value", "source", "note", "entered_by")
    readonly_fields = ("entered_by",)
    list_select_related = ("entered_by",)


@admin.register(Indicator)
class IndicatorAdmin(Owned, RecordAdmin):
    list_display = ("name", "initiative", "unit", "baseline", "target", "target_on")
    list_filter = (("initiative", admin.RelatedOnlyFieldListFilter), "direction")
    search_fields = ("name", "unit", "method", "initiative__title")
    list_select_related = ("initiative",)
    inlines = (ReadingInline,)
    fieldsets = (
        ("Det vigtigste", {"fields": ("initiative", "name", ("unit", "direction"))}),
        (
            "Udgangspunkt og mål",
            {"fields": (("baseline", "baseline_on"), ("target", "target_on"))},
        ),
        ("Teksten", {"fields": ("method",)}),
        SOURCE,
    )

    def save_formset(self, request, form, formset, change):
        for reading in formset.extra_forms:
            reading.instance.entered_by = request.user
        super().save_formset(request, form, formset, change)


@admin.register(Reading)
class ReadingAdmin(Owned, PartAdmin):
    owner_path = "indicator__initiative__owner"
    list_display = ("read_on", "value", "indicator", "source", "entered_by")
    list_filter = (("indicator", admin.RelatedOnlyFieldListFilter),)
    date_hierarchy = "read_on"
    search_fields = ("indicator__name", "indicator__initiative__title", "source", "note")
    readonly_fields = (*PartAdmin.readonly_fields, "entered_by")
    list_select_related = ("indicator", "entered_by")
    fieldsets = (
        ("Det vigtigste", {"fields": ("indicator", ("read_on", "value"), "source")}),
        ("Teksten", {"fields": ("note", "entered_by")}),
        SOURCE,
    )

    def save_model(self, request, obj, form, change):
        if not change:
            obj.entered_by = request.user
        super().save_model(request, obj, form, change)
