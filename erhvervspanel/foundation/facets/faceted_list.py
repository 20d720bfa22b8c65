"""A list as an address asks for it, with what a page shows of the choices."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.http import QueryDict

from erhvervspanel.foundation.facets.facet import Facet
from erhvervspanel.foundation.facets.listing import (
    ALL,
    EXAMPLES,
    Asked,
    Listing,
    Sorting,
    counts_of,
    keys_of,
    shown,
    shown_among,
    shown_by_key,
)
from erhvervspanel.foundation.pages import PAGE_PARAMETER, page_number
from erhvervspanel.foundation.search import Search, asked_for, known_answers

LONGEST_QUERY = 200  # characters; what is typed beyond is no search
QUERY, SORTING = "q", "sortering"


class Option(NamedTuple):
    """One choice of a facet, as its template takes it apart."""

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
        if sorting not in {"", *(each.name for each in self.sortings)}:
            asked.append(sorting)
        if page_number(self.parameters) is None:
            asked.append(self.parameters[PAGE_PARAMETER])
        return asked

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

    @property
    def answers(self) -> frozenset[str]:
        """The words of a title that answer to what is searched for beside those that look like it."""
        return known_answers(self.searched[1], in_title=True)

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
        if self.sorting is None:
            keys = self.keys[ALL][part]
            rows = {row.pk: row for row in shown_by_key(self.listing)(keys=keys)}
            return [rows[key] for key in keys if key in rows]
        order = (self.sorting, part.start or 0, part.stop)
        if self.is_capped:
            return shown(self.asked, *order)(**self.given)
        return shown_among(self.listing, *order)(keys=self.keys[ALL])  # which have been looked for once

    @cached_property
    def keys(self) -> dict[str, list[int]]:
        """The keys of the rows that fit every choice, under ALL, and under each facet with a choice those that fit
        all others: at most one beyond `most_counted` of each. Of a search the best come first, among the first that
        were found. One statement."""
        found: dict[str, list[tuple[int, int]]] = {name: [] for name in self.asked.left_out}
        for name, key, rank in keys_of(self.asked)(**self.given):
            found[name].append((-rank, key))
        return {name: [key for _rank, key in sorted(keys)] for name, keys in found.items()}

    @cached_property
    def counts(self) -> dict[tuple[str, str], int]:
        """How many rows each choice gives with the other choices, by (facet, value), and under (ALL, EXAMPLES) how many of those that are
        counted are made up. One statement."""
        keys = {facet.name: self.keys_for(facet) for facet in self.facets}
        counted = {key for facet in self.facets if self.is_counted(facet) for key in keys[facet.name]}
        rows = counts_of(self.listing)(**keys, **{EXAMPLES: sorted(counted)})
        return {(name, value): count for name, value, count in rows if value is not None}

    def keys_for(self, facet: Facet) -> list[int]:
        """The keys that the facet's choices are counted among."""
        return self.keys[facet.name if self.chosen[facet.name] else ALL]

    def count_of(self, facet: Facet, value: str) -> int | None:
        """How many rows `value` gives with the other facets' choices; None where there are too many to count."""
        if not self.is_counted(facet):
            return None
        return self.counts.get((facet.name, value), 0)

    def is_counted(self, facet: Facet) -> bool:
        """Whether there are few enough to count the choices of `facet` among."""
        return len(self.keys_for(facet)) <= self.listing.most_counted

    @property
    def counts_examples(self) -> bool:
        """Whether anything that the choices count is made up."""
        return any(map(self.is_counted, self.facets)) and self.counts[ALL, EXAMPLES] > 0

    @property
    def total(self) -> int:
        """How many rows fit every choice, up to the listing's `most_counted`."""
        return min(len(self.keys[ALL]), self.listing.most_counted)

    @property
    def is_capped(self) -> bool:
        """Whether there are more rows than `total` tells."""
        return len(self.keys[ALL]) > self.listing.most_counted

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
