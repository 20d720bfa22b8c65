"""Merging companies from their list: seen before it is done."""

from django.contrib import admin, messages
from django.contrib.auth import get_permission_codename
from django.core.exceptions import ValidationError

from erhvervspanel.foundation.desk.confirmation import ConfirmedActions
from erhvervspanel.foundation.publishing import related_model
from panels.actions import ANOTHER_PLAN, merge_companies
from panels.forms import MergeForm
from panels.merging import MOST, MOVED_LINKS, MOVED_ROWS, Merging, planned, refuse_apart
from panels.models import Company

TEMPLATE = "admin/panels/company/_merging.html"
CHOSEN = admin.helpers.ACTION_CHECKBOX_NAME
TITLE = "Saml virksomheder"
GONE = "Nogle af de valgte findes ikke længere. Er de lige blevet samlet, er det gjort: Se historikken for den, der blev."


class MergeAction(ConfirmedActions):
    """For the admin of companies."""

    @admin.action(description=f"{TITLE} …", permissions=["merge"])
    def merge(self, request, queryset):
        companies = list(queryset.order_by("pk")[: MOST + 1])
        if len(companies) < min(len(set(request.POST.getlist(CHOSEN))), MOST + 1):
            return self.message_user(request, GONE, messages.WARNING)
        try:
            refuse_apart(companies)
        except ValidationError as error:
            return self.message_user(request, " ".join(error.messages), messages.ERROR)
        form = MergeForm(companies, request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            page = {"form": form, "button": "Se, hvad der sker"}
            return self.confirmation(request, queryset, title=TITLE, **page)
        return self.foreseen(request, queryset, form, planned(companies, form.cleaned_data["into"]))

    def foreseen(self, request, queryset, form: MergeForm, plan: Merging):
        """Does what was seen; anything else is shown first, with what was filled in."""
        seen = request.POST.get("seen", "")
        if seen == plan.digest:
            return self.carry_out(
                request,
                lambda: merge_companies(
                    [plan.into, *plan.gone], **form.cleaned_data, seen=seen, by=request.user
                ),
                f"lagt ind i »{plan.into}«",
            )
        return self.confirmation(
            request,
            queryset,
            title=TITLE,
            form=form,
            effect=lambda row: "bliver" if row == plan.into else "lægges ind i den",
            template=TEMPLATE,
            plan=plan,
            why=ANOTHER_PLAN if seen else "",
        )

    def has_merge_permission(self, request) -> bool:
        """Companies are changed and deleted, and so are the rows that point at them; what is linked to them is changed."""
        rows = [Company, *(related_model(Company, name) for name in MOVED_ROWS)]
        linked = [related_model(Company, name) for name in MOVED_LINKS]
        return all(
            request.user.has_perm(f"{model._meta.app_label}.{get_permission_codename(verb, model._meta)}")
            for verb, models in (("change", [*rows, *linked]), ("delete", rows))
            for model in models
        )
