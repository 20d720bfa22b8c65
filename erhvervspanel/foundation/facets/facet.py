"""What a list is filtered by."""

from collections.abc import Hashable
from dataclasses import dataclass

from django.db.models import CharField, Count, Expression, F, QuerySet, Value
from django.db.models.functions import Cast

from erhvervspanel.foundation.composed import Among, Given


def text(expression: str | Expression) -> Cast:
    """`expression` as text, so that all facets' values fit in one statement."""
    return Cast(expression, CharField())


@dataclass(frozen=True)
class Facet:
    """One thing to filter by.

    Args:
        name: the parameter in the address.
        label: what people call it.
        value: gives a row's value as text, or its values, a row for each.
        open: whether its choices are shown before anything is chosen.
    """

    name: str
    label: str
    value: Expression | F
    open: bool = False

    def valued(self, rows: QuerySet) -> QuerySet:
        """`rows` with `facet_value`, a row for each value."""
        return rows.annotate(facet_value=self.value)

    def manner(self, values: list[str]) -> Hashable:
        """What of `values` decides how the rows are narrowed; nothing but that there are any, as a rule."""
        return True

    def narrow(self, rows: QuerySet, values: Given, manner: Hashable) -> QuerySet:
        """Those of `rows` that have any of `values`, in their `manner`."""
        having = self.valued(rows.model.objects.all()).filter(Among("facet_value", values))
        return rows.filter(pk__in=having.order_by().values("pk"))

    def counts(self, rows: QuerySet) -> QuerySet:
        """(this facet's name, value, number of rows) of `rows`."""
        valued = self.valued(rows.order_by()).annotate(facet_name=Value(self.name, output_field=CharField()))
        grouped = valued.values("facet_name", "facet_value").annotate(facet_count=Count("pk"))
        return grouped.values_list("facet_name", "facet_value", "facet_count")


class SingleFacet(Facet):
    """A facet of which each row has one value, in itself or in a row that it belongs to: it is looked for there."""

    def narrow(self, rows: QuerySet, values: Given, manner: Hashable) -> QuerySet:
        name = f"value_of_{self.name}"
        return rows.alias(**{name: self.value}).filter(Among(name, values))
