"""What has happened to ideas, initiatives and themes within a window of time, as far as the public may read it now."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.db.models import F, Model, OuterRef, Q, QuerySet, Subquery

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.publishing import visible
from erhvervspanel.portal.models import News
from events.models import Event
from ideas.models import Answer, Idea, Succession, SuccessionKind
from initiatives.models import Initiative, Milestone, Reading

BECAME = {
    SuccessionKind.MERGE: "lagt sammen med",
    SuccessionKind.SPLIT: "delt og lever videre i",
}
# What it happened to: the name in FOLLOWED, and the row's key.
Concerned = tuple[str, int]


class Window(NamedTuple):
    """After `since`, until `until`: aware moments. Windows that follow each other tell of each thing once."""

    since: datetime
    until: datetime


class Line(NamedTuple):
    """One thing that happened, and the path of the page that tells of it."""

    text: str
    path: str


def whats_new(window: Window) -> dict[Concerned, list[Line]]:
    """What happened to whom. What happens to an idea happens to those that live on in it too. The same number of queries however
    much it is."""
    found: dict[Concerned, dict[Line, None]] = defaultdict(dict)
    behind = ideas_behind()
    for source in (answers, wordings, successions, initiatives, ideas, news, events):
        for line, concerned in source(window):
            for name, key in concerned:
                for each in (key, *(behind(key) if name == "idea" else ())):
                    found[name, each][line] = None  # the same thing for several reasons is told once
    for line, copied_to in wordings_of_copies(window):
        found[copied_to][line] = None  # and not behind it, where the original is told of
    return {whom: list(lines) for whom, lines in found.items()}


def ideas_behind() -> Callable[[int], set[int]]:
    """What gives the ideas that live on in another one by what the public may see, at once or by way of others, by their keys."""
    origins: dict[int, set[int]] = defaultdict(set)
    for successor, idea in Succession.objects.published().values_list("successor", "idea"):
        origins[successor].add(idea)

    @cache
    def behind(key: int) -> set[int]:
        return origins[key].union(*map(behind, origins[key])) if key in origins else set()

    return behind


# -- What is new of a table ------------------------------------------------------------------------------------


def known(moment: datetime, model: type[Model], prefix: str = "") -> Q:
    """The condition of having been there for the public at `moment`; `prefix` leads to the `model` whose moments decide."""
    return Q(created_at__lte=moment) & visible(model, prefix, moment)


def new(window: Window, rows: QuerySet, model: type[Model] | None = None, prefix: str = "") -> QuerySet:
    """Those of `rows` that the public may see now and that became known to it in `window`, an embargo that ended included."""
    model = model or rows.model
    rows = rows.filter(visible(model, prefix)).filter(known(window.until, model, prefix))
    return rows.exclude(known(window.since, model, prefix))


def changed(window: Window, rows: QuerySet, field: str) -> QuerySet:
    """Those of `rows` of which `field` says something else by the end of `window` than before it, and says so still."""

    def version_of(moment: datetime) -> Subquery:
        versions = rows.model.history.filter(id=OuterRef("pk"), history_date__lte=moment)
        return Subquery(versions.order_by("-history_date", "-history_id").values(field)[:1])

    found = rows.filter(updated_at__gt=window.since)
    found = found.annotate(before=version_of(window.since), after=version_of(window.until))
    return found.filter(Q(before=None) | ~Q(before=F("after")), after=F(field))


def told_of(thing: Model) -> str:
    """Its title, with what says that it is made up."""
    return f"{thing.title} (eksempel)" if thing.is_example else thing.title


# -- The sources -----------------------------------------------------------------------------------------------


def answers(window: Window) -> Iterator[tuple[Line, list[Concerned]]]:
    """Each answer for its idea, and for the theme the decision that they are from. Those that follow along with an idea are none."""
    found = new(window, Answer.objects.given()).select_related("idea__theme", "decision").order_by("pk")
    for answer in found:
        idea, decision = answer.idea, answer.decision
        text = f"Svar på ide {idea.reference}: {answer.get_outcome_display()}"
        yield Line(text, answer.get_absolute_url()), [("idea", idea.pk)]
        told = Line(f"Svar på ideer: {told_of(decision)}", decision.get_absolute_url())
        yield told, [("theme", idea.theme_id)]


def wordings(window: Window) -> Iterator[tuple[Line, list[Concerned]]]:
    for answer in reworded(window, Answer.objects.given()):
        yield told_anew(answer), [("idea", answer.idea_id)]


def wordings_of_copies(window: Window) -> Iterator[tuple[Line, Concerned]]:
    for answer in reworded(window, Answer.objects.copies()):
        yield told_anew(answer), ("idea", answer.idea_id)


def reworded(window: Window, answers: QuerySet) -> Iterator[Answer]:
    public = answers.published().filter(known(window.since, Answer)).select_related("idea__theme")
    for field in ("outcome", "reason"):
        yield from changed(window, public, field)


def told_anew(answer: Answer) -> Line:
    return Line(f"Svaret på ide {answer.idea.reference} har fået en ny ordlyd", answer.get_absolute_url())


def successions(window: Window) -> Iterator[tuple[Line, list[Concerned]]]:
    found = new(window, Succession.objects.all()).select_related("idea__theme", "successor__theme")
    for succession in found.order_by("pk"):
        idea, successor = succession.idea, succession.successor
        text = f"Ide {idea.reference} er {BECAME[succession.kind]} ide {successor.reference}"
        yield Line(text, idea.get_absolute_url()), [("idea", idea.pk), ("idea", successor.pk)]


def initiatives(window: Window) -> Iterator[tuple[Line, list[Concerned]]]:
    """For the initiative, its theme, and the ideas that it comes of."""
    found = list(of_initiatives(window))
    ideas = defaultdict(list)
    links = Initiative.ideas.through.objects.filter(initiative__in={each.pk for each, _ in found})
    for key, idea in links.filter(visible(Idea, "idea__")).values_list("initiative", "idea"):
        ideas[key].append(("idea", idea))
    for initiative, text in found:
        concerned = [("initiative", initiative.pk), ("theme", initiative.theme_id), *ideas[initiative.pk]]
        yield Line(text, initiative.get_absolute_url()), concerned


def of_initiatives(window: Window) -> Iterator[tuple[Initiative, str]]:
    for initiative in new(window, Initiative.objects.order_by("pk")):
        yield initiative, f"Nyt initiativ: {told_of(initiative)}"
    public = Initiative.objects.published().filter(known(window.since, Initiative)).order_by("pk")
    for initiative in changed(window, public, "status"):
        yield initiative, f"Initiativet »{told_of(initiative)}« er nu: {initiative.get_status_display()}"
    for initiative in changed(window, public, "next_step"):
        if initiative.next_step:
            yield initiative, f"Næste skridt for initiativet »{told_of(initiative)}« er skrevet om"
    steps = Milestone.objects.filter(visible(Initiative, "initiative__"), reached_on__isnull=False)
    for step in changed(window, steps, "reached_on").select_related("initiative").order_by("pk"):
        if step.before is None:  # and not a day that was mended
            yield step.initiative, f"Milepæl nået: {step.title}, {told_of(step.initiative)}"
    path = "indicator__initiative__"
    for reading in new(window, Reading.objects.select_related("indicator__initiative"), Initiative, path):
        indicator, value = reading.indicator, notation.number(reading.value)
        text = f"Målt: {value} {indicator.unit}, {indicator.name}, {notation.day(reading.read_on)}"
        yield indicator.initiative, text


def ideas(window: Window) -> Iterator[tuple[Line, list[Concerned]]]:
    for idea in new(window, Idea.objects.select_related("theme").order_by("number")):
        line = Line(f"Ny ide: {idea.reference} {told_of(idea)}", idea.get_absolute_url())
        yield line, [("theme", idea.theme_id)]


def news(window: Window) -> Iterator[tuple[Line, list[Concerned]]]:
    found = new(window, News.objects.order_by("publish_at", "pk"))
    for item in found.prefetch_related("themes", "ideas", "initiatives"):
        concerned = [
            *keys("idea", item.ideas.all()),
            *keys("initiative", item.initiatives.all()),
            *keys("theme", item.themes.all()),
        ]
        yield Line(told_of(item), item.get_absolute_url()), concerned


def events(window: Window) -> Iterator[tuple[Line, list[Concerned]]]:
    for event in new(window, Event.objects.order_by("starts_at", "pk")).prefetch_related("initiatives"):
        text = f"Nyt arrangement: {told_of(event)}, {notation.moment(event.starts_at)}"
        concerned = keys("initiative", event.initiatives.all())
        if event.theme_id:
            concerned.append(("theme", event.theme_id))
        yield Line(text, event.get_absolute_url()), concerned


def keys(name: str, things: Iterable[Model]) -> list[Concerned]:
    return [(name, thing.pk) for thing in things]
