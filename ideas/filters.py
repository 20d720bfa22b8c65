"""The catalogue's parameters: what one can filter ideas by, and sort them by."""

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.http import QueryDict

from erhvervspanel.foundation import danish, goals
from erhvervspanel.foundation.composed import Among, Composed, Given
from erhvervspanel.foundation.facets import Facet, FacetedList, Listing, SingleFacet, Sorting, text
from erhvervspanel.foundation.publishing import related_model
from erhvervspanel.foundation.search import sorted_by
from ideas.models import Idea, Status
from ideas.models.idea import IdeaQuerySet
from ideas.printing import for_print
from panels.models import FocusArea, Need, PanelMeeting, Theme


class StatusFacet(Facet):
    """The status follows from answers and initiatives, so it is asked for first."""

    def valued(self, rows: QuerySet) -> QuerySet:
        return super().valued(rows.with_status())

    def manner(self, values: list[str]) -> bool:
        """Every status but one needs an answer, or that the idea went into others, which few of very many may have."""
        return Status.AWAITING in values

    def narrow(self, rows: QuerySet, values: Given, manner: bool) -> QuerySet:
        # Their keys first: a condition on each idea that any of two tables tells of it would be asked of every idea.
        answered, moved = (
            related_model(Idea, relation).objects.published().order_by().values("idea")
            for relation in ("answers", "successions")
        )
        told = Q(pk__in=answered.union(moved))
        having = self.valued(Idea.objects.filter(told)).filter(Among("facet_value", values))
        fits = Q(pk__in=having.order_by().values("pk"))
        return rows.filter(fits | ~told if manner else fits)


class GoalFacet(Facet):
    """Goals stand in an array, which an overlap finds by its index."""

    def narrow(self, rows: QuerySet, values: Given, manner: bool) -> QuerySet:
        # What the address says is text, to PostgreSQL as well.
        numbers = Cast(Cast(values, ArrayField(CharField())), Idea._meta.get_field("goals"))
        return rows.filter(goals__overlap=numbers)


def meeting_key(prefix: str = "") -> Func:
    """A meeting's key in addresses, `2021-2`; NULL where there is no meeting, which `Concat` would not give."""
    parts = (text(f"{prefix}theme__year"), Value("-"), text(f"{prefix}number"))
    return Func(*parts, template="(%(expressions)s)", arg_joiner=" || ", output_field=CharField())


FACETS = (
    SingleFacet("tema", "Tema", text("theme__year")),
    SingleFacet("omraade", "Fokusområde", F("area__slug"), open=True),
    StatusFacet("status", "Hvad blev der af ideen?", F("status"), open=True),
    Facet("behov", "Behov", F("needs__slug")),
    Facet("initiativ", "Initiativ", F("initiatives__slug")),
    Facet("moede", "Panelmøde", meeting_key("meetings__")),
    GoalFacet("verdensmaal", "Verdensmål", text(Func("goals", function="UNNEST"))),
)

BY_NUMBER = ("-theme__year", "number")
SORTINGS = (
    Sorting("nummer", "Nummer", BY_NUMBER),
    Sorting("titel", "Titel, a-å", (sorted_by("title"), *BY_NUMBER)),
    Sorting("senest", "Senest ændret", ("-updated_at", *BY_NUMBER)),
)
CATALOGUE, PRINTED = (
    Listing(rows=Idea.objects.published, shown=shown, facets=FACETS, sortings=SORTINGS)
    for shown in (IdeaQuerySet.for_list, for_print)
)


def catalogue(parameters: QueryDict, listing: Listing = CATALOGUE) -> FacetedList:
    """The catalogue as the address asks for it. `listing` is PRINTED where the texts are shown."""
    return FacetedList(parameters, listing=listing, offered=offered_values())


def offered_values() -> dict[str, list[tuple[str, str]]]:
    """Each facet's values with their labels; only what the public may see. One query."""
    named: dict[str, list[tuple[str, str]]] = {}
    for facet, value, label in OFFERED():
        named.setdefault(facet, []).append((value, label))
    for values in named.values():
        values.sort(key=lambda pair: danish.sort_key(pair[1]))
    named["status"] = list(Status.choices)
    named["verdensmaal"] = [(str(number), label) for number, label in goals.CHOICES]
    return named


def sources() -> QuerySet:
    """(facet, value, label) of all facets whose values are rows."""
    theme_label = Concat(text("year"), Value(": "), "title")
    meeting_label = Concat(text("theme__year"), Value(", møde "), text("number"), Value(": "), "title")
    initiatives = related_model(Idea, "initiatives").objects
    first, *others = (
        offered("tema", Theme.objects.published(), text("year"), theme_label),
        offered("omraade", FocusArea.objects.published(), F("slug"), F("name")),
        offered("behov", Need.objects.published(), F("slug"), F("name")),
        offered("initiativ", initiatives.published(), F("slug"), F("title")),
        offered("moede", PanelMeeting.objects.published(), meeting_key(), meeting_label),
    )
    return first.union(*others, all=True)


def offered(facet: str, rows: QuerySet, value, label) -> QuerySet:
    """(facet, value, label) of `rows`."""
    named = rows.annotate(offered_facet=Value(facet), offered_value=value, offered_label=label)
    return named.order_by().values_list("offered_facet", "offered_value", "offered_label")


OFFERED = Composed(sources)
