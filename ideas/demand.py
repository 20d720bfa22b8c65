"""Demand against supply: what companies ask for, and whether there is an offer for it.

The municipality sends the gaps on to those who run the business-promotion system; it fills none of them itself
(Erhvervsfremmeloven § 14, stk. 2).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from erhvervspanel.foundation.composed import Composed, seldom
from ideas.models import Idea, Service, Succession
from ideas.models.service import ServiceQuerySet
from panels.models import Need, Theme

GAP_COLUMNS = ["Behov", "År", "Ideer", "Virksomheder", "Eksempel"]


@dataclass(frozen=True)
class Demand:
    """How many asked for a need in a year, and whether it or any of them is made up."""

    year: int
    ideas: int
    companies: int
    has_examples: bool = False


@dataclass(frozen=True)
class Gap:
    """A need without an offer that can be had, with the demand for it, year by year."""

    need: Need
    demand: list[Demand]


def offers_of(need) -> ServiceQuerySet:
    """What can be had for `need`, which stands for a key in a statement."""
    return Service.objects.published().filter(needs=need, is_over=False)


def unverified_needs() -> QuerySet[Need]:
    """The needs with offers that can be had, none of which is verified today, in Danish order."""
    offers = offers_of(OuterRef("pk"))
    return Need.objects.filter(Exists(offers), ~Exists(offers.verified())).order_by("sort_key")


def without_offers() -> QuerySet:
    return Need.objects.filter(~Exists(offers_of(OuterRef("pk")))).order_by("sort_key")


needs_without_offers = seldom(without_offers)


def uncovered_needs(*, latest: int | None = None) -> list[Gap]:
    """The needs of public ideas for which the public is shown no offer that can be had, in Danish order. Three queries.

    Whether somebody has looked at an offer lately is another question: it is help as long as it can be had.
    An idea that lives on in another is not counted besides that one, which has its needs and companies.

    Args:
        latest: how many themes the demand is of, the newest ones; None is all.
    """
    companies = {(need, year): told for need, year, *told in companies_asking(latest)()}
    demand: dict[int, list[Demand]] = {}
    for need, year, ideas, made_up in ideas_asking(latest)():
        number, by_made_up = companies.get((need, year), (0, False))
        demand.setdefault(need, []).append(Demand(year, ideas, number, made_up or by_made_up))
    return [Gap(need, demand[need.pk]) for need in needs_without_offers() if need.pk in demand]


# Ideas and companies apart: together each idea would be read once for each of its companies, and sorted.


@cache
def ideas_asking(latest: int | None) -> Composed:
    """(need, year, ideas, whether it or any of them is made up)."""
    made_up = BoolOr(Q(is_example=True) | Q(needs__is_example=True))
    return seldom(lambda: asked(latest).annotate(Count("pk"), made_up=made_up))


@cache
def companies_asking(latest: int | None) -> Composed:
    """(need, year, companies, whether any is made up)."""
    made_up = BoolOr("companies__is_example")
    return seldom(
        lambda: (
            asked(latest)
            .filter(companies__isnull=False)
            .annotate(Count("companies", distinct=True), made_up=made_up)
        )
    )


def asked(latest: int | None) -> QuerySet:
    """The needs without offers, with the years of the ideas that have them."""
    ideas = Idea.objects.published().filter(needs__in=without_offers().values("pk"))
    ideas = ideas.exclude(pk__in=Succession.objects.published().values("idea"))
    if latest:
        ideas = ideas.filter(theme__in=Theme.objects.published().newest_first().values("pk")[:latest])
    return ideas.values_list("needs", "theme__year").order_by("theme__year")


def gap_rows(gaps: list[Gap]) -> Iterator[list]:
    """The values of `GAP_COLUMNS`, a row for each need and year."""
    for gap in gaps:
        for each in gap.demand:
            yield [gap.need.name, each.year, each.ideas, each.companies, each.has_examples]
