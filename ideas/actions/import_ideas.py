"""Importing a file of ideas: all of it or nothing, once looked over."""

from collections import Counter
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from erhvervspanel.foundation.models import User
from ideas.exchange.plan import Plan, batches, planned, wanted
from ideas.exchange.reading import Reading, differs
from ideas.models import Idea, IdeaUpload
from panels.models import Theme
from panels.vocabulary import Refused

LINKS = ("needs", "meetings", "companies")
REASON = "Hentet ind fra regneark"
CHANGED_MEANWHILE = "Ideerne er ændret, siden du så forhåndsvisningen. Se den igennem igen."


@transaction.atomic
def import_ideas(
    file: BinaryIO,
    theme: Theme,
    *,
    by: User | None,
    answers: Mapping[str, str] | None = None,
    seen: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Plan:
    """Creates and changes the ideas of `theme` as `file` says. What is as it says is left alone, history included.

    New ideas are drafts. A company or need that is nowhere on record is made; a company has then not agreed to be named.

    Args:
        answers: for each name that may be a misspelling, by its choice's key: the key of what is meant, or NEW.
        seen: the digest of the plan that somebody has looked over.
        progress: called with how many rows are done, and of how many.

    Returns:
        What was done.

    Raises:
        Refused: a row is wrong, a choice is not made, or the plan is another than was seen. Nothing is written then.
    """
    Theme.objects.select_for_update(of=("self",)).get(pk=theme.pk)  # one at a time gives numbers
    # Whoever saves one of them meanwhile waits, and is then told.
    list(theme.ideas.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    plan = planned(file, theme)
    answers = answers or {}
    if plan.problem_count or not all(choice.is_answered(answers) for choice in plan.choices):
        raise Refused(plan)
    if seen and seen != plan.digest:
        raise Refused(plan, CHANGED_MEANWHILE)
    plan.created = plan.vocabulary.resolved(answers, by=by, reason=REASON)
    done = 0
    counts = Counter()  # as a name that had to be chosen may be what the idea has already
    for readings, existing in batches(file, plan):
        counts += write(plan, readings, existing, by=by)
        done += len(readings)
        progress(done, plan.total)
    plan.counts = counts
    return plan


@transaction.atomic
def carry_out(
    upload: IdeaUpload,
    *,
    answers: Mapping[str, str],
    seen: str,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> IdeaUpload:
    """Imports an uploaded file, once: whoever asks again gets what came of it the first time. Raises Refused."""
    upload = (
        IdeaUpload.objects.select_for_update(of=("self",)).select_related("theme", "by").get(pk=upload.pk)
    )
    if upload.done_at is not None:
        return upload
    file = BytesIO(upload.content)
    plan = import_ideas(file, upload.theme, by=upload.by, answers=answers, seen=seen, progress=progress)
    upload.content, upload.answers, upload.done_at = b"", None, timezone.now()
    upload.outcome = {**plan.counts, "created": plan.created}
    upload.save(update_fields=["content", "answers", "done_at", "outcome"])
    return upload


def forget_uploads() -> int:
    """Deletes the files that nobody came back to, and returns how many there were."""
    return IdeaUpload.objects.forgotten().delete()[0]


def write(plan: Plan, readings: list[Reading], existing: dict[int, Idea], *, by: User | None) -> Counter:
    """Writes a batch with a handful of statements, and returns how many rows were new, changed and unchanged."""
    new, changed, linked = [], [], []
    for reading in readings:
        idea = existing.get(reading.number)
        if idea is None:
            said = str(reading.values.get("proposal", ""))  # stays when the proposal is edited
            idea = Idea(theme=plan.theme, number=reading.number, own_words=said, **reading.values)
            new.append(idea)
            linked.append((idea, {name: (set(), set(keys)) for name, keys in reading.links.items()}))
            continue
        links = {
            name: (now, then)
            for name in reading.links
            if (now := {row.pk for row in getattr(idea, name).all()})
            != (then := wanted(plan, reading, name, idea))
        }
        if apply(reading, idea) or links:
            changed.append(idea)
            linked.append((idea, links))
    Idea.objects.bulk_create(new)
    now = timezone.now()
    for idea in changed:
        idea.updated_at = now
    Idea.objects.bulk_update(changed, ["title", "area", "proposal", "goals", "updated_at"])
    relink(linked)
    remember(new, by=by, update=False)
    remember(changed, by=by, update=True)
    rest = len(readings) - len(new) - len(changed)
    return Counter(new=len(new), changed=len(changed), unchanged=rest)


def apply(reading: Reading, idea: Idea) -> bool:
    """Gives `idea` what the row says, and returns whether that is anything else than it had."""
    different = False
    for name, value in reading.values.items():
        if differs(getattr(idea, name), value):
            setattr(idea, name, value)
            different = True
    return different


def relink(linked: list[tuple[Idea, dict[str, tuple[set, set]]]]) -> None:
    """Makes each link lead to what it is to lead to; two statements for each kind of link."""
    for name in LINKS:
        field = Idea._meta.get_field(name)
        through, other = field.remote_field.through, f"{field.m2m_reverse_field_name()}_id"
        pairs = [(idea, *links[name]) for idea, links in linked if name in links]
        gone = [idea.pk for idea, now, then in pairs if now]
        through.objects.filter(idea_id__in=gone).delete()
        through.objects.bulk_create(
            through(idea_id=idea.pk, **{other: key}) for idea, _, then in pairs for key in sorted(then)
        )


def remember(ideas: list[Idea], *, by: User | None, update: bool) -> None:
    """A version in the history for each of `ideas`, with the links that it has now."""
    if not ideas:
        return
    versions = Idea.history.bulk_history_create(
        ideas, update=update, default_user=by, default_change_reason=REASON
    )
    by_idea = {version.id: version for version in versions}
    for field in versions[0]._history_m2m_fields:
        rows = getattr(versions[0], field.name).model
        through = field.remote_field.through
        copies = [
            rows(
                history=by_idea[getattr(row, f"{field.m2m_field_name()}_id")],
                **{column.attname: getattr(row, column.attname) for column in through._meta.fields},
            )
            for row in through.objects.filter(**{f"{field.m2m_field_name()}_id__in": list(by_idea)})
        ]
        rows.objects.bulk_create(copies)
