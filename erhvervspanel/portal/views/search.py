"""Search over everything that the public may see."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import methodcaller

from django.core.paginator import Page
from django.db import models
from django.db.models import Func, IntegerField, JSONField, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from erhvervspanel.foundation.composed import MOST_COMPOSED, Among, Composed, Given
from erhvervspanel.foundation.facets import LONGEST_QUERY
from erhvervspanel.foundation.fewer_words import having_any
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.page_cache import public_page
from erhvervspanel.foundation.pages import page_of
from erhvervspanel.foundation.references import numbered
from erhvervspanel.foundation.search import (
    Search,
    Shown,
    asked_for,
    asked_literally,
    joined,
    parts_of,
)
from erhvervspanel.portal.models import News
from erhvervspanel.portal.own_pages import PAGES, OwnPage
from events.models import Event, Proposal, Session, Speaker
from ideas.models import Assembly, Idea, Recommendation, Service
from ideas.suggestion import instead_of
from initiatives.models import Initiative
from panels.models import Company, Decision, FocusArea, Need, PanelMeeting, Theme

PAGE_SIZE = 20
MOST_RANKED = 1000  # hits, and of each kind; nobody reads beyond


@dataclass(frozen=True)
class Source:
    """One kind of page that search finds.

    Attributes:
        title: the column of what the hit is called.
        texts: the columns that an excerpt is taken from.
        rows: takes rows to those that have what the address needs.
        known: the columns that the address is made of, which may lead by foreign keys.
        address: where the hit leads, by the values of those; to the page of the row with that slug when left out.
        reference: what it goes by beside its title, by the same values.
        many: whether there may be so many that their words decide how they are best found.
    """

    model: type[models.Model]
    texts: tuple[str, ...]
    title: str = "title"
    rows: Callable[[QuerySet], QuerySet] = methodcaller("all")
    known: tuple[str, ...] = ("slug",)
    address: Callable[..., str] | None = None
    reference: Callable[..., str] = lambda *known: ""
    many: bool = False

    @property
    def kind(self) -> str:
        name = str(self.model._meta.verbose_name)
        return name[:1].upper() + name[1:]

    def url(self, *known) -> str:
        return self.address(*known) if self.address else self.model(slug=known[0]).get_absolute_url()


# Of hits that answer equally well, the first of these kinds comes first.
SOURCES = (
    Source(
        Theme,
        ("summary", "introduction", "question"),
        known=("year",),
        address=lambda year: Theme(year=year).get_absolute_url(),
    ),
    Source(
        Idea,
        ("summary", "need", "proposal", "beneficiaries"),
        known=("theme__year", "number"),
        address=lambda *known: link("ideas:idea", numbered(*known)),
        reference=numbered,
        many=True,
    ),
    Source(Initiative, ("summary", "what", "why", "audience", "company_action")),
    Source(Service, ("summary", "description", "provider"), title="name"),
    Source(Event, ("summary", "description", "outcome")),
    Source(
        Session,
        ("description",),
        known=("event__slug", "kind"),
        address=lambda slug, kind: on_page_of(slug, "cafeer" if Session(kind=kind).is_choice else "program"),
    ),
    Source(
        Speaker,
        ("role", "organisation"),
        title="name",
        rows=methodcaller("with_event"),
        known=("event_slug",),
        address=lambda slug: Event(slug=slug).get_absolute_url(),
    ),
    Source(Proposal, ("text",), known=("event__slug",), address=lambda slug: on_page_of(slug, "forslag")),
    Source(
        Recommendation,
        ("summary", "reason", "response"),
        known=("assembly__slug", "number"),
        address=lambda slug, number: Recommendation(
            assembly=Assembly(slug=slug), number=number
        ).get_absolute_url(),
    ),
    Source(
        Assembly,
        ("description",),
        title="name",
        known=("pk",),
        address=lambda key: f"{link('ideas:recommendation-list')}#samling-{key}",
    ),
    Source(
        PanelMeeting,
        ("agenda", "minutes", "place"),
        known=("theme__year", "number"),
        address=lambda year, number: PanelMeeting(theme=Theme(year=year), number=number).get_absolute_url(),
    ),
    Source(Decision, ("text", "committee")),
    Source(
        FocusArea,
        ("description",),
        title="name",
        known=("theme__year", "slug"),
        address=lambda year, slug: f"{link('ideas:idea-list')}?tema={year}&omraade={slug}",
    ),
    Source(
        Need,
        ("description",),
        title="name",
        rows=methodcaller("with_years"),
        known=("years", "slug"),
        address=lambda years, slug: f"{where_needed(years)}?behov={slug}",
    ),
    Source(Company, ("trade", "town"), title="name"),
    Source(News, ("summary", "text")),
)


def on_page_of(slug: str, part: str) -> str:
    return f"{Event(slug=slug).get_absolute_url()}#{part}"


def where_needed(years: list[int]) -> str:
    """The ideas of those years that have a need, or the offers where only these have it."""
    return link("ideas:idea-list" if years else "ideas:service-list")


@dataclass(frozen=True)
class Hit:
    """One line of the result."""

    kind: str
    title: SafeString
    url: str
    excerpt: SafeString
    is_example: bool


@require_safe
@public_page()
def search(request: HttpRequest) -> HttpResponse:
    """`?q=`: the hits, the best first. Always 200; an odd query is only a query without hits."""
    query = " ".join(request.GET.get("q", "").split())[:LONGEST_QUERY]
    if not query:
        return render(request, "portal/search.html", {"query": ""})
    search, words = asked_for(query)
    found = best([*everything(search, words), *own_pages(query)])
    page = page_of(request, found[:MOST_RANKED], size=PAGE_SIZE)
    total = page.paginator.count
    context = {
        "query": query,
        "page": page,
        "total": total,
        "total_capped": len(found) > total,
        "hits": hits(page, Shown(query, words)),
        **({} if total else instead(query, search, words)),
    }
    return render(request, "portal/search.html", context)


Found = tuple[int, int, int]  # rank, place of the kind in SOURCES, key
# The portal's own pages come after all kinds of rows; the key is the place in PAGES.
OWN = len(SOURCES)


def everything(search: Search, words: dict) -> list[Found]:
    """All that answers to `words` as `search` puts them, the best first: at most one beyond MOST_RANKED."""
    return best(chain.from_iterable(some(**words) for some in statements(search)))


def best(found: Iterable[Found]) -> list[Found]:
    """The best of `found` first, at most one beyond MOST_RANKED."""
    return sorted(found, key=lambda each: (-each[0], *each[1:]))[: MOST_RANKED + 1]


def own_pages(query: str) -> list[Found]:
    """The portal's own pages that have every word of `query`."""
    terms = parts_of(query)[1]
    ranks = [[page.rank(term) for term in terms] for page in PAGES]
    return [(sum(rank), OWN, key) for key, rank in enumerate(ranks) if rank and all(rank)]


@lru_cache(MOST_COMPOSED)
def statements(search: Search) -> tuple[Composed, Composed]:
    """What a search asks: the kinds with few rows together, in a statement that is planned once, as planning it takes ten times as long
    as running it; and those with many, which are planned by their words each time. Of each kind at most one beyond MOST_RANKED."""

    def of_kind(place: int) -> QuerySet:
        rows = search.with_rank(search.matches(SOURCES[place].model.objects.published()).order_by())
        placed = rows.annotate(source_place=Value(place, output_field=IntegerField()))
        return placed.values_list("search_rank", "source_place", "pk")[: MOST_RANKED + 1]

    def together(*, many: bool) -> QuerySet:
        first, *others = (of_kind(place) for place, source in enumerate(SOURCES) if source.many is many)
        return first.union(*others, all=True) if others else first

    return Composed(lambda: together(many=False)), Composed(lambda: together(many=True), planned_once=False)


def instead(query: str, search: Search, words: dict) -> dict:
    """What may be searched for instead."""
    if not search.terms:
        return {}
    had = Counter(terms for (terms,) in having_any_of(search.terms)(**words))
    _, asked = parts_of(query)
    had += Counter(page.has(asked) for page in PAGES)
    return instead_of(query, had, finds)


def finds(query: str) -> bool:
    return bool(own_pages(query) or everything(*asked_literally(query)))


@lru_cache(MOST_COMPOSED)
def having_any_of(terms: int) -> Composed:
    """What rows of all kinds have of so many terms."""

    def of_all_kinds() -> QuerySet:
        first, *others = (
            having_any(source.model.objects.published(), terms, many=source.many) for source in SOURCES
        )
        return first.union(*others, all=True)

    return Composed(of_all_kinds, planned_once=False)


def hits(page: Page, how: Shown) -> list[Hit]:
    """The lines of `page`, but for what has gone since it was found."""
    keys = [(place, key) for _rank, place, key in page]
    asked = {f"keys{place}": [key for other, key in keys if other == place] for place in range(len(SOURCES))}
    lines = {(place, key): line(SOURCES[place], how, *shown) for place, key, *shown in shown_rows(**asked)}
    lines |= {(place, key): line_of_page(PAGES[key], how) for place, key in keys if place == OWN}
    return [lines[found] for found in keys if found in lines]


@Composed
def shown_rows():
    """What is shown of the public rows of each kind that have the keys given for it: one statement for all."""

    def of_kind(place: int, source: Source) -> QuerySet:
        public = source.model.objects.published().filter(Among("pk", Given(f"keys{place}")))
        known = Func(*source.known, function="jsonb_build_array", output_field=JSONField())
        values = (Value(place, output_field=IntegerField()), "pk", source.title, joined(source.texts), "is_example", known)  # fmt: skip
        return source.rows(public).order_by().values_list(*values)

    first, *others = (of_kind(place, source) for place, source in enumerate(SOURCES))
    return first.union(*others, all=True)


def line(source: Source, shown: Shown, title: str, text: str, is_example: bool, known: list) -> Hit:
    called = f"{source.reference(*known)} {title}".strip()
    return Hit(source.kind, shown.title(called), source.url(*known), shown.text(text), is_example)


def line_of_page(page: OwnPage, shown: Shown) -> Hit:
    return Hit("Side", shown.title(page.title), link(page.name), shown.text(page.text), is_example=False)
