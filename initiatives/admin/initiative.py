from django.contrib import admin

from erhvervspanel.foundation.desk import (
    PUBLISHING_FOLLOWED,
    SOURCE,
    BlockInline,
    DraftsExportForm,
    ExportPage,
    FollowersColumn,
    HappenedFilter,
    PartAdmin,
    PublishableAdmin,
    RowInline,
)
from initiatives.admin.owned import Owned, OwnedPart
from initiatives.models import Indicator, Initiative, Milestone
from initiatives.models.initiative import STALE_AFTER


class StaleFilter(admin.SimpleListFilter):
    """Initiatives that nobody has looked over for long."""

    title = "opdatering"
    parameter_name = "opdatering"

    def lookups(self, request, model_admin):
        return [("gammel", f"Ikke set efter i {STALE_AFTER.days} dage")]

    def queryset(self, request, queryset):
        return queryset.stale() if self.value() == "gammel" else queryset


class MilestoneInline(OwnedPart, RowInline):
    model = Milestone
    fields = ("title", "due_on", "reached_on", "note")


class IndicatorInline(OwnedPart, BlockInline):
    """Readings are entered on the indicator's own page, which each leads to."""

    model = Indicator
    fields = (("name", "unit", "direction"), ("baseline", "baseline_on"), ("target", "target_on"))


@admin.register(Initiative)
class InitiativeAdmin(Owned, ExportPage, FollowersColumn, PublishableAdmin):
    owner_path = "owner"
    list_display = ("number", "title", "theme", "status", "unit", "reviewed_on", "state")
    list_display_links = ("number", "title")
    list_filter = (StaleFilter, "theme", "status", "unit", "partners")
    search_fields = ("title", "summary", "what", "why", "unit", "theme__year", "partners__name")
    list_select_related = ("theme", "decision", "owner", "published_by")
    inlines = (MilestoneInline, IndicatorInline)
    export_form = DraftsExportForm
    export_links = ("ideas__theme", "partners")
    # Not whose desk it lies on: a file goes from hand to hand.
    export_columns = {
        "tema": lambda each: each.theme.year,
        "nummer": lambda each: each.number,
        "titel": lambda each: each.title,
        "kort beskrivelse": lambda each: each.summary,
        "status": lambda each: each.get_status_display(),
        "ansvarlig afdeling": lambda each: each.unit,
        "begynder": lambda each: each.starts_on,
        "slutter": lambda each: each.ends_on,
        "næste skridt": lambda each: each.next_step,
        "næste skridt senest": lambda each: each.next_step_on,
        "opdateret": lambda each: each.reviewed_on,
        "samarbejdspartnere": lambda each: " | ".join(map(str, each.partners.all())),
        "ideer": lambda each: " | ".join(map(str, each.ideas.all())),
        "stand": lambda each: each.publishing_state.label,
        "eksempel": lambda each: each.is_example,
    }
    fieldsets = (
        (
            "Det vigtigste",
            {
                "fields": (
                    ("theme", "number"),
                    "title",
                    "slug",
                    "summary",
                    ("status", "unit", "owner"),
                    ("starts_on", "ends_on"),
                )
            },
        ),
        ("Teksten", {"fields": ("what", "why", "audience", "company_action")}),
        ("Næste skridt", {"fields": ("next_step", ("next_step_on", "reviewed_on"))}),
        (
            "Sammenhæng",
            {
                "fields": (
                    "ideas",
                    "recommendations",
                    "decision",
                    "partners",
                    "services",
                    "goals",
                )
            },
        ),
        PUBLISHING_FOLLOWED,
        SOURCE,
    )


@admin.register(Milestone)
class MilestoneAdmin(Owned, PartAdmin):
    list_display = ("title", "initiative", "due_on", "reached_on")
    list_filter = (
        ("reached_on", HappenedFilter),
        ("initiative", admin.RelatedOnlyFieldListFilter),
    )
    date_hierarchy = "due_on"
    search_fields = ("title", "note", "initiative__title")
    list_select_related = ("initiative",)
    fieldsets = (
        ("Det vigtigste", {"fields": ("initiative", "title", ("due_on", "reached_on"))}),
        ("Teksten", {"fields": ("note",)}),
        SOURCE,
    )
