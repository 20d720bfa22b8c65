"""What came out of an event: proposals, with what they build on."""

from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Value
from django.db.models.functions import Coalesce, JSONObject

from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.markdown import FORMATTING
from erhvervspanel.foundation.publishing import visible
from erhvervspanel.foundation.records import History, Record
from erhvervspanel.foundation.references import numbered
from erhvervspanel.foundation.search import search_index, words_column
from events.models.event import Event
from events.models.session import Session
from ideas.models import Idea, Recommendation


class Basis(NamedTuple):
    """What a proposal builds on: what it is called, and where it stands."""

    called: str
    url: str


class ProposalQuerySet(models.QuerySet):
    def published(self):
        """Those from events that the public may see."""
        return self.filter(visible(Event, "event__"))

    def for_list(self):
        """With its group's title, and the ideas and recommendations that are public."""
        of_proposal = {"proposals": OuterRef("pk")}
        ideas = Idea.objects.published().filter(**of_proposal).order_by("theme__year", "number")
        recommendations = Recommendation.objects.published().filter(**of_proposal).order_by("number")
        return self.annotate(
            group=Coalesce("session__title", Value("")),
            idea_rows=ArraySubquery(ideas.values(row=JSONObject(year="theme__year", number="number"))),
            recommendation_rows=ArraySubquery(
                recommendations.values(row=JSONObject(slug="assembly__slug", number="number"))
            ),
        )


class Proposal(Record):
    """One proposal that was made at an event. Nobody is named: the source is those who took part."""

    event = models.ForeignKey(
        Event, verbose_name="arrangement", on_delete=models.CASCADE, related_name="proposals"
    )
    number = models.PositiveSmallIntegerField("nummer")
    title = models.CharField("forslag", max_length=200)
    text = models.TextField("uddybning", blank=True, help_text=FORMATTING)
    session = models.ForeignKey(
        Session,
        verbose_name="gruppe",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="proposals",
        help_text="Caféen eller workshoppen, forslaget kom fra.",
    )
    ideas = models.ManyToManyField(Idea, verbose_name="ideer", blank=True, related_name="proposals")
    recommendations = models.ManyToManyField(
        Recommendation, verbose_name="anbefalinger", blank=True, related_name="proposals"
    )

    search_words = words_column(("title",), ("text",))

    objects = ProposalQuerySet.as_manager()
    history = History(links=("ideas", "recommendations"))

    class Meta:
        verbose_name = "forslag fra arrangement"
        verbose_name_plural = "forslag fra arrangementer"
        ordering = ("event", "number")
        indexes = [search_index("proposal")]
        constraints = [
            models.UniqueConstraint(fields=("event", "number"), name="proposal_number_once_per_event"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    def clean(self):
        """Raises ValidationError where the group is of another event."""
        super().clean()
        if self.session_id and self.event_id and self.session.event_id != self.event_id:
            raise ValidationError(
                {
                    "session": f"»{self.session}« hører til et andet arrangement. Vælg en gruppe fra dette, eller lad feltet stå tomt."
                }
            )

    @property
    def bases(self) -> list[Basis]:
        """What it builds on: public ideas, and then recommendations. Needs `for_list`."""
        references = [numbered(row["year"], row["number"]) for row in self.idea_rows]
        return [
            *(Basis(f"ide {each}", link("ideas:idea", each)) for each in references),
            *(
                Basis(f"anbefaling {row['number']}", link("ideas:recommendation", row["slug"], row["number"]))
                for row in self.recommendation_rows
            ),
        ]
