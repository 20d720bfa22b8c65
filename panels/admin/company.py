from django.contrib import admin

from erhvervspanel.foundation.desk import SOURCE, RecordAdmin
from panels.models import Company


class NamedFilter(admin.SimpleListFilter):
    """Companies that may be named in public, and those that may not."""

    title = "samtykke til navn"
    parameter_name = "samtykke"

    def lookups(self, request, model_admin):
        return (("ja", "Må nævnes"), ("nej", "Tælles kun med"))

    def queryset(self, request, queryset):
        if self.value() not in {"ja", "nej"}:
            return queryset
        return queryset.filter(named_since__isnull=self.value() == "nej")


@admin.register(Company)
class CompanyAdmin(RecordAdmin):
    list_display = ("name", "cvr_number", "trade", "size_band", "town", "named_since")
    list_filter = (NamedFilter, "size_band", "advertising_protected")
    search_fields = ("name", "cvr", "trade", "trade_code", "town")
    fieldsets = (
        ("Det vigtigste", {"fields": ("name", "slug", ("cvr", "cvr_exception"))}),
        (
            "Virksomheden",
            {
                "fields": (
                    "trade",
                    ("trade_code", "trade_code_version"),
                    ("size_band", "town"),
                    "website",
                )
            },
        ),
        ("Samtykke", {"fields": ("named_since", "advertising_protected")}),
        SOURCE,
    )

    @admin.display(description="CVR-nummer", ordering="cvr")
    def cvr_number(self, company) -> str:
        return company.cvr_grouped
