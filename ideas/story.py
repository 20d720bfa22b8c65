"""An idea's story: all that happened to it, in order of time, from the records themselves."""

import itertools
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db.models import Case, CharField, Exists, F, OuterRef, QuerySet, TextField, Value, When
from django.db.models.functions import JSONObject
from django.utils import timezone

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.composed import Among, Composed
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.publishing import related_model
from erhvervspanel.foundation.references import numbered
from ideas.models import WORDING, Answer, Idea, Outcome, Succession, SuccessionKind

# What is told when it changes: nobody is to wonder whether the companies' own words still are.
TOLD = {**WORDING, "own_words": "virksomhedernes egne ord"}

TEXTS_OF_SUCCESSION = {
    (SuccessionKind.MERGE, True): "Lagt sammen med ide {}",
    (SuccessionKind.MERGE, False): "Ide {} blev lagt ind i denne",
    (SuccessionKind.SPLIT, True): "Delt: lever videre i ide {}",
    (SuccessionKind.SPLIT, False): "Delt ud fra ide {}",
}


@dataclass(frozen=True)
class Happening:
    """One line of the story, as the component `timeline` draws it.

    Attributes:
        text: more than a line of it, as Markdown.
        earlier: what a text said before it was changed: pairs of label and Markdown.
        leads_on: whether it tells that the idea lives on in another.
        is_example: whether it is made up. Of an idea that is so itself, nothing is marked.
    """

    on: date
    title: str
    note: str = ""
    url: str = ""
    text: str = ""
    earlier: list[tuple[str, str]] = field(default_factory=list)
    state: str = "done"
    state_text: str = ""
    leads_on: bool = False
    is_example: bool = False


def story_of(idea: Idea, *, meetings, answers: list[Answer], initiatives) -> list[Happening]:
    """What the public may know of what happened to `idea` and of what is to come, the oldest first. One query beyond what is
    given.

    Args:
        answers: with their decisions, as the public may see them.
        initiatives: those that the public may see.
    """
    dated, today = records(idea, answers, initiatives), timezone.localdate()
    story = [
        *(Happening(local_day(meeting.starts_at), f"Panelmøde {meeting.number}: {meeting.title}",
                    url=meeting.get_absolute_url(), is_example=meeting.is_example) for meeting in meetings),
        *([Happening(idea.submitted_on, "Ideen blev modtaget")] if idea.submitted_on else []),
        *edits(idea, dated["version"]),
        *(entry for answer in answers for entry in answer_entries(idea, answer, dated["answer"])),
        *(start(initiative, today) for initiative in initiatives if initiative.starts_on),
        *map(milestone, dated["milestone"]),
        *measured(dated["reading"]),
        *(stop(initiative, on) for initiative in initiatives if (on := stopped_on(initiative, dated["status"], today))),
        *map(succession, dated["succession"]),
        *map(news, dated["news"]),
    ]  # fmt: skip
    story = [entry if entry.on <= today else ahead(entry) for entry in story]
    if idea.is_example:
        story = [replace(entry, is_example=False) for entry in story]
    return sorted(story, key=lambda entry: entry.on)


def successors(story: list[Happening]) -> list[Happening]:
    """The lines of `story` that tell where the idea lives on."""
    return [entry for entry in story if entry.leads_on]


# -- Reading the records ---------------------------------------------------------------------------------------


def records(idea: Idea, answers: list[Answer], initiatives) -> dict[str, list[dict]]:
    """The dated records around `idea` by kind, each as a dict. One statement for all kinds."""
    found: dict[str, list[dict]] = {
        kind: [] for kind in ("version", "answer", "status", "milestone", "reading", "succession", "news")
    }
    keys = [[each.pk for each in of] for of in (answers, initiatives)]
    for kind, data in records_of(idea.pk, *keys):
        found[kind].append(data)
    for rows in found.values():
        rows.sort(key=lambda row: row["on"])
    return found


@Composed
def records_of(idea, answers, initiatives):
    """(kind, columns) of the records of one idea, of the answers and of the initiatives by their keys."""
    milestones = related_model(related_model(Idea, "initiatives"), "milestones").objects
    indicators = related_model(related_model(Idea, "initiatives"), "indicators")
    readings = related_model(indicators, "readings").objects
    successions = Succession.objects.published()
    # Where an answer tells of the merge, the page gives the reason there.
    telling = Answer.objects.published().filter(
        idea=OuterRef("idea"), outcome=Outcome.MERGED, merged_into=OuterRef("successor")
    )
    untold = Case(When(Exists(telling), then=Value("")), default="reason", output_field=TextField())
    news = related_model(Idea, "news").objects.published()
    first, *others = (
        source("version", Idea.history.filter(id=idea), on="history_date", publish_at="publish_at",
            **{name: name for name in TOLD}),
        source(
            "answer", Answer.history.filter(Among("id", answers)),
            on="history_date", id="id", outcome="outcome", reason="reason", publish_at="publish_at",
        ),
        source(
            "status", related_model(Idea, "initiatives").history.filter(Among("id", initiatives)),
            on="history_date", id="id", status="status",
        ),
        source(
            "milestone", milestones.filter(Among("initiative", initiatives), reached_on__isnull=False),
            on="reached_on", title="title", slug="initiative__slug", is_example="is_example",
        ),
        source(
            "reading", readings.filter(Among("indicator__initiative", initiatives)),
            on="read_on", name="indicator__name", value="value", unit="indicator__unit",
            slug="indicator__initiative__slug", is_example="is_example",
        ),
        source(
            "succession", successions.filter(idea=idea), on="made_on", kind="kind",
            reason=untold, out=Value(True), year="successor__theme__year", number="successor__number",
        ),
        source(
            "succession", successions.filter(successor=idea), on="made_on", kind="kind", reason=Value(""),
            out=Value(False), year="idea__theme__year", number="idea__number",
        ),
        source("news", news.filter(ideas=idea), on="publish_at", title="title", summary="summary", slug="slug",
            is_example="is_example"),
    )  # fmt: skip
    return first.union(*others, all=True)


def source(record_kind: str, rows: QuerySet, /, **columns) -> QuerySet:
    """(the kind of record, the columns as JSON) of `rows`."""
    data = JSONObject(**{name: F(of) if isinstance(of, str) else of for name, of in columns.items()})
    named = rows.order_by().annotate(record_kind=Value(record_kind, output_field=CharField()), record=data)
    return named.values_list("record_kind", "record")


# -- From record to line ---------------------------------------------------------------------------------------


def edits(idea: Idea, versions: list[dict]) -> list[Happening]:
    """The changes of wording since the public could read the idea, with what it said before where that is to be seen."""
    if idea.publish_at is None or idea.theme.publish_at is None:  # a preview
        return []
    public_since = max(idea.publish_at, idea.theme.publish_at)
    found = []
    for before, after in itertools.pairwise(versions):
        on = datetime.fromisoformat(after["on"])
        changed = [name for name in TOLD if before[name] != after[name]]
        if changed and on > public_since and was_public(before, on):
            note = f"Rettet: {', '.join(TOLD[name] for name in changed)}."
            shown = [] if idea.hides_wordings else changed
            earlier = [(TOLD[name].capitalize(), before[name]) for name in shown if before[name]]
            found.append(Happening(local_day(on), "Teksten om ideen blev rettet", note, earlier=earlier))
    return found


def answer_entries(idea: Idea, answer: Answer, versions: list[dict]) -> list[Happening]:
    """The decision, the answer, and every wording that the answer has had in public."""
    decision = answer.decision
    public_since = max(
        moment
        for moment in (answer.publish_at, decision.publish_at, idea.publish_at, idea.theme.publish_at)
        if moment is not None
    )
    entries = [
        Happening(
            decision.decided_on,
            f"{decision.committee} behandlede ideen",
            decision.title,
            decision.get_absolute_url(),
            is_example=decision.is_example,
        ),
        Happening(
            local_day(public_since),
            f"Svar: {answer.get_outcome_display()}",
            url="#svar",
            is_example=answer.is_example,
        ),
    ]
    for before, after in wordings([row for row in versions if row["id"] == answer.pk]):
        on = datetime.fromisoformat(after["on"])
        if on > public_since and was_public(before, on):
            label = Outcome(before["outcome"]).label if before["outcome"] else "Svaret"
            earlier = [] if idea.hides_wordings else [(label, before["reason"])]
            entries.append(Happening(local_day(on), "Svaret fik en ny ordlyd", url="#svar", earlier=earlier))
    return entries


def was_public(version: dict, until: datetime) -> bool:
    """Whether the public could read `version` before `until`, when it was changed: a draft never shows."""
    since = version["publish_at"]
    return bool(since) and (datetime.fromisoformat(since) if isinstance(since, str) else since) < until


def wordings(versions: list[dict]) -> list[tuple[dict, dict]]:
    """The changes of what an answer says: the version before and the version after."""
    pairs = itertools.pairwise(versions)
    return [
        (before, after)
        for before, after in pairs
        if (before["outcome"], before["reason"]) != (after["outcome"], after["reason"])
    ]


def stopped_on(initiative, versions: list[dict], today: date) -> date | None:
    """The day on which `initiative` was stopped: when staff said so or, of what was written up afterwards, its last day. None where
    it was not stopped, or nobody wrote down when."""
    if initiative.status != "stopped":
        return None
    own = [version for version in versions if version["id"] == initiative.pk]
    changes = [
        after["on"] for before, after in itertools.pairwise(own) if before["status"] != after["status"]
    ]
    on = local_day(datetime.fromisoformat(changes[-1])) if changes else initiative.ends_on
    return on if on and on <= today else None


def stop(initiative, on: date) -> Happening:
    title = f"Initiativet blev stoppet: {initiative.title}"
    return Happening(on, title, url=initiative.get_absolute_url(), is_example=initiative.is_example)


def start(initiative, today: date) -> Happening:
    """When `initiative` begins. What has passed is told as done only where its status or its work says that it began."""
    on, title = initiative.starts_on, initiative.title
    about = {"url": initiative.get_absolute_url(), "is_example": initiative.is_example}
    if on > today:
        return Happening(on, f"Initiativet begynder: {title}", **about)
    if initiative.has_begun:
        return Happening(on, f"Initiativet begyndte: {title}", **about)
    status = initiative.get_status_display()
    return Happening(on, f"Initiativet skulle begynde: {title}", state="future", state_text=status, **about)


def ahead(entry: Happening) -> Happening:
    return replace(entry, state="future", state_text="Kommer")


def milestone(row: dict) -> Happening:
    url = link("initiatives:initiative", row["slug"])
    return Happening(
        date.fromisoformat(row["on"]), f"Milepæl nået: {row['title']}", url=url, is_example=row["is_example"]
    )


def measured(readings: list[dict]) -> list[Happening]:
    """What each indicator was when it was last measured, given the oldest first. The initiative's page has all that was measured."""
    of_indicator: dict[tuple[str, str], list[dict]] = {}
    for row in readings:
        of_indicator.setdefault((row["slug"], row["name"]), []).append(row)
    return [reading(rows[-1], first=rows[0]) for rows in of_indicator.values()]


def reading(row: dict, *, first: dict) -> Happening:
    url = f"{link('initiatives:initiative', row['slug'])}#maalinger"
    told = row["name"]
    if first is not row:
        told += f". Første måling, {notation.day(date.fromisoformat(first['on']))}: {notation.number(first['value'])}"
    return Happening(
        date.fromisoformat(row["on"]),
        f"Målt: {notation.number(row['value'])} {row['unit']}",
        told,
        url,
        is_example=row["is_example"] or first["is_example"],
    )


def succession(row: dict) -> Happening:
    reference = numbered(row["year"], row["number"])
    title = TEXTS_OF_SUCCESSION[SuccessionKind(row["kind"]), row["out"]].format(reference)
    url = link("ideas:idea", reference)
    return Happening(date.fromisoformat(row["on"]), title, url=url, text=row["reason"], leads_on=row["out"])


def news(row: dict) -> Happening:
    on = local_day(datetime.fromisoformat(row["on"]))
    return Happening(
        on, row["title"], row["summary"], link("portal:news", row["slug"]), is_example=row["is_example"]
    )


def local_day(moment: datetime) -> date:
    return notation.local(moment).date()
