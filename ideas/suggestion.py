"""The word that may have been meant where a search finds nothing."""

import difflib

from erhvervspanel.foundation import danish
from erhvervspanel.foundation.composed import Composed
from erhvervspanel.foundation.publishing import related_model
from ideas.models import Idea, Service
from panels.models import Need, Theme

CLOSE = 0.7  # how like a word must be to be suggested, of 1
INITIATIVES = related_model(Idea, "initiatives")


def suggestion(query: str) -> str:
    """The word nearest to the last of `query` in the programme's own vocabulary, or "" where it is one of them. One query."""
    typed = danish.words(query)
    if not typed:
        return ""
    vocabulary = {
        danish.fold(word): word for (text,) in titles() for word in text.lower().split() if len(word) > 3
    }
    near = difflib.get_close_matches(typed[-1], vocabulary, n=1, cutoff=CLOSE)
    return vocabulary[near[0]] if near and near[0] != typed[-1] else ""


@Composed
def titles():
    """All that the programme's words are found in: titles and names that the public may see."""
    first, *others = (
        Need.objects.public().values_list("name"),
        Theme.objects.published().values_list("title"),
        INITIATIVES.objects.published().values_list("title"),
        Service.objects.published().values_list("name"),
    )
    return first.union(*others)
