"""The word that may have been meant where a search finds nothing."""

import difflib
from collections.abc import Callable

from erhvervspanel.foundation import danish
from erhvervspanel.foundation.composed import Composed
from erhvervspanel.foundation.publishing import related_model
from erhvervspanel.foundation.search import WORD
from ideas.models import Idea, Service
from panels.models import Need, Theme

CLOSE = 0.7  # how like a word must be to be suggested, of 1
TRIED = 3  # words
INITIATIVES = related_model(Idea, "initiatives")


def suggestion(query: str, finds: Callable[[str], bool] = bool) -> str:
    """The word nearest to the last of `query` in the programme's own vocabulary that finds anything, or "" where none does, or
    where it is one of them. One query, and what `finds` costs for each of the TRIED nearest at most.

    Args:
        finds: whether a word finds anything where it is asked for; left out where all `titles` are searched.
    """
    typed = danish.words(query)
    if not typed:
        return ""
    vocabulary = {
        danish.fold(word): word
        for (text,) in titles()
        for word in WORD.findall(text.lower())
        if len(word) > 3
    }
    if typed[-1] in vocabulary:
        return ""
    near = difflib.get_close_matches(typed[-1], vocabulary, n=TRIED, cutoff=CLOSE)
    return next((vocabulary[word] for word in near if finds(vocabulary[word])), "")


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
