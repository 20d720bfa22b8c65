"""The columns of the table, and what an idea writes in them."""

import re
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from erhvervspanel.foundation.publishing import holds, visible
from ideas.models import Status
from panels.models import Company

SEPARATOR = "|"
# What each column holds, for those who fill it in.
EXPLAINED = {
    "nummer": "Ideens nummer i temaet, for eksempel 7. Også 2021-07 kan læses, men Excel gør det til en dato. Findes "
    "nummeret, bliver ideen rettet, ellers oprettet som kladde.",
    "titel": "Højst 160 tegn.",
    "fokusområde": "Et af temaets fokusområder.",
    "behov": "Et eller flere, med | imellem.",
    "beskrivelse": "Ideens forslag. Må have flere linjer. En ny ide får teksten som virksomhedernes egne ord også, og de står på siden, når "
    "forslaget er rettet. Skriv derfor ingen personers navne.",
    "møde": "Mødets nummer, 1, 2 eller 3; flere med | imellem.",
    "virksomheder": "Navne eller CVR-numre, med | imellem.",
    "status": "Lad den stå tom. Status følger af udvalgets svar og bliver kun kontrolleret.",
    "verdensmål": "Numre fra 1 til 17, med | imellem.",
}
COLUMNS = list(EXPLAINED)
CHUNK = 500  # ideas read at a time
# How a cell tells of companies that it does not name: of one, and of several.
ONE_UNNAMED, MORE_UNNAMED = "unavngiven", "unavngivne"
UNNAMED = re.compile(rf"\(\d+ ({ONE_UNNAMED}|{MORE_UNNAMED})\)")


def rows_of(ideas: QuerySet, *, with_unnamed: bool) -> Iterator[list]:
    """The values of `COLUMNS` for each of `ideas`.

    Args:
        with_unnamed: whether companies that have not agreed to be named are named. Where not, the cell tells how many there
            are, and reading it back leaves those alone.
    """
    twins = Company.objects.filter(search_title=OuterRef("search_title")).exclude(pk=OuterRef("pk"))
    companies = Company.objects.annotate(has_twin=Exists(twins), is_named=holds(visible(Company)))
    loaded = (
        ideas.with_status()
        .select_related("theme", "area")
        .prefetch_related(Prefetch("companies", companies.order_by("sort_key", "pk")), "needs", "meetings")
    )
    for idea in loaded.iterator(chunk_size=CHUNK):
        yield [
            idea.reference,
            idea.title,
            idea.area.name,
            joined(need.name for need in idea.needs.all()),
            idea.proposal,
            joined(sorted(meeting.number for meeting in idea.meetings.all())),
            credited(idea.companies.all(), with_unnamed=with_unnamed),
            Status(idea.status).label,
            joined(idea.goals),
        ]


def credited(companies, *, with_unnamed: bool) -> str:
    """The companies, each by its name; one whose name others have too by its CVR number."""
    shown = [company for company in companies if with_unnamed or company.is_named]
    hidden = len(companies) - len(shown)
    names = [company.cvr if company.has_twin and company.cvr else company.name for company in shown]
    return joined([*names, *([unnamed(hidden)] if hidden else [])])


def unnamed(count: int) -> str:
    """What `UNNAMED` reads."""
    return f"({count} {ONE_UNNAMED if count == 1 else MORE_UNNAMED})"


def joined(values) -> str:
    return f" {SEPARATOR} ".join(str(value) for value in values)
