"""The steps of the work with an idea. They follow from what is published and answered, and are stored nowhere."""

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils import timezone

from ideas.models import Answer, Status


class Step(models.TextChoices):
    """Where an idea is on its way, in the order of the work. The values stand in addresses."""

    DRAFT = "kladde", "Kladde"
    CATALOGUE = "katalog", "I kataloget"
    AGENDA = "dagsorden", "På dagsordenen"
    ANSWERED = "besvaret", "Besvaret"
    CLOSED = "afsluttet", "Afsluttet"


# Nothing more comes of an idea with one of these.
CLOSING = (
    Status.DELIVERED,
    Status.STOPPED,
    Status.ALREADY_DONE,
    Status.ALREADY_OFFERED,
    Status.MERGED,
    Status.SPLIT,
    Status.NOT_PURSUED,
)
# What is done to come on to each step.
HOW = {
    Step.CATALOGUE: "offentliggøre den i kataloget",
    Step.AGENDA: "sætte den på dagsordenen",
    Step.ANSWERED: "offentliggøre udvalgets svar",
    Step.CLOSED: "gennemføre initiativerne eller svare igen",
}


def step_of() -> Case:
    """An expression for rows that have `status`: a value of Step."""
    return Case(
        When(status__in=CLOSING, then=Value(Step.CLOSED)),
        When(~Q(status=Status.AWAITING), then=Value(Step.ANSWERED)),
        When(Exists(Answer.objects.filter(idea=OuterRef("pk"))), then=Value(Step.AGENDA)),
        When(publish_at__lte=timezone.now(), then=Value(Step.CATALOGUE)),
        default=Value(Step.DRAFT),
        output_field=models.CharField(),
    )


def next_step(step: Step) -> Step | None:
    """The step after `step`; None after the last."""
    steps = list(Step)
    place = steps.index(step) + 1
    return steps[place] if place < len(steps) else None
