"""What to search for with fewer words, where all of them together find nothing.

Each row that has any of the terms tells which it has, as a number with a bit for each: so all that may be offered is counted in one statement.
"""

from collections import Counter
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Case, Q, QuerySet, Value, When

from erhvervspanel.foundation import danish, notation
from erhvervspanel.foundation.composed import Given
from erhvervspanel.foundation.search import WORD, parts_of
from erhvervspanel.foundation.vocabulary import Answers

MOST_COUNTED = 1000  # rows
MOST_OFFERED = 4  # searches


def having_any(rows: QuerySet, terms: int, *, many: bool) -> QuerySet:
    """(terms_had) of those of `rows` that have any of so many terms, which are given by name as `put` names them.

    Args:
        many: whether there may be very many rows. Then of those that have a term, and of those that have all but one, at most one
            beyond MOST_COUNTED is looked at.
    """
    each = [Q(Answers(Given(f"term{place}"))) for place in range(terms)]
    if many:
        but_one = [each[:place] + each[place + 1 :] for place in range(terms)] if terms > 2 else []
        sets = (rows.filter(*some) for some in [*([one] for one in each), *but_one])
        first, *others = (some.order_by().values("pk")[: MOST_COUNTED + 1] for some in sets)
        some = Q(pk__in=first.union(*others) if others else first)
    else:
        some = reduce(or_, each)
    bits = (Case(When(one, then=1 << place), default=0) for place, one in enumerate(each))
    return rows.filter(some).order_by().annotate(terms_had=sum(bits, start=Value(0))).values_list("terms_had")


def number_with(had: Counter[int], wanted: int) -> int:
    """How many rows have all terms that `wanted` has a bit for."""
    return sum(number for terms, number in had.items() if terms & wanted == wanted)


def words_without_hits(query: str, had: Counter[int]) -> list[str]:
    """The words of `query`, folded, that find nothing by themselves."""
    terms = parts_of(query)[1]
    return [term.word for place, term in enumerate(terms) if not number_with(had, 1 << place)]


@dataclass(frozen=True)
class FewerWords:
    """A search with fewer words, what it leaves out, and how much it finds."""

    query: str
    title: str
    count: int

    @property
    def counted(self) -> str:
        most = notation.number(MOST_COUNTED)
        return f"over {most}" if self.count > MOST_COUNTED else notation.number(self.count)


def fewer_words(query: str, had: Counter[int]) -> list[FewerWords]:
    """The searches with one word of `query` left out that find something, or else those for one word; first what finds least.

    None where all words together find something: then what was chosen besides is in the way.
    """
    words = as_typed(query)
    whole = (1 << len(words)) - 1
    places = range(len(words))
    if len(words) == 1 or number_with(had, whole):
        return []
    searches = [
        FewerWords(
            " ".join(words[:at] + words[at + 1 :]), f"uden »{words[at]}«", number_with(had, whole ^ 1 << at)
        )
        for at in places
    ]
    if not any(search.count for search in searches):
        searches = [FewerWords(words[at], f"kun »{words[at]}«", number_with(had, 1 << at)) for at in places]
    found = sorted((search for search in searches if search.count), key=lambda search: search.count)
    return found[:MOST_OFFERED]


def as_typed(query: str) -> list[str]:
    """The words of the terms of `query` as they were typed."""
    typed = {folded: word for word in WORD.findall(query) for folded in danish.words(word)}
    return [typed.get(term.word, term.word) for term in parts_of(query)[1]]
