"""What came out of an event: proposals, with what they build on."""

from django.db import models
from django.db.models import Prefetch

from erhvervspanel.foundation.records import History, Record
from events.models.event import Event
from events.models.session import Session
from ideas.models import Idea, Recommendation


class ProposalQuerySet(models.QuerySet):
    def for_list(self):
        """With its group, and the ideas and recommendations that are public."""
        return self.select_related("session").prefetch_related(
            Prefetch(
                "ideas",
                Idea.objects.published().order_by("theme__year", "number").select_related("theme"),
                "public_ideas",
            ),
            Prefetch(
                "recommendations",
                Recommendation.objects.published().select_related("assembly").order_by("number"),
                "public_recommendations",
            ),
        )


class Proposal(Record):
    """One proposal that was made at an event. Nobody is named: the source is those who took part."""

    event = models.ForeignKey(
        Event, verbose_name="arrangement", on_delete=models.CASCADE, related_name="proposals"
    )
    number = models.PositiveSmallIntegerField("nummer")
    title = models.CharField("forslag", max_length=200)
    text = models.TextField("uddybning", blank=True, help_text="Markdown.")
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

    objects = ProposalQuerySet.as_manager()
    history = History(links=("ideas", "recommendations"))

    class Meta:
        verbose_name = "forslag fra arrangement"
        verbose_name_plural = "forslag fra arrangementer"
        ordering = ("event", "number")
        constraints = [
            models.UniqueConstraint(fields=("event", "number"), name="proposal_number_once_per_event"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"
