"""The admin of a curated record, and the inlines in it."""

import re
from collections.abc import Collection, Iterator
from contextlib import suppress

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import IntegrityError, models
from django.utils.html import format_html
from django.utils.text import capfirst
from simple_history.admin import SimpleHistoryAdmin

from erhvervspanel.foundation.desk.documents import DocumentInput
from erhvervspanel.foundation.desk.forms import RecordForm, RowFormSet, looks_up
from erhvervspanel.foundation.desk.links import (
    WITHOUT_SCRIPT,
    LinkSelect,
    LinkSelectMultiple,
    widget_without_script,
)
from erhvervspanel.foundation.desk.lists import DeskListAdmin
from erhvervspanel.foundation.desk.versions import VersionPages
from erhvervspanel.foundation.documents import DocumentField
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.publishing import visible
from erhvervspanel.foundation.records import deletion_refusals

BARE_LINK = re.compile(r" object \(\d+\)$")
TRIES = 5  # of saving a form where others come first

SOURCE = (
    "Kilde",
    {"fields": ("is_example", "provenance", ("created_at", "updated_at"))},
)


class Linked:
    """For an admin or an inline: every link is looked up by typing, and its label costs no query of its own.

    `list_select_related` and `list_prefetch_related` name what the row's text and its links' texts need, for
    lists and forms alike. `link_tools` are the buttons beside a link; deleting what one links to is not among them.
    """

    form = RecordForm
    formfield_overrides = {
        models.URLField: {"assume_scheme": "https"},
        DocumentField: {"widget": DocumentInput},
    }
    list_select_related: tuple[str, ...] = ()
    list_prefetch_related: tuple[str, ...] = ()
    link_tools: tuple[str, ...] = ("add", "change")

    def get_queryset(self, request):
        rows = super().get_queryset(request).prefetch_related(*self.list_prefetch_related)
        return rows.select_related(*self.list_select_related) if self.list_select_related else rows

    def get_fieldsets(self, request, obj=None):
        """With what the form keeps to itself, for those who may change the row: the version it was opened on, what was warned of."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None and not self.has_change_permission(request, obj):
            return fieldsets
        kept = ["seen_cpr"] if obj is None else ["opened_version", "seen_cpr"]
        (name, options), *rest = fieldsets
        fields = [
            field
            for field in options["fields"]
            if field not in ("opened_version", "seen_cpr", "change_reason")
        ]
        return [(name, {**options, "fields": [*fields, *kept]}), *rest]

    def get_autocomplete_fields(self, request):
        links = [*self.opts.fields, *self.opts.many_to_many]
        return [link.name for link in links if link.remote_field and link.editable]

    def get_field_queryset(self, db, db_field, request):
        related = db_field.remote_field.model
        if not self.admin_site.is_registered(related):
            return None
        return self.admin_site.get_model_admin(related).get_queryset(request)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs.setdefault("widget", self.link_widget(LinkSelect, db_field, request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs.setdefault("widget", self.link_widget(LinkSelectMultiple, db_field, request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def link_widget(self, kind: type, db_field, request) -> forms.Widget:
        if WITHOUT_SCRIPT not in request.GET:
            return kind(db_field, self.admin_site)
        rows = self.get_field_queryset(None, db_field, request)
        if rows is None:
            rows = db_field.remote_field.model._default_manager.all()
        return widget_without_script(db_field, self.admin_site, rows)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            for tool in {"add", "change", "delete", "view"} - set(self.link_tools):
                setattr(field.widget, f"can_{tool}_related", False)
        return field


def without_links(deleted: list) -> list:
    """What a page of deletion lists, without the rows of plain links, which have no name: »Session_speakers object (1)«."""
    return [
        without_links(each) if isinstance(each, list) else each
        for each in deleted
        if isinstance(each, list) or not BARE_LINK.search(str(each))
    ]


def holders(rows: Collection[models.Model]) -> Iterator[models.Model]:
    """What links to one of `rows` by a plain link of its own: it would lose that without a word, and without a version.

    A link that one of `rows` has itself is part of it and of its history, and goes with it.
    """
    chosen = {row.pk for row in rows}
    for row in rows:
        for held in row._meta.related_objects:
            if not (held.many_to_many and held.through._meta.auto_created):
                continue
            # A link that goes both ways has but the one name.
            others = getattr(row, held.get_accessor_name() or held.field.name).all()
            yield from others.exclude(pk__in=chosen) if held.related_model is held.model else others


def named_with_link(row: models.Model) -> str:
    """`row` as Django names what keeps another from being deleted."""
    opts = row._meta
    page = link(f"admin:{opts.app_label}_{opts.model_name}_change", row.pk)
    return format_html('{}: <a href="{}">{}</a>', capfirst(opts.verbose_name), page, row)


class RecordAdmin(DeskListAdmin, VersionPages, Linked, SimpleHistoryAdmin):
    """A curated record: searched, filtered, linked, and with a history that says what changed."""

    readonly_fields = ("created_at", "updated_at")
    list_per_page = 50

    def get_list_filter(self, request):
        return [*super().get_list_filter(request), "is_example"]

    def changeform_view(self, request, *args, **kwargs):
        """Once more from the start where somebody else has just saved what there can be one of: nothing of it was stored, and now the form
        sees the other row. It says so, or finds the next address that is free."""
        for _ in range(TRIES - 1):
            with suppress(IntegrityError):
                return super().changeform_view(request, *args, **kwargs)
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request, obj, form, change):
        """With the reason that was given, after what the history says by itself."""
        told = (getattr(obj, "_change_reason", None), form.cleaned_data.get("change_reason"))
        obj._change_reason = ": ".join(filter(None, told)) or None
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        """The parts are changed for the reason that the whole is."""
        for part in formset.forms:
            part.instance._change_reason = form.cleaned_data.get("change_reason") or None
        super().save_formset(request, form, formset, change)

    def get_deleted_objects(self, objs, request):
        """What others link to is protected, as Django protects what a foreign key leads to, and so is what refuses it."""
        deleted, counts, missing, protected = super().get_deleted_objects(objs, request)
        links = {
            str(held.remote_field.through._meta.verbose_name_plural)
            for model in apps.get_models()
            for held in model._meta.many_to_many
            if held.remote_field.through._meta.auto_created
        }
        counts = {name: count for name, count in counts.items() if str(name) not in links}
        protected = [*protected, *map(named_with_link, holders(objs)), *deletion_refusals(objs)]
        # Where it cannot be deleted at all, nobody has to hear which rights they lack.
        return without_links(deleted), counts, set() if protected else missing, protected

    def render_change_form(self, request, context, *args, **kwargs):
        parts = [each.formset.empty_form for each in context["inline_admin_formsets"]]
        context["has_lookups"] = any(map(looks_up, [context["adminform"].form, *parts]))
        return super().render_change_form(request, context, *args, **kwargs)

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


class PartInline(Linked):
    """The parts of a record in its form; each leads to the part's own page and history."""

    formset = RowFormSet
    extra = 0
    show_change_link = True
    view_on_site = False
    link_tools = ()
    extra_without_script = 2  # empty rows, where no button can add one
    formfield_overrides = Linked.formfield_overrides | {
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 36})},
        # Slugs to be made when the rows are saved are not the same slug.
        models.SlugField: {"empty_value": None},
    }

    def get_extra(self, request, obj=None, **kwargs):
        return self.extra_without_script if WITHOUT_SCRIPT in request.GET else self.extra


class RowInline(PartInline, admin.TabularInline):
    """Parts as a table, whose rows are cards where it is narrow."""

    template = "admin/edit_inline/rows.html"


class BlockInline(PartInline, admin.StackedInline):
    """Parts one below the other, for the few with much text."""
