"""A list of the desk as a file: the rows that it shows as it is filtered."""

from collections.abc import Callable, Iterable, Iterator

from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from erhvervspanel.foundation import audit
from erhvervspanel.foundation.accounts.gate import confirm
from erhvervspanel.foundation.desk.lists import listing
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.models import AuditAction
from erhvervspanel.foundation.notation import counted
from erhvervspanel.foundation.spreadsheets import FORMATS, SpreadsheetProblem, download

CHUNK = 500  # rows read at a time


class ExportForm(forms.Form):
    """What a list is taken out as."""

    file_format = forms.ChoiceField(label="Slags fil", choices=FORMATS.items())

    @property
    def personal(self) -> list[str]:
        """What of the file is had for a purpose alone, which is logged; nothing, as a rule."""
        return []

    def narrowed(self, rows: QuerySet) -> QuerySet:
        """Those of `rows` that are to be in the file."""
        return rows


class DraftsExportForm(ExportForm):
    """Of what is published, that alone, unless drafts are asked for."""

    with_drafts = forms.BooleanField(
        label="Kladder med", required=False, help_text="Ellers kun det, som offentligheden kan se."
    )

    def narrowed(self, rows: QuerySet) -> QuerySet:
        return rows if self.cleaned_data["with_drafts"] else rows.published()


class ExportPage:
    """For the admin of a list that goes out as a file.

    Attributes:
        export_columns: the headings, each with what gives a row's value.
        export_links: what those values read of other rows, as `prefetch_related` takes it.
        export_form: what is asked of whoever takes the list out.
        export_note: what is to be known of the file besides.
    """

    export_columns: dict[str, Callable[[Model], object]] = {}
    export_links: tuple[str, ...] = ()
    export_form: type[ExportForm] = ExportForm
    export_note = ""

    @property
    def export_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_export"

    def get_urls(self):
        view = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.export))
        return [path("tag-ud/", view, name=self.export_name), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        extra = {"export_url": f"{link(f'admin:{self.export_name}')}?{request.GET.urlencode()}"}
        return super().changelist_view(request, (extra_context or {}) | extra)

    def export(self, request):
        """Asks what is to be in the file; then the file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(listing(request, request.GET.urlencode())).queryset
        except IncorrectLookupParameters:
            return redirect(f"admin:{self.export_name}")
        form = self.export_form(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                return self.taken_out(request, form.narrowed(rows), form)
            except SpreadsheetProblem as problem:
                form.add_error("file_format", str(problem))
        names = self.opts.verbose_name_plural
        changelist = link(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        context = self.admin_site.each_context(request) | {
            "title": f"Hent {names} som fil",
            "opts": self.opts,
            "is_nav_sidebar_enabled": False,
            "form": form,
            "told": counted(rows.count(), str(self.opts.verbose_name), str(names)),
            "note": self.export_note,
            "back": f"{changelist}?{request.GET.urlencode()}",
        }
        return TemplateResponse(request, "admin/export.html", context)

    def taken_out(self, request, rows: QuerySet, form: ExportForm):
        """The file, once it is written down who took what is personal, and why."""
        given = form.cleaned_data
        if form.personal:
            confirm(request)
        columns, values = self.exported(rows, given)
        file = download(given["file_format"], self.opts.verbose_name_plural, columns, values)
        if form.personal:
            audit.record(
                AuditAction.EXPORTED,
                by=request.user,
                purpose=given["purpose"],
                fields=form.personal,
                rows=rows.count(),
            )
        return file

    def exported(self, rows: QuerySet, given: dict) -> tuple[list[str], Iterable[list]]:
        """The headings, and the values of each of `rows`."""
        return list(self.export_columns), self.export_values(rows.prefetch_related(*self.export_links))

    def export_values(self, rows: QuerySet) -> Iterator[list]:
        for row in rows.iterator(chunk_size=CHUNK):
            yield [value_of(row) for value_of in self.export_columns.values()]
