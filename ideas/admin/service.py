from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.urls import path

from erhvervspanel.foundation.desk import PUBLISHING, SOURCE, PublishableAdmin
from erhvervspanel.foundation.notation import day
from erhvervspanel.foundation.spreadsheets import download
from ideas.demand import GAP_COLUMNS, gap_rows, uncovered_needs
from ideas.models import Service


class WorkFilter(admin.SimpleListFilter):
    """Services that somebody should look at."""

    title = "skal ses efter"
    parameter_name = "arbejde"

    def lookups(self, request, model_admin):
        return [
            ("linket", "Linket svarer ikke"),
            ("alle", "Ikke kontrolleret i et halvt år, eller linket svarer ikke"),
        ]

    def queryset(self, request, queryset):
        if self.value() == "linket":
            return queryset.filter(is_over=False, link_check__problem__gt="")
        return queryset.unverified() if self.value() == "alle" else queryset


@admin.register(Service)
class ServiceAdmin(PublishableAdmin):
    list_display = ("name", "provider", "price", "verified_on", "is_over", "link", "state")
    list_filter = (WorkFilter, "is_over", "needs", "provider")
    search_fields = ("name", "provider", "description", "needs__name")
    list_select_related = ("published_by", "link_check")
    fieldsets = (
        (
            "Det vigtigste",
            {
                "fields": (
                    *("name", "slug", "provider", "summary", "price"),
                    *(("url", "verified_on"), "link", "is_over"),
                )
            },
        ),
        ("Teksten", {"fields": ("description",)}),
        ("Sammenhæng", {"fields": ("needs",)}),
        PUBLISHING,
        SOURCE,
    )
    readonly_fields = (*PublishableAdmin.readonly_fields, "link")

    def get_urls(self):
        gaps = path("mangler.csv", self.admin_site.admin_view(self.gaps), name="ideas_service_gaps")
        return [gaps, *super().get_urls()]

    def gaps(self, request):
        """The gap list as a file, to send on."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return download("csv", "behov-uden-tilbud", GAP_COLUMNS, gap_rows(uncovered_needs()))

    @admin.display(description="linket", ordering="link_check__problem")
    def link(self, service) -> str:
        check = getattr(service, "link_check", None)
        if check is None:
            return "Ikke kontrolleret"
        return check.problem or f"Svarer ({day(check.checked_at)})"
