"""The municipality's answer to an idea: an outcome with a reason."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Subquery
from django.db.models.functions import Cast
from django.utils import timezone

from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.publishing import (
    PublicQuerySet,
    Publishable,
    State,
    holds,
    related_model,
    visible,
)
from erhvervspanel.foundation.records import History
from ideas.models.idea import Idea
from ideas.models.service import Service
from ideas.models.status import Status
from panels.models import Decision


class Outcome(models.TextChoices):
    """What the committee decided on an idea."""

    INITIATIVE = "initiative", "Bliver til initiativ"
    ALREADY_DONE = "already_done", "Allerede gjort"
    ALREADY_OFFERED = "already_offered", "Findes allerede som tilbud"
    MERGED = "merged", "Lagt sammen med en anden ide"
    LATER = "later", "Tages op senere"
    NOT_PURSUED = "not_pursued", "Går ikke videre"


class AnswerQuerySet(PublicQuerySet):
    def newest_first(self):
        return self.order_by("-decision__decided_on", "-pk")

    def in_force(self):
        """Those that are published with their decisions, whether or not their ideas are."""
        now = timezone.now()
        return self.filter(publish_at__lte=now, decision__publish_at__lte=now)

    def behind(self):
        """Those in force that tell of a merge, and whose ideas may not live on as the newest one says: the merge is not made, or it
        stands though a newer answer may say otherwise."""
        moves = related_model(Idea, "successions").objects
        in_force = self.model.objects.in_force().filter(idea=OuterRef("idea"))
        day, key = OuterRef("decision__decided_on"), OuterRef("pk")
        newer = Q(decision__decided_on__gt=day) | Q(decision__decided_on=day, pk__gt=key)
        is_made = moves.filter(idea=OuterRef("idea"), successor=OuterRef("merged_into"), undone_at=None)
        return self.in_force().filter(
            ~Exists(is_made) ^ Exists(in_force.filter(newer)), outcome=Outcome.MERGED
        )

    def leading(self):
        """Of each idea the newest that is in force: its merge is the one that counts."""
        return self.in_force().order_by("idea_id", "-decision__decided_on", "-pk").distinct("idea_id")

    def given(self):
        """Those that a committee gave, without the copies that an idea got when another was merged into it or split.

        A copy that says something else than the original's answer was treated by the committee itself.
        """
        moves = related_model(Idea, "origins").objects.filter(undone_at=None)
        keys = Func(
            F("carried__answers"), function="jsonb_array_elements_text", output_field=models.TextField()
        )
        # The few copies are found first: asked of each answer anew, very many would take minutes.
        copied = self.model.objects.filter(
            pk__in=moves.values(key=Cast(keys, models.BigIntegerField())),
            idea__origins__undone_at=None,
            idea__origins__idea__answers__decision=F("decision"),
            idea__origins__idea__answers__outcome=F("outcome"),
        )
        return self.exclude(pk__in=copied.order_by().values("pk"))

    def for_page(self):
        """What an idea's page shows, the newest first.

        Annotates `service_is_public` and `merged_into_is_public`, as a page may only link to what is.
        """
        return (
            self.select_related("decision", "service", "merged_into__theme")
            .annotate(
                service_is_public=holds(visible(Service, "service__")),
                merged_into_is_public=holds(visible(Idea, "merged_into__")),
            )
            .newest_first()
        )

    def with_merged_into_status(self, *, as_if_public: Q | None = None):
        """Annotates `merged_into_status`: what became of the idea that an answer's own lives on in.

        Args:
            as_if_public: as in `IdeaQuerySet.with_status`.
        """
        merged_into = Idea.objects.filter(pk=OuterRef("merged_into")).with_status(as_if_public=as_if_public)
        return self.annotate(merged_into_status=Subquery(merged_into.values("status")))


class Answer(Publishable):
    """One decision's answer to one idea. It can only be published with an outcome and a reason."""

    visible_with = ("idea", "decision")

    idea = models.ForeignKey(Idea, verbose_name="ide", on_delete=models.PROTECT, related_name="answers")
    decision = models.ForeignKey(
        Decision, verbose_name="beslutning", on_delete=models.PROTECT, related_name="answers"
    )
    outcome = models.CharField("udfald", max_length=20, choices=Outcome, blank=True)
    reason = models.TextField("begrundelse", blank=True, help_text="Skriv, så ideens virksomhed forstår det.")
    office = models.CharField("afdeling", max_length=120, blank=True, help_text="Den, der svarer.")
    service = models.ForeignKey(
        Service,
        verbose_name="tilbud",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="answers",
        help_text="Når ideen allerede findes som tilbud.",
    )
    merged_into = models.ForeignKey(
        Idea,
        verbose_name="lagt sammen med",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merging_answers",
    )

    objects = AnswerQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = "svar"
        verbose_name_plural = "svar"
        ordering = ("idea__number",)
        constraints = [
            models.UniqueConstraint(
                fields=("idea", "decision"),
                name="answer_once_per_decision",
                violation_error_message="Ideen har allerede et svar fra den beslutning.",
            ),
            models.CheckConstraint(
                name="answer_published_with_reason",
                condition=Q(publish_at__isnull=True) | ~Q(outcome="") & ~Q(reason=""),
                violation_error_message="Et svar kan først offentliggøres, når det har udfald og begrundelse.",
            ),
            models.CheckConstraint(
                name="answer_merged_names_idea",
                condition=Q(publish_at__isnull=True)
                | ~Q(outcome="merged")
                | Q(merged_into__isnull=False) & ~Q(merged_into=F("idea")),
                violation_error_message="Vælg den anden ide, som ideen er lagt sammen med.",
            ),
            models.CheckConstraint(
                name="answer_offered_names_service",
                condition=Q(publish_at__isnull=True)
                | ~Q(outcome="already_offered")
                | Q(service__isnull=False),
                violation_error_message="Vælg det tilbud, som ideen allerede findes som.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display() or 'Svar'}: {self.idea}"

    def get_absolute_url(self) -> str:
        return f"{link('ideas:idea', self.idea.reference)}#svar"

    @property
    def is_in_force(self) -> bool:
        """Whether it and its decision are published: then its idea is merged where it says so."""
        return self.publishing_state == self.decision.publishing_state == State.PUBLISHED

    @property
    def merges_with(self) -> int | None:
        """The key of the idea that its own lives on in by it."""
        return self.merged_into_id if self.outcome == Outcome.MERGED else None

    @property
    def merged_into_label(self) -> str:
        """What became of the idea that its own lives on in, in Danish; "" where `merged_into_status` was not read."""
        status = getattr(self, "merged_into_status", None)
        return Status(status).label if status else ""

    @property
    def is_carried(self) -> bool:
        """Whether its idea got it from another one that lives on in it."""
        return self.idea.origins.filter(undone_at=None, carried__answers__contains=[self.pk]).exists()

    def refuse_deletion(self) -> None:
        """What a committee has told stays, and so does what a merge rests on."""
        if self.is_in_force and (self.merges_with or not self.is_carried):
            raise ValidationError(
                f"Svaret på ide {self.idea.reference} er offentliggjort. Ret det i tabellen »Svar på ideerne« på beslutningen, eller træk "
                "beslutningen tilbage til kladde først."
            )

    def clean(self):
        """Raises ValidationError where a published answer would say another merge than there is: the table of answers alone takes the
        ideas along (`ideas.actions.save_answers`)."""
        super().clean()
        stored = Answer.objects.filter(pk=self.pk).select_related("decision").first()
        if stored is not None and stored.is_in_force and stored.merges_with != self.merges_with:
            raise ValidationError(
                "Svaret er offentliggjort. Ret det i tabellen »Svar på ideerne« på beslutningen, så sammenlægningen følger med."
            )
