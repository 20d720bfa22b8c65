"""Where the chain is broken: what an audit of all records finds missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.publishing import Publishable, visible
from ideas.models import Answer, Idea, Outcome, Overlap, Recommendation, Service, Succession, SuccessionKind
from initiatives.models import Indicator, Initiative
from panels.models import Decision, PanelMeeting


@dataclass(frozen=True)
class Break:
    """One place where the chain is broken.

    Attributes:
        what: a Danish sentence part that follows the thing's name: »har intet møde«.
    """

    thing: Model
    what: str

    def __str__(self) -> str:
        kind = str(self.thing._meta.verbose_name).capitalize()
        return f"{kind} »{self.thing}« {self.what}."

    @property
    def admin_url(self) -> str:
        meta = self.thing._meta
        return link(f"admin:{meta.app_label}_{meta.model_name}_change", self.thing.pk)


def broken_links(*, at_most: int | None = None) -> list[Break]:
    """All breaks, or the first `at_most`, in the order of the story. The number of queries is the same however long the lists."""
    found = (Break(thing, what) for rows, what in checks() for thing in rows[:at_most])
    return list(islice(found, at_most))


def checks() -> Iterator[tuple[QuerySet, str]]:
    """The rows that each rule finds wrong, and what is wrong with them. Drafts are work in hand and are left alone."""
    yield from idea_checks()
    yield from answer_checks()
    yield from initiative_checks()
    for model, related in HANGING.items():
        shown = model.objects.filter(model.visible_by(timezone.now())).select_related(*related)
        yield shown.exclude(visible(model)), "er offentliggjort, men hænger på noget, der ikke er"


def idea_checks() -> Iterator[tuple[QuerySet, str]]:
    ideas = Idea.objects.exclude(publish_at=None).select_related("theme").order_by("theme__year", "number")
    complete = Answer.objects.filter(idea=OuterRef("pk")).exclude(Q(outcome="") | Q(reason=""))
    yield ideas.filter(meetings=None), "har intet møde"
    met = PanelMeeting.objects.filter(ideas=OuterRef("pk"))
    yield (
        ideas.filter(visible(Idea), Exists(met), ~Exists(met.published())),
        "er offentlig, men intet af dens møder er det",
    )
    moves = Succession.objects.filter(undone_at=None)  # what lives on in another is answered there
    unanswered = ideas.filter(~Exists(complete), ~Exists(moves.filter(idea=OuterRef("pk"))))
    yield unanswered, "har intet svar med udfald og begrundelse"


def answer_checks() -> Iterator[tuple[QuerySet, str]]:
    """Of each idea's newest answer; what was answered before is history."""
    newest = Answer.objects.published().filter(idea=OuterRef("idea")).newest_first().values("pk")[:1]
    answers = Answer.objects.published().filter(pk=newest).select_related("idea__theme")
    answers = answers.order_by("idea__theme__year", "idea__number")
    moves = Succession.objects.filter(idea=OuterRef("idea"), undone_at=None)
    lives_on = Exists(moves)
    yield (
        answers.filter(~lives_on, outcome=Outcome.MERGED),
        "siger, at ideen er lagt sammen med en anden, men det er den ikke",
    )
    elsewhere = Q(outcome=Outcome.MERGED) & ~Exists(moves.filter(successor=OuterRef("merged_into")))
    older = Answer.objects.in_force().filter(
        idea=OuterRef("idea"), outcome=Outcome.MERGED, merged_into=OuterRef("successor")
    )
    outdated = ~Q(outcome=Outcome.MERGED) & Exists(moves.filter(Exists(older), kind=SuccessionKind.MERGE))
    yield (
        answers.filter(lives_on).filter(elsewhere | outdated),
        "siger noget andet om, hvor ideen lever videre, end det, der er gjort",
    )
    yield (
        answers.filter(outcome=Outcome.ALREADY_OFFERED).exclude(visible(Service, "service__")),
        "peger på et tilbud, som ikke er offentligt",
    )
    initiatives = Initiative.objects.filter(ideas=OuterRef("idea"))
    yield (
        answers.filter(
            Exists(initiatives), ~Exists(initiatives.published()), ~lives_on, outcome=Outcome.INITIATIVE
        ),
        "siger, at ideen bliver til initiativ, men initiativet er ikke offentligt",
    )
    yield (
        answers.filter(Exists(initiatives.published()), ~lives_on, outcome=Outcome.NOT_PURSUED),
        "siger, at ideen ikke går videre, men et initiativ udspringer af den",
    )
    yield (
        Answer.objects.published().astray().select_related("idea__theme").order_by("pk"),
        "fulgte med fra en anden ide, men siger noget andet end svaret dér",
    )


def initiative_checks() -> Iterator[tuple[QuerySet, str]]:
    initiatives = Initiative.objects.exclude(publish_at=None).order_by("theme__year", "number")
    yield initiatives.filter(ideas=None), "udspringer ikke af nogen ide"
    behind = Idea.objects.filter(initiatives=OuterRef("pk"))
    yield (
        initiatives.filter(visible(Initiative), Exists(behind), ~Exists(behind.published())),
        "er offentligt, men ingen af ideerne bag er det",
    )
    yield initiatives.filter(decision=None), "hviler ikke på nogen beslutning"
    yield (
        Initiative.objects.published().exclude(decision=None).exclude(visible(Decision, "decision__")),
        "er offentligt, men beslutningen bag er det ikke",
    )
    yield initiatives.filter(milestones=None), "har ingen milepæle"
    yield initiatives.filter(indicators=None), "har ingen indikatorer"
    indicators = Indicator.objects.exclude(initiative__publish_at=None).order_by("initiative__number", "pk")
    yield indicators.filter(Q(baseline=None) | Q(target=None)), "mangler udgangspunkt eller mål"
    yield indicators.filter(readings=None), "har ingen målinger"


# What hangs on something, with what its name needs.
HANGING: dict[type[Publishable], tuple[str, ...]] = {
    PanelMeeting: ("theme",),
    Idea: ("theme",),
    Answer: ("idea__theme",),
    Recommendation: ("assembly",),
    Overlap: ("idea__theme", "recommendation"),
    Initiative: ("theme",),
}
