"""Links to other rows in an admin form: looked up by typing, and labelled without a query per row."""

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db import models


class LoadedLabels:
    """An autocomplete field that labels the rows it was given without asking the database again.

    Django's own asks once per field and row of an inline, so that a page grows slower with every row.
    """

    loaded: dict = {}

    def optgroups(self, name, value, attr=None):
        chosen = [key for key in value if key]
        if not all(key in self.loaded for key in chosen):
            return super().optgroups(name, value, attr)
        options = []
        if not self.is_required and not self.allow_multiple_selected:
            options.append(self.create_option(name, "", "", False, 0))
        for key in chosen:
            label = self.choices.field.label_from_instance(self.loaded[key])
            options.append(self.create_option(name, key, label, True, len(options)))
        return [(None, options, 0)]


class LinkSelect(LoadedLabels, AutocompleteSelect):
    """One row of another model."""


class LinkSelectMultiple(LoadedLabels, AutocompleteSelectMultiple):
    """Several rows of another model."""


class RecordForm(forms.ModelForm):
    """The form of a curated row: it knows the rows that were loaded with it, and keeps every constraint."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, LoadedLabels):
                widget.loaded = {str(row.pk): row for row in self.loaded_with(name)}

    def loaded_with(self, name: str) -> list:
        """The rows that the instance has at hand under the link `name`."""
        link = self.instance._meta.get_field(name)
        if link.many_to_many:
            prefetched = getattr(self.instance, "_prefetched_objects_cache", {})
            return list(prefetched.get(name, ()))
        loaded = link.get_cached_value(self.instance, default=None)
        return [loaded] if loaded else []

    def validate_constraints(self):
        """Also the constraints over fields that the form only shows, such as the moment of publishing.

        Django leaves those out; the database would then answer with an error page.
        """
        try:
            self.instance.validate_constraints(exclude=set(self.errors))
        except forms.ValidationError as error:
            self._update_errors(error)


class Linked:
    """For an admin or an inline: every link is looked up by typing, and its label costs no query of its own.

    `list_select_related` names what the row's own text and its links' texts need, for lists and forms alike.
    """

    form = RecordForm
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_select_related: tuple[str, ...] = ()
    list_prefetch_related: tuple[str, ...] = ()

    def get_queryset(self, request):
        rows = super().get_queryset(request).prefetch_related(*self.list_prefetch_related)
        return rows.select_related(*self.list_select_related) if self.list_select_related else rows

    def get_autocomplete_fields(self, request):
        links = [*self.opts.fields, *self.opts.many_to_many]
        return [link.name for link in links if link.remote_field and link.editable]

    def get_field_queryset(self, db, db_field, request):
        related = db_field.remote_field.model
        if not self.admin_site.is_registered(related):
            return None
        return self.admin_site.get_model_admin(related).get_queryset(request)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs.setdefault("widget", LinkSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs.setdefault("widget", LinkSelectMultiple(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)
