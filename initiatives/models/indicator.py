"""Measured outcomes: an indicator with baseline and target, and its dated readings."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.publishing import related_model, visible
from erhvervspanel.foundation.records import History, Record
from ideas.models import Idea
from initiatives.models.initiative import Initiative


class Direction(models.TextChoices):
    """Which way is better."""

    UP = "up", "Mere er bedre"
    DOWN = "down", "Mindre er bedre"


def in_percent(share: Decimal) -> int:
    """`share` in whole percent. What is short of the whole never reads as 100."""
    percent = round(share * 100)
    return min(percent, 99) if share < 1 else percent


@dataclass
class Rollup:
    """What a number of indicators say together, by those that the public may see.

    Attributes:
        shares: of each that is measured and has baseline and target, how far it is on its way: 1 is the target.
        has_examples: whether one of them, or what it was measured at, is made up.
    """

    indicators: int = 0
    measured: int = 0
    reached: int = 0
    shares: list[Decimal] = field(default_factory=list)
    has_examples: bool = False

    @property
    def percent(self) -> int | None:
        """How far they are on average, each counted from 0 to 100; None where none can be told."""
        if not self.shares:
            return None
        return in_percent(sum(min(max(share, 0), 1) for share in self.shares) / len(self.shares))

    def add(self, indicator: "Indicator") -> None:
        share = indicator.share_of_the_way(indicator.latest_value)
        self.indicators += 1
        self.measured += indicator.latest_value is not None
        self.reached += indicator.is_reached_by(indicator.latest_value)
        self.has_examples |= indicator.rests_on_examples
        if share is not None:
            self.shares.append(share)


class IndicatorQuerySet(models.QuerySet):
    def published(self):
        """Those of initiatives that the public may see."""
        return self.filter(visible(Initiative, "initiative__"))

    def to_roll_up(self, by: str, **of):
        """With their latest reading and `rolled_up_to`, the key at the end of the path `by`: a row for each.

        The path leads over ideas that the public may see: an indicator counts once for each area, company or theme
        that one of its initiative's ideas belongs to.

        Args:
            of: what else holds of those ideas, such as `theme=theme`.
        """
        these = {f"initiative__ideas__{name}": value for name, value in of.items()}
        # In one `filter`, so that it is of the same idea.
        seen = self.published().filter(visible(Idea, "initiative__ideas__"), **these)
        return seen.with_latest().annotate(rolled_up_to=F(by)).distinct()

    def with_latest(self):
        """Annotates the newest reading: `latest_value`, `latest_on` and `latest_is_example`, or None."""
        newest = (
            related_model(self.model, "readings")
            .objects.filter(indicator=OuterRef("pk"))
            .order_by("-read_on")
        )
        return self.annotate(
            latest_value=Subquery(newest.values("value")[:1]),
            latest_on=Subquery(newest.values("read_on")[:1]),
            latest_is_example=Subquery(newest.values("is_example")[:1]),
        )


class Indicator(Record):
    """What an initiative is measured by."""

    initiative = models.ForeignKey(
        Initiative, verbose_name="initiativ", on_delete=models.CASCADE, related_name="indicators"
    )
    name = models.CharField("navn", max_length=160)
    unit = models.CharField("enhed", max_length=40, help_text="For eksempel »virksomheder« eller »ton CO2«.")
    direction = models.CharField("retning", max_length=4, choices=Direction, default=Direction.UP)
    baseline = models.DecimalField("udgangspunkt", max_digits=14, decimal_places=2, null=True, blank=True)
    baseline_on = models.DateField("udgangspunkt målt den", null=True, blank=True)
    target = models.DecimalField("mål", max_digits=14, decimal_places=2, null=True, blank=True)
    target_on = models.DateField("mål nås senest", null=True, blank=True)
    method = models.TextField("sådan måles det", blank=True)

    objects = IndicatorQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = "indikator"
        verbose_name_plural = "indikatorer"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("initiative", "name"), name="indicator_once_per_initiative"),
        ]

    @staticmethod
    def together(indicators: Iterable["Indicator"]) -> dict[int, Rollup]:
        """What indicators say together, for each key that they are rolled up to. Needs `to_roll_up`."""
        found: dict[int, Rollup] = {}
        for indicator in indicators:
            found.setdefault(indicator.rolled_up_to, Rollup()).add(indicator)
        return found

    @staticmethod
    def as_one(indicators: Iterable["Indicator"]) -> Rollup:
        """What indicators say together, each counted once, however many keys it is rolled up to."""
        whole = Rollup()
        for indicator in {each.pk: each for each in indicators}.values():
            whole.add(indicator)
        return whole

    def __str__(self) -> str:
        return self.name

    def clean(self):
        given = self.baseline is not None and self.target is not None
        if given and not self.is_as_good(self.target, self.baseline):
            side = "over" if self.direction == Direction.UP else "under"
            raise ValidationError(
                {"target": f"»{self.get_direction_display()}«: målet skal ligge {side} udgangspunktet."}
            )

    @property
    def rests_on_examples(self) -> bool:
        """Whether it, or its newest reading, is made up. Needs `with_latest`."""
        return self.is_example or bool(self.latest_is_example)

    def is_as_good(self, value: Decimal, other: Decimal) -> bool:
        """Whether `value` is at least as good as `other`, by the direction."""
        return value >= other if self.direction == Direction.UP else value <= other

    def is_reached_by(self, value: Decimal | None) -> bool:
        """Whether `value` reaches the target. That takes no baseline."""
        return value is not None and self.target is not None and self.is_as_good(value, self.target)

    def share_of_the_way(self, value: Decimal | None) -> Decimal | None:
        """How far `value` is from the baseline to the target: 0 at the baseline, 1 at the target.

        None where one of the three is missing, or the target is no better than the baseline: then there is no way.
        """
        if value is None or self.baseline is None or self.target is None:
            return None
        if self.is_as_good(self.baseline, self.target):
            return None
        return (value - self.baseline) / (self.target - self.baseline)


class Reading(Record):
    """What an indicator was, on a day, by a source."""

    indicator = models.ForeignKey(
        Indicator, verbose_name="indikator", on_delete=models.PROTECT, related_name="readings"
    )
    read_on = models.DateField("målt den")
    value = models.DecimalField("værdi", max_digits=14, decimal_places=2)
    source = models.CharField("kilde til målingen", max_length=200)
    note = models.TextField("bemærkning", blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="indtastet af",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    history = History()

    class Meta:
        verbose_name = "måling"
        verbose_name_plural = "målinger"
        ordering = ("read_on",)
        constraints = [
            models.UniqueConstraint(
                fields=("indicator", "read_on"),
                name="reading_once_a_day",
                violation_error_message="Der er allerede en måling den dag.",
            ),
        ]

    def __str__(self) -> str:
        return f"{notation.day(self.read_on)}: {notation.number(self.value)}"

    def clean(self):
        if self.read_on and self.read_on > timezone.localdate():
            raise ValidationError({"read_on": "Dagen er ikke kommet endnu. Skriv den dag, der blev målt."})
