"""Initiatives, their partners and milestones."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from erhvervspanel.foundation.goals import GoalsField, goals_are_known
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.markdown import FORMATTING
from erhvervspanel.foundation.publishing import (
    PublicQuerySet,
    Publishable,
    published_count,
    related_model,
)
from erhvervspanel.foundation.records import History, Record
from erhvervspanel.foundation.search import search_index, words_column
from erhvervspanel.foundation.slugs import Slugged
from ideas.models import Idea, Recommendation, Service
from panels.models import Decision, Theme


class InitiativeStatus(models.TextChoices):
    """Where an initiative stands."""

    PLANNED = "planned", "Planlagt"
    RUNNING = "running", "I gang"
    DELIVERED = "delivered", "Gennemført"
    STOPPED = "stopped", "Stoppet"


# Those on which there is still something to do.
OPEN = (InitiativeStatus.PLANNED, InitiativeStatus.RUNNING)


class Partner(Record):
    """An organisation that the municipality does an initiative with."""

    name = models.CharField("navn", max_length=160, unique=True)
    url = models.URLField("hjemmeside", blank=True)
    description = models.TextField("beskrivelse", blank=True)

    history = History()

    class Meta:
        verbose_name = "samarbejdspartner"
        verbose_name_plural = "samarbejdspartnere"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


STALE_AFTER = timedelta(days=120)  # since anybody last looked an initiative over


class InitiativeQuerySet(PublicQuerySet):
    def stale(self):
        """Those under way or planned that nobody has looked over within STALE_AFTER."""
        since = timezone.localdate() - STALE_AFTER
        return self.filter(status__in=OPEN).exclude(reviewed_on__gte=since)

    def for_list(self):
        """Annotates what a list shows: `milestone_count`, `reached_count` and `idea_count`; and `shows_work`: whether a milestone
        was reached or anything measured since the day on which it was to begin."""
        since = OuterRef("starts_on")
        reached = Milestone.objects.filter(initiative=OuterRef("pk"), reached_on__gte=since)
        readings = related_model(related_model(self.model, "indicators"), "readings").objects
        measured = readings.filter(indicator__initiative=OuterRef("pk"), read_on__gte=since)
        return self.select_related("theme").annotate(
            milestone_count=Count("milestones", distinct=True),
            reached_count=Count("milestones", distinct=True, filter=Q(milestones__reached_on__isnull=False)),
            idea_count=published_count(self.model, "ideas"),
            shows_work=Exists(reached) | Exists(measured),
            from_recommendation=Exists(Recommendation.objects.published().filter(initiatives=OuterRef("pk"))),
        )


class Initiative(Slugged, Publishable):
    """One initiative: what is done, for whom, with whom, and how far it is."""

    visible_with = ("theme",)

    theme = models.ForeignKey(
        Theme, verbose_name="tema", on_delete=models.PROTECT, related_name="initiatives"
    )
    number = models.PositiveSmallIntegerField("nummer")
    title = models.CharField("titel", max_length=160)
    summary = models.TextField("kort beskrivelse", help_text="To sætninger til oversigter.")
    what = models.TextField("hvad sker der", blank=True, help_text=FORMATTING)
    why = models.TextField("hvorfor", blank=True, help_text=FORMATTING)
    audience = models.TextField("hvem er det for", blank=True)
    company_action = models.TextField("hvad kan en virksomhed gøre nu", blank=True, help_text=FORMATTING)
    unit = models.CharField("ansvarlig afdeling", max_length=120, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="ansvarlig medarbejder",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="initiatives",
        help_text="Får en mail, når det er længe siden, nogen har set initiativet efter. Vises ikke på siden.",
    )
    partners = models.ManyToManyField(
        Partner, verbose_name="samarbejdspartnere", blank=True, related_name="initiatives"
    )
    starts_on = models.DateField("begynder", null=True, blank=True)
    ends_on = models.DateField("slutter", null=True, blank=True)
    status = models.CharField(
        "status", max_length=10, choices=InitiativeStatus, default=InitiativeStatus.PLANNED
    )
    next_step = models.TextField("næste skridt", blank=True)
    next_step_on = models.DateField("næste skridt senest", null=True, blank=True)
    reviewed_on = models.DateField(
        "opdateret", null=True, blank=True, help_text="Hvornår nogen sidst så siden efter. Vises på siden."
    )
    goals = GoalsField()
    ideas = models.ManyToManyField(Idea, verbose_name="ideer", blank=True, related_name="initiatives")
    recommendations = models.ManyToManyField(
        Recommendation, verbose_name="anbefalinger", blank=True, related_name="initiatives"
    )
    services = models.ManyToManyField(Service, verbose_name="tilbud", blank=True, related_name="initiatives")
    decision = models.ForeignKey(
        Decision,
        verbose_name="beslutning",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="initiatives",
    )

    search_words = words_column(("title",), ("summary", "what", "why", "audience", "company_action", "unit"))

    objects = InitiativeQuerySet.as_manager()
    history = History(links=("partners", "ideas", "recommendations", "services"))

    class Meta:
        permissions = [("change_own_initiative", "ændre de initiativer, man selv er ansvarlig for")]
        verbose_name = "initiativ"
        verbose_name_plural = "initiativer"
        ordering = ("-theme__year", "number")
        indexes = [search_index("initiative")]
        constraints = [
            models.UniqueConstraint(fields=("theme", "number"), name="initiative_number_once_per_theme"),
            models.CheckConstraint(
                name="initiative_ends_after_start",
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                violation_error_message="Initiativet skal slutte, efter at det er begyndt.",
            ),
            models.CheckConstraint(name="initiative_goals_known", condition=goals_are_known()),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return link("initiatives:initiative", self.slug)

    @property
    def has_begun(self) -> bool:
        """Whether its status or its work tells that it has begun: what was stopped may have been so before. Needs `for_list`."""
        return self.status in (InitiativeStatus.RUNNING, InitiativeStatus.DELIVERED) or self.shows_work

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


class Milestone(Record):
    """A step of an initiative. It is reached on a day, or it is not; progress is counted from these."""

    initiative = models.ForeignKey(
        Initiative, verbose_name="initiativ", on_delete=models.CASCADE, related_name="milestones"
    )
    title = models.CharField("titel", max_length=160)
    due_on = models.DateField("frist")
    reached_on = models.DateField("nået den", null=True, blank=True)
    note = models.TextField("bemærkning", blank=True)

    history = History()

    class Meta:
        verbose_name = "milepæl"
        verbose_name_plural = "milepæle"
        ordering = ("due_on", "pk")

    def __str__(self) -> str:
        return self.title

    def clean(self):
        if self.reached_on and self.reached_on > timezone.localdate():
            raise ValidationError(
                {"reached_on": "Dagen er ikke kommet endnu. Lad feltet stå tomt, til milepælen er nået."}
            )

    @property
    def is_late(self) -> bool:
        """Whether somebody still has to reach it and should have done so."""
        overdue = self.reached_on is None and self.due_on < timezone.localdate()
        return overdue and self.initiative.is_open
