"""Publishing: one field, one rule.

`publish_at` tells all three states: empty is a draft, a moment ahead is an embargo, a moment passed is
published. Nothing has to run when an embargo ends; the next request sees it.

The one rule is `visible(model)`. `.published()` of every QuerySet applies it, and so do pages, counts,
search, feeds and downloads.
"""

from contextvars import ContextVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, ExpressionWrapper, Func, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.text import capfirst, get_text_list

from erhvervspanel.foundation.records import Record

# The model and the key of the one row that is shown before it is public (foundation/previews.py).
PREVIEWED: ContextVar[tuple[type[models.Model], int] | None] = ContextVar("previewed", default=None)
# What stands for the present moment in a statement that is composed once (foundation/composed.py).
MOMENT: ContextVar[models.Expression | None] = ContextVar("moment", default=None)


def present():
    """The present moment: as a place in a statement that is being composed, and else as it is."""
    return MOMENT.get() or timezone.now()


def visible(model: type[models.Model], prefix: str = "", now=None) -> Q:
    """The condition under which the public may see a row of `model`.

    Args:
        model: a model with `visible_by(now)`, which gives its own condition, and `visible_with`, the names of
            the foreign keys whose rows must be visible too (an answer is not shown without its idea).
        prefix: the path from the model that is queried to `model`, such as `"idea__"`.
        now: the aware moment to judge by; the present one when left out.

    Returns:
        A Q over to-one paths only, so that it never multiplies rows.
    """
    now = now or present()
    condition = prefixed(model.visible_by(now), prefix)
    for name in model.visible_with:
        condition &= visible(model._meta.get_field(name).related_model, f"{prefix}{name}__", now)
    previewed = PREVIEWED.get()
    if previewed is not None and previewed[0] is model:
        condition |= Q(**{f"{prefix}pk": previewed[1]})
    return condition


def prefixed(condition: Q, prefix: str) -> Q:
    """`condition` with `prefix` before each of its look-ups."""
    children = [
        prefixed(child, prefix) if isinstance(child, Q) else (f"{prefix}{child[0]}", child[1])
        for child in condition.children
    ]
    return Q.create(children, connector=condition.connector, negated=condition.negated)


def holds(condition: Q) -> ExpressionWrapper:
    """`condition` as a column: whether it holds for the row."""
    return ExpressionWrapper(condition, output_field=models.BooleanField())


def related_model(model: type[models.Model], relation: str) -> type[models.Model]:
    """The model at the other end of `relation`.

    This is how a lower app reads upward: by the name of the relation, without importing the higher app.
    """
    return model._meta.get_field(relation).related_model


class RowCount(Func):
    """COUNT(*), or COUNT(DISTINCT …) of an expression, that is no aggregate to Django, so that a correlated subquery gives
    0, not no row."""

    output_field = models.IntegerField()

    @property
    def template(self) -> str:
        return "COUNT(DISTINCT %(expressions)s)" if self.source_expressions else "COUNT(*)"


def counted(rows: models.QuerySet, *, of: str | models.Expression | None = None) -> Subquery:
    """How many `rows` there are, which tell by OuterRef whose they are.

    Args:
        of: the path or the expression whose different values are counted; the rows themselves when left out.
    """
    number = RowCount(of) if of else RowCount()
    return Subquery(rows.order_by().annotate(n=number).values("n"))


def published_count(
    model: type[models.Model], relation: str, condition: Q | None = None, *, of: str | None = None
) -> Subquery:
    """How many rows of `relation` the public may see, for the outer query's row of `model`.

    Args:
        condition: a further condition on those rows, over to-one paths.
        of: as in `counted`.
    """
    rows = published_rows(model, relation)
    return counted(rows if condition is None else rows.filter(condition), of=of)


def has_examples(model: type[models.Model], relation: str, path: str = "") -> Exists:
    """Whether any row of `relation` that the public may see is made up, for the outer query's row of `model`.

    Args:
        path: leads from that row to what may be made up, such as `"companies__"`.
    """
    return Exists(published_rows(model, relation).filter(**{f"{path}is_example": True}))


def published_rows(model: type[models.Model], relation: str) -> models.QuerySet:
    """The rows of `relation` that the public may see, for the outer query's row of `model`."""
    back = model._meta.get_field(relation).remote_field.name
    return related_model(model, relation).objects.published().filter(**{back: OuterRef("pk")})


class PublicQuerySet(models.QuerySet):
    """A QuerySet of rows of which the public may see some."""

    def published(self):
        """The rows that the public may see now."""
        return self.filter(visible(self.model))


class Public(Record):
    """A curated record of which the public may see some rows."""

    # The foreign keys whose rows must be visible too.
    visible_with: tuple[str, ...] = ()

    class Meta:
        abstract = True

    @classmethod
    def visible_by(cls, now) -> Q:
        """The row's own condition for being seen at the aware moment `now`."""
        raise NotImplementedError


class State(models.TextChoices):
    """The three states of publishing, as staff read them."""

    DRAFT = "draft", "Kladde"
    EMBARGOED = "embargoed", "Offentliggøres senere"
    PUBLISHED = "published", "Offentliggjort"


class Publishable(Public):
    """A record that is a draft, under embargo, or published."""

    publish_at = models.DateTimeField(
        "offentliggøres",
        null=True,
        blank=True,
        db_index=True,
        help_text="Tomt felt: kladde. Et tidspunkt i fremtiden: siden vises af sig selv fra da af.",
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="offentliggjort af",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    # The fields that its address is made of, where it has no slug, of which a former one leads on.
    ADDRESSED_BY: tuple[str, ...] = ()

    class Meta:
        abstract = True

    @classmethod
    def visible_by(cls, now) -> Q:
        return Q(publish_at__lte=now)

    def clean(self):
        super().clean()
        self.refuse_another_address()

    def refuse_another_address(self) -> None:
        """Papers, mails and others' links lead to an address, once the public has seen it. Raises ValidationError where it would be
        another."""
        stored = type(self)._base_manager.filter(pk=self.pk).first() if self.ADDRESSED_BY else None
        fields = [self._meta.get_field(name) for name in self.ADDRESSED_BY]
        if stored is None or all(
            getattr(stored, each.attname) == getattr(self, each.attname) for each in fields
        ):
            return
        if stored.has_been_public:
            names = get_text_list([f"»{each.verbose_name}«" for each in fields], "og")
            raise ValidationError(
                f"{capfirst(self._meta.verbose_name)} »{stored}« har været offentlig på adressen {stored.get_absolute_url()}. Lad {names} "
                "stå: breve, papirer og links henviser dertil."
            )

    def refuse_deletion(self) -> None:
        """An address that the public has seen is never given to another."""
        super().refuse_deletion()
        if self.ADDRESSED_BY and self.has_been_public:
            raise ValidationError(
                f"{capfirst(self._meta.verbose_name)} »{self}« har været offentlig, og breve, papirer og links henviser dertil. Brug "
                "handlingen »Træk tilbage til kladde« i stedet."
            )

    @property
    def has_been_public(self) -> bool:
        """Whether the row has ever been past its moment, by its history; what it hangs on may have hidden it."""
        versions = list(
            self.history.order_by("history_date", "history_id").values_list("history_date", "publish_at")
        )
        until = [*(written for written, _ in versions[1:]), timezone.now()]
        return any(moment and moment < end for (_, moment), end in zip(versions, until, strict=True))

    def refuse_moment(self, at) -> None:
        """Raises ValidationError where the row may not be published at the aware moment `at`, or be a draft for None."""

    @property
    def publishing_state(self) -> State:
        """The row's own state; what it hangs on may still hide it."""
        if self.publish_at is None:
            return State.DRAFT
        return State.PUBLISHED if self.publish_at <= timezone.now() else State.EMBARGOED
