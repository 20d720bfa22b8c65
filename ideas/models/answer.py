"""The municipality's answer to an idea: an outcome with a reason."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.models import User
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


# What an answer says to its reader, and a copy of it says too. Of a merge the original alone tells.
SAID = ("outcome", "reason", "office", "service_id")


def as_json(key) -> Func:
    return Func(key, function="to_jsonb", output_field=models.JSONField())


def bringing() -> models.QuerySet:
    """The merges and splits that stand and by which the outer query's answer came along to its idea: where there is one, it is a copy."""
    moves = related_model(Idea, "origins").objects.filter(undone_at=None, successor=OuterRef("idea"))
    return moves.filter(carried__answers__contains=as_json(OuterRef("pk")))


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
        """Those that a committee gave, without the copies that an idea got when another was merged into it or split."""
        return self.filter(~Exists(bringing()))

    def copies(self):
        """Those that came along to their ideas from others. One that is written otherwise there is the committee's own (`lead_copies`)."""
        return self.filter(Exists(bringing()))

    def astray(self):
        """The copies that say something else than their originals, which `lead_copies` leaves none of."""
        brought, original = "idea__origins__", "idea__origins__idea__answers__"
        # Joined, and not asked for by Exists: all answers of a decision would be held against each other.
        copies = self.filter(
            **{
                f"{brought}undone_at": None,
                f"{brought}carried__answers__contains": as_json(F("pk")),
                f"{original}decision": F("decision"),
            }
        ).alias(
            said=JSONObject(**{name: name for name in SAID}),
            to_say=JSONObject(**{name: f"{original}{name}" for name in SAID}),
        )
        return copies.exclude(to_say__outcome=Outcome.MERGED).exclude(to_say=F("said"))

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
        return Answer.objects.copies().filter(pk=self.pk).exists()

    @property
    def said(self) -> dict:
        """What it says to its reader."""
        return {name: getattr(self, name) for name in SAID}

    def save(self, *args, **kwargs):
        """Saves it, and lets its copies follow."""
        is_new = self._state.adding
        before = None if is_new else Answer.objects.filter(pk=self.pk).values(*SAID).first()
        super().save(*args, **kwargs)
        if not is_new and before != self.said:
            lead_copies([self], by=getattr(self, "_history_user", None))

    def refuse_deletion(self) -> None:
        """What a committee has told stays, and so does what a merge rests on."""
        if self.is_in_force and (self.merges_with or not self.is_carried):
            raise ValidationError(
                f"Svaret på ide {self.idea.reference} er offentliggjort. Ret det i tabellen »Svar på ideerne« på beslutningen, eller træk "
                "beslutningen tilbage til kladde først."
            )

    def drop_unused(self) -> None:
        """Takes out the other idea where the outcome is no merge, so that no page says to read on there."""
        if self.outcome not in ("", Outcome.MERGED):
            self.merged_into = None

    def clean(self):
        """Raises ValidationError where a published answer would say another merge than there is: the table of answers alone takes the
        ideas along (`ideas.actions.save_answers`)."""
        super().clean()
        self.drop_unused()
        stored = Answer.objects.filter(pk=self.pk).select_related("decision").first()
        if stored is not None and stored.is_in_force and stored.merges_with != self.merges_with:
            raise ValidationError(
                "Svaret er offentliggjort. Ret det i tabellen »Svar på ideerne« på beslutningen, så sammenlægningen følger med."
            )


def lead_copies(answers: Iterable[Answer], *, by: User | None) -> None:
    """Lets the copies of `answers` say what these say now, and theirs in turn.

    A copy among `answers` that says something else than its original was treated by the committee where it is: it is taken out of
    what came along, is the idea's own from then on, and follows no more. A merge is told of the original alone, and a copy of it stays.

    Args:
        answers: those that have just been saved with another wording, copies perhaps among them.
    """
    written = {answer.pk: answer for answer in answers}
    ideas = {answer.idea_id for answer in written.values()}
    moves = related_model(Idea, "origins").objects.filter(undone_at=None, carried__has_key="answers")
    moves = list(moves.filter(Q(idea__in=ideas) | Q(successor__in=ideas)).order_by("pk"))
    if not moves:
        return
    keys = {key for move in moves for key in move.carried["answers"]}
    rows = Answer.objects.filter(Q(pk__in=keys) | Q(idea__in={move.idea_id for move in moves}))
    rows = rows.filter(decision__in={answer.decision_id for answer in written.values()})
    found = {row.pk: row for row in rows.select_related("idea__theme")}
    originals = {(row.idea_id, row.decision_id): row for row in found.values()}
    apart = [
        (move, copy, original)
        for move in moves
        for copy in (found[key] for key in move.carried["answers"] if key in found)
        if (original := originals.get((move.idea_id, copy.decision_id))) is None or original.said != copy.said
    ]
    for move, copy, _ in apart:  # before any follows, so that none follows that was written itself
        if copy.pk in written:
            let_go(copy, move, by=by)
    for _, copy, original in apart:
        if copy.pk in written or original is None or original.pk not in written:
            continue
        if original.outcome != Outcome.MERGED:
            follow(copy, original, why=getattr(written[original.pk], "_change_reason", ""), by=by)


def let_go(copy: Answer, move: models.Model, *, by: User | None) -> None:
    move.carried["answers"].remove(copy.pk)
    save_by(move, f"Svaret på ide {copy.idea.reference} er nu dens eget", by, only=("carried", "updated_at"))


def follow(copy: Answer, original: Answer, *, why: str, by: User | None) -> None:
    for name, value in original.said.items():
        setattr(copy, name, value)
    save_by(copy, f"Fulgte svaret på ide {original.idea.reference}. {why or ''}".strip(), by)


def save_by(row: models.Model, reason: str, by: User | None, *, only: Iterable[str] | None = None) -> None:
    row._change_reason = reason
    if by is not None:  # whoever sends the form otherwise
        row._history_user = by
    row.save(update_fields=only)
