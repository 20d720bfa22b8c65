"""The memo that a committee decides on: what it needs to know of each idea on the agenda. Internal until it is sent out."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch

from erhvervspanel.foundation.notation import day
from erhvervspanel.foundation.publishing import State
from ideas.committee.table import answers_of
from ideas.models import Answer, Overlap
from panels.models import Company, Decision, Need, PanelMeeting


@dataclass(frozen=True)
class Item:
    """One idea of the memo.

    Attributes:
        recommendation: the outcome that is recommended, in Danish; empty where none is written yet.
        companies: the names of those that have said yes to being named.
        unnamed_count: how many took part besides.
        overlaps: what the citizens' assembly recommends of the same, drafts included.
        url: where the public reads the idea.
    """

    answer: Answer
    recommendation: str
    needs: list[str]
    meetings: list[PanelMeeting]
    companies: list[str]
    unnamed_count: int
    overlaps: list[Overlap]
    url: str

    @property
    def idea(self):
        return self.answer.idea

    @property
    def leads_to(self) -> str:
        """What the recommended outcome points at: a service, another idea, initiatives."""
        answer = self.answer
        named = [
            f"Tilbud: {answer.service}" if answer.service else "",
            f"Lægges sammen med: {answer.merged_into}" if answer.merged_into else "",
            *(f"Initiativ: {initiative}" for initiative in answer.idea.initiatives.all()),
        ]
        return ". ".join(filter(None, named))

    @property
    def who(self) -> str:
        """Who is behind the idea, as far as it may be told."""
        names = ", ".join(self.companies)
        if not self.unnamed_count:
            return names or "Ikke oplyst"
        one = self.unnamed_count == 1
        word = "virksomhed" if one else "virksomheder"
        more = (
            f"{self.unnamed_count} {'anden' if one else 'andre'} {word}"
            if names
            else f"{self.unnamed_count} {word}"
        )
        return f"{f'{names} og ' if names else ''}{more} uden samtykke til at blive nævnt"


def memo_of(decision: Decision) -> list[Item]:
    """The memo's items in the order of the ideas' references. A fixed number of queries."""
    named = set(Company.objects.published().values_list("pk", flat=True))
    answers = (
        answers_of(decision)
        .select_related("published_by")
        .prefetch_related(
            "idea__companies",
            Prefetch("idea__needs", queryset=Need.objects.order_by("sort_key")),
            Prefetch("idea__meetings", queryset=PanelMeeting.objects.order_by("starts_at")),
            Prefetch("idea__overlaps", queryset=Overlap.objects.select_related("recommendation")),
        )
    )
    return [item_of(answer, named) for answer in answers]


def item_of(answer: Answer, named: set[int]) -> Item:
    idea = answer.idea
    companies = list(idea.companies.all())
    return Item(
        answer=answer,
        recommendation=str(answer.get_outcome_display()),
        needs=[need.name for need in idea.needs.all()],
        meetings=list(idea.meetings.all()),
        companies=[company.name for company in companies if company.pk in named],
        unnamed_count=sum(company.pk not in named for company in companies),
        overlaps=list(idea.overlaps.all()),
        url=f"{settings.SITE_URL}{idea.get_absolute_url()}",
    )


def mark_of(decision: Decision, items: list[Item]) -> str:
    """The line that says the memo is internal; empty once all that it tells is public."""
    rows = [decision, *(item.answer for item in items)]
    if all(row.publishing_state == State.PUBLISHED for row in rows):
        return ""
    return "Internt arbejdsdokument. Svarene er ikke offentliggjort."


def facts(item: Item) -> list[tuple[str, str]]:
    """(label, text) of what is short."""
    meetings = [f"Panelmøde {each.number}, {day(each.starts_at)}" for each in item.meetings]
    found = [
        ("Fokusområde", item.idea.area.name),
        ("Behov", ", ".join(item.needs)),
        ("Kommer fra", "; ".join(meetings)),
        ("Foreslået af", item.who),
        ("Afdeling", item.answer.office),
        ("Læs mere", item.url),
    ]
    return [(label, text) for label, text in found if text]
