from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from erhvervspanel.foundation.desk import SOURCE, ExportPage, RecordAdmin
from erhvervspanel.foundation.desk.history import truth
from panels.actions import accept
from panels.admin.merging import MergeAction
from panels.cvr import LookUpFailed, look_up
from panels.forms import ExportCompaniesForm
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
class CompanyAdmin(MergeAction, ExportPage, RecordAdmin):
    list_display = ("name", "cvr_number", "trade", "size_band", "town", "named_since")
    list_filter = (NamedFilter, "size_band", "advertising_protected")
    search_fields = ("name", "cvr", "trade", "trade_code", "town")
    actions = ("merge",)
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
    export_form = ExportCompaniesForm
    export_columns = {
        "navn": lambda company: company.name,
        "CVR-nummer": lambda company: company.cvr,
        "branche": lambda company: company.trade,
        "størrelse": lambda company: company.get_size_band_display(),
        "by": lambda company: company.town,
        "hjemmeside": lambda company: company.website,
        "samtykke til navn givet den": lambda company: company.named_since,
        "reklamebeskyttet": lambda company: company.advertising_protected,
        "eksempel": lambda company: company.is_example,
    }

    def get_urls(self):
        view = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.register))
        return [path("<int:key>/cvr/", view, name="panels_company_cvr"), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        company = self.get_object(request, object_id)
        may = company is not None and company.cvr and self.has_change_permission(request, company)
        extra = {"may_look_up": may and settings.CVR_BACKEND != "null"}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | extra)

    def register(self, request, key: int):
        """What the register has otherwise; sent, what is ticked is taken over."""
        company = get_object_or_404(Company, pk=key)
        if not self.has_change_permission(request, company) or not company.cvr:
            raise PermissionDenied
        try:
            found = look_up(company.cvr)
        except LookUpFailed as failed:
            messages.error(request, str(failed))
            return redirect("admin:panels_company_change", key)
        if request.method == "POST":
            return self.taken_over(request, company, found)
        context = self.admin_site.each_context(request) | {
            "title": f"{company.name} i CVR",
            "opts": self.opts,
            "company": company,
            "differences": [
                (name, label, shown(ours), shown(theirs))
                for name, label, ours, theirs in found.differences(company)
            ],
        }
        return TemplateResponse(request, "admin/panels/company/cvr.html", context)

    def taken_over(self, request, company: Company, found):
        try:
            changed = accept(company, found, fields=request.POST.getlist("felt"), by=request.user)
        except ValidationError as error:
            for sentence in error.messages:
                messages.error(request, f"Intet er ændret. {sentence}")
        else:
            told = "Oplysningerne fra CVR er gemt." if changed else "Intet er ændret."
            messages.success(request, told)
        return redirect("admin:panels_company_change", company.pk)

    @admin.display(description="CVR-nummer", ordering="cvr")
    def cvr_number(self, company) -> str:
        return company.cvr_grouped


def shown(value) -> str:
    return truth(value) if isinstance(value, bool) else value or "–"
