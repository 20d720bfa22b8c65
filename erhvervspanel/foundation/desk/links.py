"""Links to other rows in an admin form: looked up by typing, and labelled without a query per row; or chosen from a list, without a script."""

from functools import cache

from django import forms
from django.contrib.admin.widgets import (
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    ForeignKeyRawIdWidget,
    ManyToManyRawIdWidget,
)
from django.db.models import Field, QuerySet

WITHOUT_SCRIPT = (
    "lister"  # in the address of a form: links are lists to choose from, as looking up takes JavaScript
)
MOST_LISTED = 1000  # rows in such a list; of more, the number is typed


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


class Listed:
    """A list to choose from, whose rows are asked for once for all rows of a form. What is chosen stands in it whether or not one may
    choose it: a link that is not shown would be lost by saving."""

    def __init__(self, rows: QuerySet):
        super().__init__()
        self.model = rows.model
        self.rows = cache(lambda: [(str(row.pk), str(row)) for row in rows])

    def optgroups(self, name, value, attrs=None):
        nothing = [] if self.allow_multiple_selected else [("", "---------")]
        self.choices = [*nothing, *self.rows(), *self.others(value)]
        return super().optgroups(name, value, attrs)

    def others(self, chosen: list[str]) -> list[tuple[str, str]]:
        """Those of `chosen` that are not among the rows."""
        offered = {key for key, _ in self.rows()}
        missing = [key for key in chosen if key.isdecimal() and key not in offered]
        rows = self.model._base_manager.filter(pk__in=missing) if missing else []
        return [(str(row.pk), str(row)) for row in rows]


class ListedSelect(Listed, forms.Select):
    """One row of another model."""


class ListedSelectMultiple(Listed, forms.SelectMultiple):
    """Several rows of another model."""


def widget_without_script(db_field: Field, site, rows: QuerySet) -> forms.Widget:
    """What chooses among `rows`, those that `db_field` may lead to, where no script runs."""
    many = db_field.many_to_many
    if rows[: MOST_LISTED + 1].count() <= MOST_LISTED:
        return (ListedSelectMultiple if many else ListedSelect)(rows)
    return (ManyToManyRawIdWidget if many else ForeignKeyRawIdWidget)(db_field.remote_field, site)
