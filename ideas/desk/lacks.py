"""What an idea lacks before its next step."""

from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Exists, Func, OuterRef, Q, QuerySet, Subquery, Value, When

from ideas.desk.steps import CLOSING, step_of
from ideas.models import Answer, Check, CheckKind, Idea


@dataclass(frozen=True)
class Lack:
    """One thing that open ideas may lack.

    Attributes:
        key: what it goes by in addresses.
        noun: what is missing: »en kort beskrivelse«.
        condition: which ideas lack it, whatever became of them.
        is_required: whether the next step is refused without it.
    """

    key: str
    noun: str
    condition: Q
    is_required: bool = False

    def told(self) -> Q:
        """The condition of lacking it when it matters, for rows that have `status`."""
        return ~Q(status__in=CLOSING) & self.condition


def without(relation: str) -> Q:
    """The condition of having no row at the other end of `relation`, without a join."""
    through = getattr(Idea, relation).through
    return ~Q(Exists(through.objects.filter(idea=OuterRef("pk"))))


def on_agenda(**conditions) -> Q:
    """The condition of having an answer that is still to be published, under `conditions`."""
    return Q(Exists(Answer.objects.filter(idea=OuterRef("pk"), publish_at=None, **conditions)))


LACKS = (
    Lack("tekst", "en tekst om behovet eller forslaget", Q(need="", proposal=""), is_required=True),
    Lack("kort", "en kort beskrivelse til oversigterne", Q(summary="")),
    Lack("moede", "det møde, den kom fra", without("meetings")),
    Lack("behov", "et behov", without("needs")),
    Lack("virksomhed", "virksomheden bag", without("companies")),
    Lack(
        "korrektur",
        "korrekturlæsning",
        ~Q(Exists(Check.objects.holding().filter(idea=OuterRef("pk"), kind=CheckKind.PROOFREAD))),
    ),
    Lack("offentlig", "at blive offentliggjort", Q(publish_at=None) & on_agenda(), is_required=True),
    Lack("udfald", "et udfald i svaret", on_agenda(outcome=""), is_required=True),
    Lack("begrundelse", "en begrundelse i svaret", on_agenda(reason=""), is_required=True),
)  # fmt: skip
BY_KEY = {lack.key: lack for lack in LACKS}


def on_desk(ideas: QuerySet) -> QuerySet:
    """Annotates what the desk shows of each idea: `status`, `step`, the keys of its `lacks`, and its newest decision,
    published or not, as `decision_key` and `decision_title`."""
    newest = Answer.objects.filter(idea=OuterRef("pk")).newest_first()
    return (
        ideas.with_status(for_staff=True)
        .annotate(step=step_of())
        .annotate(
            lacks=lacking(),
            decision_key=Subquery(newest.values("decision_id")[:1]),
            decision_title=Subquery(newest.values("decision__title")[:1]),
        )
    )


def lacking() -> Case:
    """An expression for rows that have `status`: the keys of what each lacks; none for those that are closed."""
    keys = ArrayField(models.TextField())
    found = [
        Case(When(lack.condition, then=Value(lack.key)), default=None, output_field=models.TextField())
        for lack in LACKS
    ]
    array = Func(*found, template="ARRAY[%(expressions)s]", output_field=keys)
    lacks = Func(array, Value(None), function="ARRAY_REMOVE", output_field=keys)
    return Case(When(status__in=CLOSING, then=Value([], output_field=keys)), default=lacks, output_field=keys)
