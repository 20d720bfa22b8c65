"""What to search for instead, where a search finds nothing."""

import difflib
from collections import Counter
from collections.abc import Callable, Iterator

from erhvervspanel.foundation import danish
from erhvervspanel.foundation.composed import Composed
from erhvervspanel.foundation.fewer_words import fewer_words, words_without_hits
from erhvervspanel.foundation.publishing import related_model
from erhvervspanel.foundation.search import WORD
from ideas.models import Idea, Service
from panels.models import Need, Theme

CLOSE = 0.7  # how like a word must be to be suggested, of 1
TRIED = 3  # searches
INITIATIVES = related_model(Idea, "initiatives")


def instead_of(query: str, had: Counter[int], finds: Callable[[str], bool]) -> dict:
    """What the page of a search without hits offers, as the component `empty` takes it. One query, and what `finds` costs for each of
    TRIED at most, where any word finds nothing by itself.

    Args:
        had: what rows have of the terms, by `having_any`.
        finds: whether a search finds anything.
    """
    return {"suggestion": suggestion(query, had, finds), "fewer": fewer_words(query, had)}


def suggestion(query: str, had: Counter[int], finds: Callable[[str], bool]) -> str:
    """`query` with those words that find nothing as they may have been meant in the programme's own vocabulary, or "" where that finds
    nothing either. What is like no word is left out."""
    missing = words_without_hits(query, had)
    return next(filter(finds, respelt(query, missing)), "") if missing else ""


def respelt(query: str, missing: list[str]) -> Iterator[str]:
    """`query` with the words that are nearest to the `missing` ones, then with those that come next."""
    known = vocabulary()
    near = {
        word: [] if word in known else difflib.get_close_matches(word, known, n=TRIED, cutoff=CLOSE)
        for word in missing
    }
    for place in range(max(map(len, near.values()))):
        instead = {
            word: known[words[min(place, len(words) - 1)]] if words else "" for word, words in near.items()
        }
        told = WORD.sub(lambda typed, instead=instead: instead.get(danish.fold(typed[0]), typed[0]), query)
        yield " ".join(told.split())


def vocabulary() -> dict[str, str]:
    """The words of the programme that tell something, by how they are folded. One query."""
    words = {danish.fold(word): word for (text,) in titles() for word in WORD.findall(text.lower())}
    return {
        folded: word for folded, word in words.items() if len(word) > 3 and folded not in danish.STOP_WORDS
    }


@Composed
def titles():
    """All that the programme's words are found in: titles and names that the public may see."""
    first, *others = (
        Need.objects.published().values_list("name"),
        Theme.objects.published().values_list("title"),
        INITIATIVES.objects.published().values_list("title"),
        Service.objects.published().values_list("name"),
    )
    return first.union(*others)
