"""The versions of a record: any two held against each other, and an earlier one put back."""

from collections.abc import Collection

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_safe

from erhvervspanel.foundation.desk.history import ReadableChanges
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.restoring import refusals, restore


class VersionPages:
    """For the admin of records with history."""

    object_history_template = "admin/object_versions.html"
    object_history_list_template = "admin/object_history_list.html"

    def get_urls(self):
        view = self.admin_site.admin_view(require_safe(self.comparison))
        name = f"{self.opts.app_label}_{self.opts.model_name}_comparison"
        return [path("<path:object_id>/history/sammenlign/", view, name=name), *super().get_urls()]

    def get_historical_record_context_helper(self, request, historical_record):
        return ReadableChanges(self.model, historical_record)

    def history_view(self, request, object_id, extra_context=None):
        if not object_id.isdecimal():
            raise Http404
        return super().history_view(request, object_id, extra_context)

    def versions(self, request, object_id: str):
        """The versions of a row, the newest first; who may not see just that row is refused, a deleted one too."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        key = object_id if object_id.isdecimal() else 0
        versions = self.model.history.filter(**{self.opts.pk.attname: key})
        found = versions.select_related("history_user").order_by("-history_date", "-history_id")
        row = self.model._base_manager.filter(pk=key).first() or getattr(found.first(), "instance", None)
        if row is None or not found:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        return found

    def comparison(self, request, object_id: str):
        """What differs between the versions `fra` and `til`; between the two newest where they are not told."""
        versions = self.versions(request, object_id)
        older, newer = chosen(request, versions)
        context = {
            "title": f"Sammenlign to udgaver af {newer.instance}",
            "older": older,
            "newer": newer,
            "reasons": [each for each in since(older, newer, versions) if each.history_change_reason],
            "changes": self.differences(request, older, newer),
        }
        return self.version_page(request, object_id, "admin/object_comparison.html", context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """An earlier version beside the present one; sent, it is put back."""
        versions = self.versions(request, object_id)
        version = versions.filter(pk=version_id).first() if version_id.isdecimal() else None
        row = self.get_object(request, object_id)
        if version is None or row is None:
            raise Http404
        may_restore = self.has_change_permission(request, row)
        if request.method == "POST":
            if not may_restore:
                raise PermissionDenied
            return self.put_back(request, row, version)
        context = {
            "title": f"Tidligere udgave af {row}",
            "version": version,
            "original": row,
            "changes": self.differences(request, versions[0], version, but=self.stays(request, row)),
            "may_restore": may_restore,
        }
        return self.version_page(request, object_id, "admin/object_version.html", context)

    def put_back(self, request, row, version):
        try:
            row = restore(row, version, by=request.user, locked=self.stays(request, row))
        except ValidationError as error:
            for message in ["Udgaven kan ikke gendannes.", *refusals(error, row)]:
                self.message_user(request, message, messages.ERROR)
            return redirect(request.path)
        self.message_user(request, f"»{row}« er gendannet. Den udgave, du erstattede, ligger i historikken.")
        return redirect(self.address("change", row.pk))

    def stays(self, request, row) -> set[str]:
        """The fields that stay as they are when a version is put back."""
        return {*row.NOT_RESTORED, *self.get_readonly_fields(request, row)}

    def differences(self, request, older, newer, *, but: Collection[str] = ()) -> list[dict]:
        """What became different from `older` to `newer`, as texts, in other fields than those in `but`."""
        delta = newer.diff_against(older, foreign_keys_are_objs=True, excluded_fields=but)
        return self.get_historical_record_context_helper(request, newer).context_for_delta_changes(delta)

    def version_page(self, request, object_id: str, template: str, context: dict):
        frame = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "changelist_url": self.address("changelist"),
            "change_url": self.address("change", object_id),
            "history_url": self.address("history", object_id),
        }
        return TemplateResponse(request, template, frame | context)

    def address(self, page: str, *arguments) -> str:
        return link(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", *arguments)


def since(older, newer, versions):
    """Those of `versions` that came after `older`, up to `newer` itself, the newest first."""
    between = versions.filter(history_date__range=(older.history_date, newer.history_date))
    # What was saved in the same moment is told apart by its number, as everywhere.
    before = Q(history_date=older.history_date, history_id__lte=older.history_id)
    after = Q(history_date=newer.history_date, history_id__gt=newer.history_id)
    return between.exclude(before | after)


def chosen(request, versions) -> tuple:
    """The older and the newer of the two versions that are asked for; the two newest where none is."""
    asked = [
        versions.filter(pk=key).first()
        for key in map(request.GET.get, ("fra", "til"))
        if (key or "").isdecimal()
    ]
    pair = [version for version in asked if version is not None] or list(versions[:2])
    pair.sort(key=lambda version: (version.history_date, version.history_id))
    return pair[0], pair[-1]
