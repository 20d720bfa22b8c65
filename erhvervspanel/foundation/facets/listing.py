"""What a list is of, what is asked for of it, and the statements that find and count that."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache, lru_cache

from django.db.models import CharField, Count, QuerySet, Value

from erhvervspanel.foundation.composed import MOST_COMPOSED, Among, Composed, Given
from erhvervspanel.foundation.facets.facet import Facet
from erhvervspanel.foundation.search import Search

ALL = ""
EXAMPLES = "eksempler"


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
        most_counted: rows; counting all of 400,000 takes seconds, and a reader needs no more than »over 1.000«.
    """

    rows: Callable[[], QuerySet]
    shown: Callable[[QuerySet], QuerySet]
    facets: tuple[Facet, ...]
    sortings: tuple[Sorting, ...]
    most_counted: int = 1000


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


@lru_cache(MOST_COMPOSED)
def shown(asked: Asked, sorting: Sorting, start: int, stop: int) -> Composed:
    """Some of the rows that are asked for, sorted, with what the page shows."""

    def rows() -> QuerySet:
        return asked.listing.shown(asked.matching().order_by(*sorting.ordering))[start:stop]

    return Composed(rows, planned_once=asked.search is None)


@lru_cache(MOST_COMPOSED)
def shown_among(listing: Listing, sorting: Sorting, start: int, stop: int) -> Composed:
    """Some of the rows whose `keys` are given, sorted, with what the page shows."""
    return Composed(lambda keys: shown_of(listing, keys).order_by(*sorting.ordering)[start:stop])


@cache
def shown_by_key(listing: Listing) -> Composed:
    """The rows whose `keys` are given, in no order, with what the page shows."""
    return Composed(lambda keys: shown_of(listing, keys).order_by())


def shown_of(listing: Listing, keys: Given) -> QuerySet:
    return listing.shown(listing.rows().filter(Among("pk", keys)))


@lru_cache(MOST_COMPOSED)
def keys_of(asked: Asked) -> Composed:
    """(name, key, rank) of the rows without each of `left_out`, by its name: at most one beyond `most_counted` of each. The rank tells
    how well what fits every choice answers to what is searched for."""

    def labelled(name: str) -> QuerySet:
        rows = asked.matching(leaving_out=name).order_by()
        named = rows.annotate(counted_for=Value(name, output_field=CharField()))
        is_ranked = asked.search and name == ALL
        ranked = asked.search.with_rank(named) if is_ranked else named.annotate(search_rank=Value(0))
        return ranked.values_list("counted_for", "pk", "search_rank")[: asked.listing.most_counted + 1]

    return Composed(lambda: union(*map(labelled, asked.left_out)), planned_once=asked.search is None)


@cache
def counts_of(listing: Listing) -> Composed:
    """What counts the values of the facets, given the keys that each is counted among, by its name, and the examples among the keys
    that are given as EXAMPLES."""

    def among(name: str) -> QuerySet:
        return listing.rows().model.objects.filter(Among("pk", Given(name)))

    def counts() -> QuerySet:
        of_facets = (facet.counts(among(facet.name)) for facet in listing.facets)
        return union(examples_among(among(EXAMPLES)), *of_facets)

    return Composed(counts)


def examples_among(rows: QuerySet) -> QuerySet:
    """(ALL, EXAMPLES, number of those of `rows` that are made up)."""
    names = {"facet_name": ALL, "facet_value": EXAMPLES}
    named = rows.order_by().annotate(
        **{name: Value(value, output_field=CharField()) for name, value in names.items()}
    )
    grouped = named.filter(is_example=True).values(*names).annotate(facet_count=Count("pk"))
    return grouped.values_list(*names, "facet_count")


def union(first: QuerySet, *others: QuerySet) -> QuerySet:
    return first.union(*others, all=True)
