"""Demand against supply: what companies ask for, and whether a verified service covers it.

The municipality sends the gaps on to those who run the business-promotion system; it fills none of them itself
(Erhvervsfremmeloven § 14, stk. 2).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef

from ideas.models import Idea, Service, Succession
from panels.models import Need, Theme

GAP_COLUMNS = ["Behov", "År", "Ideer", "Virksomheder", "Tilbud, der ikke er kontrolleret"]


@dataclass(frozen=True)
class Demand:
    """How many asked for a need in a year."""

    year: int
    ideas: int
    companies: int


@dataclass(frozen=True)
class Gap:
    """A need that no verified service covers, with the demand for it, year by year."""

    need: Need
    demand: list[Demand]
    has_unverified: bool


def uncovered_needs(*, latest: int | None = None) -> list[Gap]:
    """The needs of public ideas that no public, verified service covers, in Danish order. Three queries.

    An idea that lives on in another is not counted besides that one, which has its needs and companies.

    Args:
        latest: how many themes the demand is of, the newest ones; None is all.
    """
    services = Service.objects.published().filter(needs=OuterRef("pk"))
    needs = (
        Need.objects.filter(~Exists(services.verified()))
        .annotate(has_unverified=Exists(services.unverified()))
        .order_by("sort_key")
    )
    asked = Idea.objects.published().filter(needs__in=needs.values("pk"))
    asked = asked.exclude(pk__in=Succession.objects.published().values("idea"))
    if latest:
        asked = asked.filter(theme__in=Theme.objects.published().newest_first().values("pk")[:latest])
    # Ideas and companies apart: together each idea would be read once for each of its companies, and sorted.
    asked = asked.values_list("needs", "theme__year").order_by("theme__year")
    behind = asked.filter(companies__isnull=False).annotate(Count("companies", distinct=True))
    companies = {(need, year): count for need, year, count in behind}
    demand: dict[int, list[Demand]] = {}
    for need, year, ideas in asked.annotate(Count("pk")):
        demand.setdefault(need, []).append(Demand(year, ideas, companies.get((need, year), 0)))
    return [Gap(need, demand[need.pk], need.has_unverified) for need in needs if need.pk in demand]


def gap_rows(gaps: list[Gap]) -> Iterator[list]:
    """The values of `GAP_COLUMNS`, a row for each need and year."""
    for gap in gaps:
        for each in gap.demand:
            yield [gap.need.name, each.year, each.ideas, each.companies, gap.has_unverified]
