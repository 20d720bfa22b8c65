"""Links to other rows in an admin form: looked up by typing, and labelled without a query per row."""

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple


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
    """Several rows of another model. Each is taken away by itself: a cross for all is one slip from losing them."""

    def build_attrs(self, base_attrs, extra_attrs=None):
        return super().build_attrs(base_attrs, extra_attrs) | {"data-allow-clear": "false"}
