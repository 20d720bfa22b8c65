"""The citizens' assembly's recommendations, the municipality's answer, and where they meet the ideas."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from erhvervspanel.foundation.goals import GoalsField, goals_are_known
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.markdown import FORMATTING
from erhvervspanel.foundation.publishing import PublicQuerySet, Publishable, related_model
from erhvervspanel.foundation.records import History, Record
from erhvervspanel.foundation.search import search_index, words_column
from ideas.models.idea import Idea


class Assembly(Publishable):
    """A citizens' assembly (borgersamling)."""

    name = models.CharField("navn", max_length=120)
    slug = models.SlugField("adresse", max_length=60, unique=True, help_text="For eksempel »borgersamling«.")
    description = models.TextField("beskrivelse", blank=True, help_text=FORMATTING)
    handed_over_on = models.DateField("overrakt den", null=True, blank=True)

    search_words = words_column(("name",), ("description",))

    objects = PublicQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = "borgersamling"
        verbose_name_plural = "borgersamlinger"
        ordering = ("-handed_over_on",)
        indexes = [search_index("assembly")]

    def __str__(self) -> str:
        return self.name


class ResponseOutcome(models.TextChoices):
    """How the municipality followed a recommendation."""

    FOLLOWED = "followed", "Følges"
    PARTLY = "partly", "Følges delvist"
    NOT = "not", "Følges ikke"


class Recommendation(Publishable):
    """One of an assembly's recommendations."""

    visible_with = ("assembly",)
    ADDRESSED_BY = ("assembly", "number")

    assembly = models.ForeignKey(
        Assembly, verbose_name="borgersamling", on_delete=models.PROTECT, related_name="recommendations"
    )
    number = models.PositiveSmallIntegerField("nummer")
    title = models.CharField("titel", max_length=160)
    summary = models.TextField("kort beskrivelse", blank=True)
    reason = models.TextField("anbefaling og begrundelse", blank=True, help_text=FORMATTING)
    addressee = models.CharField("rettet til", max_length=120, blank=True)
    goals = GoalsField()
    response_outcome = models.CharField("kommunens svar", max_length=10, blank=True, choices=ResponseOutcome)
    response = models.TextField("begrundelse for svaret", blank=True, help_text=FORMATTING)
    responded_on = models.DateField("svaret den", null=True, blank=True)

    search_words = words_column(("title",), ("summary", "reason", "response"))

    objects = PublicQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = "anbefaling"
        verbose_name_plural = "anbefalinger"
        ordering = ("assembly", "number")
        indexes = [search_index("recommendation")]
        constraints = [
            models.UniqueConstraint(
                fields=("assembly", "number"), name="recommendation_number_once_per_assembly"
            ),
            models.CheckConstraint(name="recommendation_goals_known", condition=goals_are_known()),
            models.CheckConstraint(
                name="recommendation_response_has_reason",
                condition=Q(response_outcome="") | ~Q(response=""),
                violation_error_message="Skriv en begrundelse for kommunens svar.",
            ),
        ]

    def __str__(self) -> str:
        return f"Anbefaling {self.number}: {self.title}"

    def get_absolute_url(self) -> str:
        return link("ideas:recommendation", self.assembly.slug, self.number)


class Feedback(Record):
    """One of the two rounds in which the municipality tells the assembly's members what it has done."""

    recommendation = models.ForeignKey(
        Recommendation, verbose_name="anbefaling", on_delete=models.CASCADE, related_name="feedbacks"
    )
    round = models.PositiveSmallIntegerField("runde", choices=[(1, "Første"), (2, "Anden")])
    given_on = models.DateField("givet den")
    text = models.TextField("tilbagemelding", help_text=FORMATTING)

    history = History()

    class Meta:
        verbose_name = "tilbagemelding"
        verbose_name_plural = "tilbagemeldinger"
        ordering = ("round",)
        constraints = [
            models.UniqueConstraint(fields=("recommendation", "round"), name="feedback_once_per_round"),
        ]

    def __str__(self) -> str:
        return f"{self.get_round_display()} tilbagemelding"

    def clean(self):
        super().clean()
        if self.given_on and self.given_on > timezone.localdate():
            raise ValidationError(
                {"given_on": "Dagen er ikke kommet endnu. Skriv tilbagemeldingen, når den er givet."}
            )


class OverlapKind(models.TextChoices):
    """How an idea and a recommendation meet."""

    OVERLAPS = "overlaps", "Overlapper"
    SUPPORTS = "supports", "Støtter"
    CONFLICTS = "conflicts", "Trækker hver sin vej"


class OverlapQuerySet(PublicQuerySet):
    def told_once(self):
        """Those that the public may see, but for those of an idea that lives on in another, which has them too."""
        moves = related_model(Idea, "successions").objects.published()
        return self.published().exclude(idea__in=moves.values("idea"))


class Overlap(Publishable):
    """Where an idea and a recommendation meet, and why."""

    visible_with = ("idea", "recommendation")

    idea = models.ForeignKey(Idea, verbose_name="ide", on_delete=models.PROTECT, related_name="overlaps")
    recommendation = models.ForeignKey(
        Recommendation, verbose_name="anbefaling", on_delete=models.PROTECT, related_name="overlaps"
    )
    kind = models.CharField("art", max_length=10, choices=OverlapKind, default=OverlapKind.OVERLAPS)
    reason = models.TextField("begrundelse")

    objects = OverlapQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = "overlap"
        verbose_name_plural = "overlap"
        ordering = ("recommendation__number", "idea__number")
        constraints = [
            models.UniqueConstraint(fields=("idea", "recommendation"), name="overlap_once"),
            models.CheckConstraint(
                name="overlap_has_reason",
                condition=~Q(reason=""),
                violation_error_message="Skriv, hvorfor de to hænger sammen.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.idea.reference} {self.get_kind_display().lower()} {self.recommendation}"
