"""Which row of a table is its header: a meeting's spreadsheet may have a title above it."""

from collections.abc import Iterable, Iterator, Set
from itertools import islice

from erhvervspanel.foundation import danish
from erhvervspanel.foundation.spreadsheets.cells import Unreadable

LOOKED_THROUGH = 10  # rows with anything in them, from the top

Record = tuple[int, list[str | Unreadable]]


def first_records(found: Iterable[Record]) -> list[Record]:
    """The first of `found` that have anything in them, of which one is the header."""
    return list(islice((record for record in found if any(record[1])), LOOKED_THROUGH))


def header_place(records: list[Record], demanded: Set[str]) -> int:
    """The place among `records` of the first that has most of the columns `demanded`; of the first of all where none has any."""
    found = [len(demanded & set(names_in(cells))) for _, cells in records]
    return found.index(max(found)) if found else 0


def names_in(cells: Iterable[str | Unreadable]) -> Iterator[str]:
    """The names of the columns that a header's `cells` give, in lower case."""
    for cell in cells:
        yield "" if isinstance(cell, Unreadable) else danish.lower(" ".join(cell.split()))
