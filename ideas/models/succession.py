"""One idea living on in another: merged into it, or split into several."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from erhvervspanel.foundation.publishing import Public, PublicQuerySet
from erhvervspanel.foundation.records import History
from ideas.models.idea import Idea


class SuccessionKind(models.TextChoices):
    """How an idea came to live on in another."""

    MERGE = "merge", "Lagt sammen"
    SPLIT = "split", "Delt"


class Succession(Public):
    """An idea lives on in another one. It keeps its own address, and all that it had.

    Made and undone by the actions alone, which know what has to follow along.

    Attributes:
        carried: what the successor got from the original and did not have: keys by name of relation. Undoing takes
            just these away again. It is what tells a copied answer from one that a committee gave (`AnswerQuerySet.given`); one that
            was treated by itself since is taken out (`lead_copies`).
    """

    visible_with = ("idea", "successor")

    idea = models.ForeignKey(Idea, verbose_name="ide", on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(
        Idea, verbose_name="lever videre i", on_delete=models.PROTECT, related_name="origins"
    )
    kind = models.CharField("art", max_length=5, choices=SuccessionKind)
    reason = models.TextField("begrundelse")
    made_on = models.DateField("den")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="af",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    undone_at = models.DateTimeField("fortrudt", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="fortrudt af",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    carried = models.JSONField("fulgte med", default=dict, editable=False)

    objects = PublicQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = "sammenlægning eller deling"
        verbose_name_plural = "sammenlægninger og delinger"
        ordering = ("-made_on", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("idea", "successor"), condition=Q(undone_at=None), name="succession_once"
            ),
            models.UniqueConstraint(
                fields=("idea",),
                condition=Q(undone_at=None, kind="merge"),
                name="succession_merged_once",
                violation_error_message="Ideen er allerede lagt sammen med en anden.",
            ),
            models.CheckConstraint(name="succession_of_another", condition=~Q(idea=F("successor"))),
            models.CheckConstraint(name="succession_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.idea.reference} → {self.successor.reference}"

    @classmethod
    def visible_by(cls, now) -> Q:
        return Q(undone_at=None)
