"""The forms of curated rows: constraints hold, links keep their labels, and every control has a name."""

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime

from erhvervspanel.foundation.desk.links import LoadedLabels


class RecordForm(forms.ModelForm):
    """The form of a curated row: it knows the rows that were loaded with it, and keeps every constraint."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            widget = inner(field.widget)
            if isinstance(widget, LoadedLabels):
                widget.loaded = {str(row.pk): row for row in self.loaded_with(name)}
            if isinstance(widget, AdminSplitDateTime):
                name_parts(widget, field.label)

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


class RowFormSet(forms.BaseInlineFormSet):
    """The rows of an inline. A table's cells have no labels, so each control is named by its column."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for field in form.fields.values():
            widget = inner(field.widget)
            if not isinstance(widget, AdminSplitDateTime):
                widget.attrs["aria-label"] = field.label


def inner(widget: forms.Widget) -> forms.Widget:
    """The control itself, without the buttons that the admin puts beside a link."""
    return getattr(widget, "widget", widget)


def name_parts(widget: AdminSplitDateTime, label: str) -> None:
    """Names the two inputs of a moment: no label of Django's leads to either."""
    for part, what in zip(widget.widgets, ("dato", "tid"), strict=True):
        part.attrs["aria-label"] = f"{label}, {what}"
