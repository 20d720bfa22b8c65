"""Danish search: folded words kept by the database, matched whole, from the front, and inside compounds.

A searched model has a column that the database derives from the others, so that no way of writing can miss it: `search_words`, a
text-search vector with an index. Words that hold a part, or may have been meant, are looked up in the vocabulary first
(`foundation/vocabulary.py`), so that one index finds whatever is asked for.

A term of four letters or more is found anywhere in a word (»panel« in »erhvervspanelmøderne«), a shorter one only
at the front of a word, as »ide« else were found in »viden«. Endings are taken off what is asked for, not off the
text. Several terms must all be there. A title with a misspelt term comes last.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Case, F, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Collate, Concat
from django.utils.html import escape
from django.utils.safestring import SafeString

from erhvervspanel.foundation import danish, vocabulary
from erhvervspanel.foundation.composed import Composed, Given
from erhvervspanel.foundation.models import SynonymGroup
from erhvervspanel.foundation.references import leading_reference
from erhvervspanel.foundation.vocabulary import Answers

MOST_TERMS, LONGEST_TERM = 8, 40
INSIDE_FROM, TYPO_FROM = 4, 6  # letters
WORD = re.compile(r"\w+")
LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
# Markdown's own; inside a word a line is part of it.
SPACES = " \t\r\n\N{NO-BREAK SPACE}"  # the last comes of what is pasted
MARKUP = re.compile(rf"[*#>`\[\]]|(?<!\w)_+|_+(?!\w)|^\s*[-+][{SPACES}]+", re.MULTILINE)
# A text without any of these has none of it.
MARKUP_SIGNS = (*"*#>`[]_", *(f"{mark}{space}" for mark in "-+" for space in SPACES))

# What the best sort of hit weighs, for each term.
EXACT_TITLE, EXACT, PREFIX_TITLE, PREFIX, INSIDE_TITLE, INSIDE, TYPO = 64, 32, 16, 8, 4, 2, 1
REFERENCE_HIT = 1000


# -- Columns of a searched model -------------------------------------------------------------------------------


def joined(names: tuple[str, ...]):
    """The columns `names` with a space between them."""
    if len(names) == 1:
        return F(names[0])
    parts = [part for name in names for part in (Value(" "), F(name))]
    return Concat(*parts[1:], output_field=models.TextField())


def folded_column(*names: str) -> models.GeneratedField:
    """A column with `danish.fold` of the columns `names`, kept by the database."""
    return models.GeneratedField(
        expression=Func(joined(names), function="danish_fold"),
        output_field=models.TextField(),
        db_persist=True,
    )


def words_column(title: tuple[str, ...], body: tuple[str, ...], *, kind: str = "") -> models.GeneratedField:
    """A vector of the folded words of the columns of `title`, which weigh more, and of `body`.

    Args:
        kind: what people call all of the rows, though none of its texts says so; it weighs as the title does.
    """
    called = joined(title)
    if kind:
        called = Concat(called, Value(f" {kind}"), output_field=models.TextField())
    return models.GeneratedField(
        expression=Func(called, joined(body), function="danish_words"),
        output_field=SearchVectorField(),
        db_persist=True,
    )


def sort_column(name: str) -> models.GeneratedField:
    """A column that sorts as a Danish dictionary does, on any server."""
    return models.GeneratedField(
        expression=Func(F(name), function="danish_sort_key"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )


def sorted_by(name: str) -> Collate:
    """What sorts by the column `name` as a `sort_column` of it does, where the table has none."""
    return Collate(Func(F(name), function="danish_sort_key", output_field=models.TextField()), "C")


def search_index(model: str) -> GinIndex:
    """The index that search needs, with a name that begins with `model`.

    Without a pending list: after an import every search would read it from end to end, and the planner would
    prefer the whole table (PostgreSQL's manual, "GIN Fast Update Technique").
    """
    return GinIndex(fields=["search_words"], name=f"{model}_search_words", fastupdate=False)


def title_index(model: str) -> GinIndex:
    """An index of the parts of `search_title`, for what looks for titles that are alike."""
    return GinIndex(
        OpClass(F("search_title"), name="gin_trgm_ops"), name=f"{model}_search_title", fastupdate=False
    )


# -- What is asked for -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Term:
    """One word that is asked for: as it was typed, folded, and the roots that answer to it."""

    word: str
    roots: tuple[str, ...]

    @property
    def parts(self) -> tuple[str, ...]:
        """The roots that are found anywhere in a word."""
        return tuple(root for root in self.roots if len(root) >= INSIDE_FROM)

    @property
    def misspelt(self) -> str:
        """What a word of a title may be a misspelling of, or "": a short word is like too many."""
        return self.roots[0] if len(self.roots[0]) >= TYPO_FROM else ""

    def is_in(self, word: str) -> bool:
        """Whether a word of the vocabulary holds one of the parts."""
        return any(part in word for part in self.parts)


@lru_cache(1000)
def terms_of(query: str) -> tuple[Term, ...]:
    """The terms of `query`, without stop words unless there is nothing else."""
    words = [word[:LONGEST_TERM] for word in dict.fromkeys(danish.words(query.replace("\x00", " ")))]
    telling = [word for word in words if word not in danish.STOP_WORDS] or words
    return tuple(Term(word, danish.roots(word)) for word in telling[:MOST_TERMS])


# -- Searching -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Search:
    """How a query is looked for: all that decides how a statement is put. Its words are given by name (`words_of`).

    Attributes:
        terms: how many there are.
        is_reference: whether the query is one, such as `2021-07`, or begins with one.
    """

    terms: int
    is_reference: bool

    def matches(self, rows: QuerySet, value: Callable = Given) -> QuerySet:
        """Those of `rows` that have every term; none where there is no term. Not sorted.

        Args:
            value: gives a word by its name; a place for it when left out.
        """
        if not self.terms:
            return rows.none()
        return rows.filter(Q(Answers(value("wanted"))) | self.refers(rows.model, value))

    def with_rank(self, rows: QuerySet, value: Callable = Given) -> QuerySet:
        """`rows` with `search_rank`, which is higher for better hits. Whoever asks for the best takes some of them, without an order."""
        rank = sum((rank_of(place, value) for place in range(self.terms)), start=Value(0))
        refers_to = self.refers(rows.model, value)
        if refers_to:
            rank += Case(When(refers_to, then=REFERENCE_HIT), default=0)
        return rows.annotate(search_rank=rank)

    def refers(self, model: type[models.Model], value: Callable) -> Q:
        """The row that goes by the reference, where the model has such."""
        if not self.is_reference or not hasattr(model, "referred_to"):
            return Q()
        return model.referred_to(value("year"), value("number"))


def rank_of(place: int, value: Callable) -> Case:
    """What a row has of the term at `place`, at its best."""
    kinds = {
        "word": (EXACT_TITLE, EXACT),
        "front": (PREFIX_TITLE, PREFIX),
        "inside": (INSIDE_TITLE, INSIDE),
    }
    cases = [
        When(Answers(value(f"{kind}{place}{part}")), then=weight)
        for kind, weights in kinds.items()
        for part, weight in zip(("_title", ""), weights, strict=True)
    ]
    return Case(*cases, default=TYPO, output_field=IntegerField())


def asked_for(query: str) -> tuple[Search, dict]:
    """How `query` is looked for, and its words by their names. Costs two queries, for the synonyms and the vocabulary."""
    reference, terms = parts_of(query)
    return put(reference, with_synonyms(terms))


def asked_literally(query: str) -> tuple[Search, dict]:
    """As `asked_for`, without synonyms, and so for one query."""
    return put(*parts_of(query))


def parts_of(query: str) -> tuple[tuple[int, int] | None, tuple[Term, ...]]:
    """The reference that `query` begins with, if any, and the terms beside it: of a reference alone, its numbers."""
    reference, rest = leading_reference(query)
    tells = not danish.STOP_WORDS.issuperset(danish.words(rest))
    return reference, terms_of(rest if tells else query)


def put(reference: tuple[int, int] | None, terms: Sequence[Term]) -> tuple[Search, dict]:
    """How what was asked for is looked for, and all that `Search` asks for by name."""
    words: dict[str, str | int] = {}
    wanted = []
    looked_up = vocabulary.words_with((term.parts, term.misspelt) for term in terms)
    for place, (term, found) in enumerate(zip(terms, looked_up, strict=True)):
        words |= words_of(place, term, found)
        wanted.append(wanted_of(term, found))
    words["wanted"] = " & ".join(f"({one})" for one in wanted)
    words |= {f"term{place}": one for place, one in enumerate(wanted)}
    if reference:
        words |= zip(("year", "number"), reference, strict=True)
    return Search(len(terms), bool(reference)), words


def wanted_of(term: Term, found: list[str]) -> str:
    """What a row must have to answer to `term`, of which the vocabulary has `found`: in a title, where it only may have been meant."""
    holding = [word for word in found if term.is_in(word)]
    meant = [f"{word}:A" for word in found if not term.is_in(word)]
    fronts = [f"{root}:*" for root in term.roots if len(root) < INSIDE_FROM]
    return " | ".join([*fronts, *holding, *meant]) or term.word


def words_of(place: int, term: Term, found: list[str]) -> dict[str, str]:
    """What `rank_of` asks for by name: as it was typed, from the front, and inside a word, each in a title and anywhere."""
    root = term.roots[0]
    inside = [word for word in found if root in word] or [term.word]
    return {
        f"word{place}": term.word,
        f"word{place}_title": f"{term.word}:A",
        f"front{place}": f"{root}:*",
        f"front{place}_title": f"{root}:*A",
        f"inside{place}": " | ".join(inside),
        f"inside{place}_title": " | ".join(f"{word}:A" for word in inside),
    }


def matches(queryset: QuerySet, query: str) -> QuerySet:
    """Those of `queryset` that have every term of `query`; none where it has no term. Not sorted.

    Costs two queries, for the synonyms and the vocabulary.
    """
    search, words = asked_for(query)
    return search.matches(queryset, words.__getitem__)


def with_synonyms(terms: tuple[Term, ...]) -> list[Term]:
    """`terms`, each with the roots of the words that staff keep as synonyms of it. One query."""
    if not terms:
        return []
    groups = [
        {root for word in danish.words(" ".join(group)) for root in danish.roots(word)}
        for (group,) in synonyms()
    ]
    return [widened(term, groups) for term in terms]


@Composed
def synonyms():
    return SynonymGroup.objects.values_list("words")


def widened(term: Term, groups: list[set[str]]) -> Term:
    others = {root for group in groups if group & set(term.roots) for root in group}
    return Term(term.word, (*term.roots, *sorted(others - set(term.roots))))


# -- Showing what was found ------------------------------------------------------------------------------------


class Shown:
    """How what was found is shown.

    Args:
        query: as it was typed.
        words: those that were asked for (`asked_for`).
    """

    def __init__(self, query: str, words: dict):
        self.query = query
        self.in_title = known_answers(words, in_title=True)
        self.in_text = known_answers(words, in_title=False)

    def title(self, text: str) -> SafeString:
        return highlight(text, self.query, self.in_title)

    def text(self, text: str) -> SafeString:
        return excerpt(text, self.query, self.in_text)


def known_answers(words: dict, *, in_title: bool) -> frozenset[str]:
    """The words of the vocabulary among the `words` that were asked for: synonyms and what holds them, and of a title what may have been
    meant."""
    kinds = ("", "A") if in_title else ("",)
    wanted = (value.split(" | ") for name, value in words.items() if name.startswith("term"))
    each = (one.partition(":") for term in wanted for one in term)
    return frozenset(word for word, _, kind in each if kind in kinds)


def highlight(text: str, query: str, also: frozenset[str] = frozenset()) -> SafeString:
    """`text`, escaped, with the words that answer to `query` in <mark>, and those that are `also`, folded, its answers."""
    answers = answering(query, also)
    parts, end = [], 0
    for found in WORD.finditer(text):
        if answers(found[0]):
            parts += [escape(text[end : found.start()]), "<mark>", escape(found[0]), "</mark>"]
            end = found.end()
    return SafeString("".join([*parts, escape(text[end:])]))


def excerpt(text: str, query: str, also: frozenset[str] = frozenset(), *, length: int = 220) -> SafeString:
    """About `length` characters of `text` around the first word that `highlight` marks, highlighted."""
    text = " ".join(unmarked(text).split())
    if len(text) <= length:
        return highlight(text, query, also)
    answers = answering(query, also)
    first = next((found.start() for found in WORD.finditer(text) if answers(found[0])), 0)
    start = max(0, min(first - length // 3, len(text) - length))
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = text.find(" ", start + length)
    piece = text[start : end if end >= 0 else None]
    return SafeString(f"{'… ' if start else ''}{highlight(piece, query, also)}{' …' if end >= 0 else ''}")


def unmarked(text: str) -> str:
    """`text` without Markdown's signs. Most texts have none, and are not gone through for them."""
    if "](" in text:
        text = LINK.sub(r"\1", text)
    return MARKUP.sub("", text) if any(sign in text for sign in MARKUP_SIGNS) else text


@lru_cache(8)
def answering(query: str, also: frozenset[str] = frozenset()) -> Callable[[str], bool]:
    """Tells of a word whether it answers to `query`, or is `also` an answer. It remembers: the same few thousand words stand in all that is found."""
    roots = {root for term in parts_of(query)[1] for root in term.roots}
    inside = [root for root in roots if len(root) >= INSIDE_FROM]
    front = tuple(roots.difference(inside))

    @lru_cache(5_000)
    def answers(word: str) -> bool:
        folded = danish.fold(word)
        return folded in also or folded.startswith(front) or any(root in folded for root in inside)

    return answers
