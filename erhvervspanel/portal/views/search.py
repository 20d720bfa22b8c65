"""Search over everything that the public may see."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from operator import methodcaller

from django.core.paginator import Page
from django.db import models
from django.db.models import IntegerField, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from erhvervspanel.foundation.composed import MOST_COMPOSED, Among, Composed
from erhvervspanel.foundation.facets import LONGEST_QUERY
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.page_cache import public_page
from erhvervspanel.foundation.pages import page_of
from erhvervspanel.foundation.search import Search, asked_for, excerpt, highlight
from erhvervspanel.portal.models import News
from events.models import Event, Proposal, Session, Speaker
from ideas.models import Assembly, Idea, Recommendation, Service
from ideas.suggestion import suggestion
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
        address: where the hit leads.
        many: whether there may be so many that their words decide how they are best found.
    """

    model: type[models.Model]
    texts: tuple[str, ...]
    title: str = "title"
    rows: Callable[[QuerySet], QuerySet] = methodcaller("all")
    address: Callable[[models.Model], str] = methodcaller("get_absolute_url")
    many: bool = False

    @property
    def kind(self) -> str:
        name = str(self.model._meta.verbose_name)
        return name[:1].upper() + name[1:]


def along_with(name: str) -> Callable[[QuerySet], QuerySet]:
    """Rows with what their foreign key `name` leads to."""
    return methodcaller("select_related", name)


# Of hits that answer equally well, the first of these kinds comes first.
SOURCES = (
    Source(Theme, ("summary", "introduction", "question")),
    Source(Idea, ("summary", "need", "proposal", "beneficiaries"), rows=along_with("theme"), many=True),
    Source(Initiative, ("summary", "what", "why", "audience", "company_action")),
    Source(Service, ("summary", "description", "provider"), title="name"),
    Source(Event, ("summary", "description", "outcome")),
    Source(
        Session,
        ("description",),
        rows=along_with("event"),
        address=lambda session: on_page_of(session.event, "cafeer" if session.is_choice else "program"),
    ),
    Source(
        Speaker,
        ("role", "organisation"),
        title="name",
        rows=methodcaller("with_event"),
        address=lambda speaker: link("events:event", speaker.event_slug),
    ),
    Source(
        Proposal,
        ("text",),
        rows=along_with("event"),
        address=lambda proposal: on_page_of(proposal.event, "forslag"),
    ),
    Source(Recommendation, ("summary", "reason", "response"), rows=along_with("assembly")),
    Source(
        Assembly,
        ("description",),
        title="name",
        address=lambda assembly: f"{link('ideas:recommendation-list')}#samling-{assembly.pk}",
    ),
    Source(PanelMeeting, ("agenda", "minutes", "place"), rows=along_with("theme")),
    Source(Decision, ("text", "committee")),
    Source(
        FocusArea,
        ("description",),
        title="name",
        rows=along_with("theme"),
        address=lambda area: f"{link('ideas:idea-list')}?tema={area.theme.year}&omraade={area.slug}",
    ),
    Source(
        Need,
        ("description",),
        title="name",
        rows=methodcaller("with_years"),
        address=lambda need: f"{where_needed(need)}?behov={need.slug}",
    ),
    Source(Company, ("trade", "town"), title="name"),
    Source(News, ("summary", "text")),
)


def on_page_of(event: Event, part: str) -> str:
    return f"{event.get_absolute_url()}#{part}"


def where_needed(need: Need) -> str:
    """The ideas, or the offers where only these have it."""
    return link("ideas:idea-list" if need.years else "ideas:service-list")


@dataclass(frozen=True)
class Hit:
    """One line of the result."""

    kind: str
    title: SafeString
    url: str
    excerpt: SafeString
    thing: models.Model


@require_safe
@public_page()
def search(request: HttpRequest) -> HttpResponse:
    """`?q=`: the hits, the best first. Always 200; an odd query is only a query without hits."""
    query = " ".join(request.GET.get("q", "").split())[:LONGEST_QUERY]
    if not query:
        return render(request, "portal/search.html", {"query": ""})
    search, words = asked_for(query)
    found = everything(search, words)
    page = page_of(request, found[:MOST_RANKED], size=PAGE_SIZE)
    total = page.paginator.count
    context = {
        "query": query,
        "page": page,
        "total": total,
        "total_capped": len(found) > total,
        "hits": hits(page, query),
        "suggestion": "" if total else suggestion(query),
    }
    return render(request, "portal/search.html", context)


Found = tuple[int, int, int]  # rank, place of the kind in SOURCES, key


def everything(search: Search, words: dict) -> list[Found]:
    """All that answers to `words` as `search` puts them, the best first: at most one beyond MOST_RANKED."""
    found = chain.from_iterable(some(**words) for some in statements(search))
    return sorted(found, key=best_first)[: MOST_RANKED + 1]


def best_first(found: Found) -> Found:
    rank, place, key = found
    return -rank, place, key


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


def hits(page: Page, query: str) -> list[Hit]:
    """The lines of `page`, but for what has gone since it was found; one query for each kind of hit on it."""
    keys = [(place, key) for _rank, place, key in page]
    things = {
        (place, thing.pk): thing
        for place in {place for place, _key in keys}
        for thing in rows_of(SOURCES[place])([key for other, key in keys if other == place])
    }
    return [line(SOURCES[place], things[place, key], query) for place, key in keys if (place, key) in things]


@cache
def rows_of(source: Source) -> Composed:
    """The public rows of a kind, by their keys."""
    return Composed(lambda keys: source.rows(source.model.objects.published().filter(Among("pk", keys))))


def line(source: Source, thing: models.Model, query: str) -> Hit:
    text = " ".join(filter(None, (getattr(thing, name) for name in source.texts)))
    title = getattr(thing, source.title)
    if isinstance(thing, Idea):
        title = f"{thing.reference} {title}"
    return Hit(source.kind, highlight(title, query), source.address(thing), excerpt(text, query), thing)
