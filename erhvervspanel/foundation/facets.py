"""The filter engine: facets in the address, with counts, over any public list.

Everything is a GET parameter, so that Back works and an address can be shared. Values of one facet widen the
result, facets narrow each other. A facet's counts follow the other choices but not its own, so that they
say what another choice would give. What does not exist is left out, and named in `unknown`.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from django.db.models import CharField, Count, Expression, F, QuerySet, Value
from django.db.models.functions import Cast
from django.http import QueryDict

from erhvervspanel.foundation.composed import MOST_COMPOSED, Among, Composed, Given
from erhvervspanel.foundation.pages import PAGE_PARAMETER
from erhvervspanel.foundation.search import Search, asked_for

LONGEST_QUERY = 200  # characters; what is typed beyond is no search
MOST_COUNTED = (
    1000  # rows; counting all of 400,000 takes seconds, and a reader needs no more than »over 1.000«
)
QUERY, SORTING = "q", "sortering"
ALL = ""


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


@dataclass(frozen=True)
class Option:
    """One choice of a facet."""

    value: str
    label: str
    count: int | None  # None where there are too many to count
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


@dataclass(frozen=True, eq=False)
class Sorting:
    """A way to sort: the parameter's value, what people call it, and the ordering."""

    name: str
    label: str
    ordering: tuple


@dataclass(frozen=True, eq=False)
class Listing:
    """What a list is of, and can be asked for.

    Args:
        rows: the rows, by the one rule of visibility.
        shown: those rows with what the page shows of them.
        facets: the facets, in the order of the page.
        sortings: the ways to sort; the first is the default where nothing is searched for.
    """

    rows: Callable[[], QuerySet]
    shown: Callable[[QuerySet], QuerySet]
    facets: tuple[Facet, ...]
    sortings: tuple[Sorting, ...]


@dataclass(frozen=True)
class Asked:
    """What is asked for of a listing, but for the values chosen: all that decides how the statements are put.

    Args:
        manners: the manner of each facet in which something is chosen, by its name.
        search: how what is searched for is looked for, if anything is.
    """

    listing: Listing
    manners: tuple[tuple[str, Hashable], ...]
    search: Search | None

    @property
    def left_out(self) -> list[str]:
        """What the facets' choices are counted without: ALL for most, and the facet itself where something is chosen in it."""
        return [ALL, *(name for name, _ in self.manners)]

    def matching(self, *, leaving_out: str = ALL) -> QuerySet:
        """The rows that fit every choice, or every choice but those of one facet."""
        rows = self.listing.rows()
        if self.search:
            rows = self.search.matches(rows)
        manners = dict(self.manners)
        for facet in self.listing.facets:
            if facet.name in manners and facet.name != leaving_out:
                rows = facet.narrow(rows, Given(facet.name), manners[facet.name])
        return rows


class FacetedList:
    """A list, as the address asks for it.

    Args:
        parameters: the request's GET parameters.
        listing: what the list is of.
        offered: each facet's values with their labels, by facet name.
    """

    def __init__(self, parameters: QueryDict, *, listing: Listing, offered: dict[str, list[tuple[str, str]]]):
        self.parameters = parameters
        self.listing = listing
        self.facets = listing.facets
        self.sortings = listing.sortings
        self.offered = {facet.name: dict(offered.get(facet.name, ())) for facet in self.facets}
        self.query = parameters.get(QUERY, "").strip()[:LONGEST_QUERY]

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

    @cached_property
    def searched(self) -> tuple[Search | None, dict]:
        """How what is searched for is looked for, and its words. Costs one query for the synonyms where there is anything."""
        return asked_for(self.query) if self.query else (None, {})

    @cached_property
    def asked(self) -> Asked:
        chosen = ((facet, self.chosen[facet.name]) for facet in self.facets)
        manners = tuple((facet.name, facet.manner(values)) for facet, values in chosen if values)
        return Asked(self.listing, manners, self.searched[0])

    @property
    def given(self) -> dict:
        """The values for what is `asked`."""
        return self.chosen | self.searched[1]

    def __getitem__(self, part: slice) -> list:
        """Some of the rows that fit every choice, sorted, with what the page shows."""
        order = (self.sorting, part.start or 0, part.stop)
        if self.is_capped:
            return shown(self.asked, *order)(**self.given)
        # They have been looked for once; a search looks for their rank.
        return shown_among(self.listing, self.asked.search, *order)(keys=self.keys[ALL], **self.searched[1])

    @cached_property
    def keys(self) -> dict[str, list[int]]:
        """The keys of the rows that fit every choice, under ALL, and under each facet with a choice those that fit
        all others: at most one beyond MOST_COUNTED of each. One statement."""
        keys: dict[str, list[int]] = {name: [] for name in self.asked.left_out}
        for name, key in keys_of(self.asked)(**self.given):
            keys[name].append(key)
        return keys

    @cached_property
    def counts(self) -> dict[tuple[str, str], int]:
        """How many rows each choice gives with the other choices, by (facet, value). One statement."""
        keys = {facet.name: self.keys_for(facet) for facet in self.facets}
        rows = counts_of(self.listing)(**keys)
        return {(name, value): count for name, value, count in rows if value is not None}

    def keys_for(self, facet: Facet) -> list[int]:
        """The keys that the facet's choices are counted among."""
        return self.keys[facet.name if self.chosen[facet.name] else ALL]

    def count_of(self, facet: Facet, value: str) -> int | None:
        """How many rows `value` gives with the other facets' choices; None where there are too many to count."""
        if len(self.keys_for(facet)) > MOST_COUNTED:
            return None
        return self.counts.get((facet.name, value), 0)

    @property
    def total(self) -> int:
        """How many rows fit every choice, up to MOST_COUNTED."""
        return min(len(self.keys[ALL]), MOST_COUNTED)

    @property
    def is_capped(self) -> bool:
        """Whether there are more rows than `total` tells."""
        return len(self.keys[ALL]) > MOST_COUNTED

    @property
    def groups(self) -> list[OptionGroup]:
        """The facets with the choices that give anything, and those that were made."""
        groups = []
        for facet in self.facets:
            chosen = self.chosen[facet.name]
            options = [
                Option(value, label, self.count_of(facet, value), value in chosen)
                for value, label in self.offered[facet.name].items()
            ]
            worth_showing = [option for option in options if option.count != 0 or option.chosen]
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


@lru_cache(MOST_COMPOSED)
def shown(asked: Asked, sorting: Sorting | None, start: int, stop: int) -> Composed:
    """Some of the rows that are asked for, with what the page shows."""

    def rows() -> QuerySet:
        return asked.listing.shown(in_order(asked.matching(), sorting, asked.search))[start:stop]

    return Composed(rows, planned_once=asked.search is None)


@lru_cache(MOST_COMPOSED)
def shown_among(
    listing: Listing, search: Search | None, sorting: Sorting | None, start: int, stop: int
) -> Composed:
    """Some of the rows whose `keys` are given, with what the page shows."""

    def rows(keys) -> QuerySet:
        among = listing.rows().filter(Among("pk", keys))
        return listing.shown(in_order(among, sorting, search))[start:stop]

    return Composed(rows)


def in_order(rows: QuerySet, sorting: Sorting | None, search: Search | None) -> QuerySet:
    """`rows`, sorted; the best hits first where there is no sorting."""
    return rows.order_by(*sorting.ordering) if sorting else search.ranked(rows)


@lru_cache(MOST_COMPOSED)
def keys_of(asked: Asked) -> Composed:
    """(name, key) of the rows without each of `left_out`, by its name: at most one beyond MOST_COUNTED of each."""

    def labelled(name: str) -> QuerySet:
        rows = asked.matching(leaving_out=name).order_by()
        named = rows.annotate(counted_for=Value(name, output_field=CharField()))
        return named.values_list("counted_for", "pk")[: MOST_COUNTED + 1]

    return Composed(lambda: union(*map(labelled, asked.left_out)), planned_once=asked.search is None)


@cache
def counts_of(listing: Listing) -> Composed:
    """What counts the values of the facets, given the keys that each is counted among, by its name."""

    def counted(facet: Facet) -> QuerySet:
        return facet.counts(listing.rows().model.objects.filter(Among("pk", Given(facet.name))))

    return Composed(lambda: union(*map(counted, listing.facets)))


def union(first: QuerySet, *others: QuerySet) -> QuerySet:
    return first.union(*others, all=True)
