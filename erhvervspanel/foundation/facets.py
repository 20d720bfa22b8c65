"""The filter engine: facets in the address, with counts, over any public list.

Everything is a GET parameter, so that Back works and an address can be shared. Values of one facet widen the
result, facets narrow each other. A facet's counts follow the other choices but not its own, so that they
say what another choice would give. What does not exist is left out, and named in `unknown`.
"""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import CharField, Count, Expression, F, QuerySet, Value
from django.db.models.functions import Cast
from django.http import QueryDict

from erhvervspanel.foundation.pages import PAGE_PARAMETER
from erhvervspanel.foundation.search import matches, ranked

LONGEST_QUERY = 200  # characters; what is typed beyond is no search
QUERY, SORTING = "q", "sortering"
TOTAL = ("", "")


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

    def narrow(self, rows: QuerySet, values: list[str]) -> QuerySet:
        """Those of `rows` that have any of `values`."""
        having = self.valued(rows.model.objects.all()).filter(facet_value__in=values)
        return rows.filter(pk__in=having.order_by().values("pk"))

    def counts(self, matching: QuerySet) -> QuerySet:
        """(this facet's name, value, number of rows) of what is `matching`."""
        return counted(self.valued(among(matching)), self.name, F("facet_value"))


@dataclass(frozen=True)
class Option:
    """One choice of a facet."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class OptionGroup:
    """A facet with its choices, as a page shows it."""

    name: str
    label: str
    options: list[Option]
    open: bool

    @property
    def chosen_count(self) -> int:
        return sum(option.chosen for option in self.options)


@dataclass(frozen=True)
class ActiveFilter:
    """A choice that was made, and the list without it."""

    label: str
    url: str


@dataclass(frozen=True)
class Sorting:
    """A way to sort: the parameter's value, what people call it, and the ordering."""

    name: str
    label: str
    ordering: tuple


class FacetedList:
    """A list, as the address asks for it.

    Args:
        parameters: the request's GET parameters.
        rows: what the list is of, by the one rule of visibility.
        facets: the facets, in the order of the page.
        offered: each facet's values with their labels, by facet name.
        sortings: the ways to sort; the first is the default where nothing is searched for.
    """

    def __init__(
        self,
        parameters: QueryDict,
        *,
        rows: QuerySet,
        facets: tuple[Facet, ...],
        offered: dict[str, list[tuple[str, str]]],
        sortings: tuple[Sorting, ...],
    ):
        self.parameters = parameters
        self.rows = rows
        self.facets = facets
        self.offered = {facet.name: dict(offered.get(facet.name, ())) for facet in facets}
        self.sortings = sortings
        self.query = parameters.get(QUERY, "").replace("\x00", " ").strip()[:LONGEST_QUERY]

    @cached_property
    def chosen(self) -> dict[str, list[str]]:
        """The values chosen in each facet, without those that do not exist."""
        return {
            name: [value for value in dict.fromkeys(self.parameters.getlist(name)) if value in known]
            for name, known in self.offered.items()
        }

    @property
    def unknown(self) -> list[str]:
        """What the address asked for that does not exist."""
        asked = [
            value
            for name, known in self.offered.items()
            for value in self.parameters.getlist(name)
            if value and value not in known
        ]
        sorting = self.parameters.get(SORTING, "")
        known_sortings = {"", *(sorting.name for sorting in self.sortings)}
        return asked + ([] if sorting in known_sortings else [sorting])

    @property
    def sorting(self) -> Sorting | None:
        """The sorting asked for; by default the best hits first, or the first sorting without a search."""
        asked = self.parameters.get(SORTING, "")
        default = None if self.query else self.sortings[0]
        return next((sorting for sorting in self.sortings if sorting.name == asked), default)

    @property
    def result(self) -> QuerySet:
        """The rows that fit every choice, sorted."""
        if self.sorting:
            return self.matching().order_by(*self.sorting.ordering)
        return ranked(self.matching(), self.query)

    def matching(self, *, leaving_out: str = "") -> QuerySet:
        """The rows that fit every choice, or every choice but those of one facet."""
        rows = matches(self.rows, self.query) if self.query else self.rows
        for facet in self.facets:
            if self.chosen[facet.name] and facet.name != leaving_out:
                rows = facet.narrow(rows, self.chosen[facet.name])
        return rows

    @cached_property
    def counts(self) -> dict[tuple[str, str], int]:
        """How many rows each choice gives, by (facet, value), and under TOTAL the whole. One statement."""
        everything = self.matching()
        groups = [
            facet.counts(self.matching(leaving_out=facet.name) if self.chosen[facet.name] else everything)
            for facet in self.facets
        ]
        total = counted(among(everything), "", Value("", output_field=CharField()))
        rows = total.union(*groups, all=True)
        return {(name, value): count for name, value, count in rows if value is not None}

    @property
    def total(self) -> int:
        """How many rows fit every choice."""
        return self.counts.get(TOTAL, 0)

    @property
    def groups(self) -> list[OptionGroup]:
        """The facets with the choices that give anything, and those that were made."""
        groups = []
        for facet in self.facets:
            chosen = self.chosen[facet.name]
            options = [
                Option(value, label, self.counts.get((facet.name, value), 0), value in chosen)
                for value, label in self.offered[facet.name].items()
            ]
            worth_showing = [option for option in options if option.count or option.chosen]
            groups.append(OptionGroup(facet.name, facet.label, worth_showing, facet.open))
        return [group for group in groups if group.options]

    @property
    def active(self) -> list[ActiveFilter]:
        """The choices that were made, each with the address without it."""
        filters = [
            ActiveFilter(f"{facet.label}: {self.offered[facet.name][value]}", self.without(facet.name, value))
            for facet in self.facets
            for value in self.chosen[facet.name]
        ]
        if self.query:
            filters.insert(0, ActiveFilter(f"Søgning: »{self.query}«", self.without(QUERY)))
        return filters

    @property
    def unknown_sentence(self) -> str:
        """What to tell of `unknown`."""
        named = ", ".join(f"»{value[:40]}«" for value in self.unknown[:5])
        return f"Vi kender ikke {named} og har set bort fra det. Vælg i stedet blandt filtrene."

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form of facets must keep."""
        return [(SORTING, self.sorting.name)] if self.parameters.get(SORTING) and self.sorting else []

    @property
    def by_relevance(self) -> str:
        """The address with the best hits first."""
        return self.without(SORTING)

    @property
    def sorting_links(self) -> list[tuple[Sorting, str, bool]]:
        """Each sorting, the address that sorts so, and whether the list is sorted so now."""
        links = []
        for sorting in self.sortings:
            query = self.first_page()
            query[SORTING] = sorting.name
            links.append((sorting, f"?{query.urlencode()}", sorting == self.sorting))
        return links

    def without(self, name: str, value: str | None = None) -> str:
        """The address without one value of a parameter, or without the parameter."""
        query = self.first_page()
        query.setlist(name, [given for given in query.getlist(name) if value and given != value])
        return f"?{query.urlencode()}"

    def first_page(self) -> QueryDict:
        """The parameters, from the first page."""
        query = self.parameters.copy()
        query.pop(PAGE_PARAMETER, None)
        return query


def among(matching: QuerySet) -> QuerySet:
    """The model's rows that are `matching`, without what its QuerySet annotates and sorts by."""
    return matching.model.objects.filter(pk__in=matching.order_by().values("pk")).order_by()


def counted(rows: QuerySet, facet: str, value) -> QuerySet:
    """(facet, value, number) of `rows`."""
    return (
        rows.annotate(counted_facet=Value(facet, output_field=CharField()), counted_value=value)
        .values("counted_facet", "counted_value")
        .annotate(counted_rows=Count("pk"))
        .values_list("counted_facet", "counted_value", "counted_rows")
    )
