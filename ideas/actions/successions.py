"""Merging and splitting ideas, and undoing it.

Nothing is ever taken from the original: what it has, its successor gets too. So the original's address, text and links
stay, and undoing takes away just what the successor had got.
"""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone

from erhvervspanel.foundation.models import User
from erhvervspanel.foundation.publishing_actions import unpublish
from ideas.models import Idea, Outcome, Succession, SuccessionKind
from panels.models import Theme

# -- What follows along ----------------------------------------------------------------------------------------
# Every relation of Idea stands in one of these three; a test fails for one that does not.

# Many-to-many, from either end: the successor is linked to what the original is linked to.
CARRIED_LINKS = ("companies", "meetings", "needs", "related", "initiatives", "news", "proposals")
# Of those, the links that the form of the other end holds as well: one that was opened before would take them away.
SHARED_LINKS = ("related", "initiatives", "news", "proposals")
# Rows that point at the original: the successor gets its own, unless it has one with the same value in the field.
CARRIED_ROWS = {"answers": "decision", "overlaps": "recommendation"}
# Of those rows: what says whose they are and when they were saved or published, and nothing that somebody wrote.
TELLING_NOTHING = {
    "id", "idea", "is_example", "provenance", "created_at", "updated_at", "publish_at", "published_by",
}  # fmt: skip
NOT_CARRIED = {
    "theme": "a successor has its own",
    "area": "a successor has its own",
    "published_by": "tells who published the original",
    "successions": "is what leads from the original to the successor",
    "origins": "what the original came of leads to it still, and on from there",
    "assignee": "whoever has the successor on the desk has that one",
    "checks": "are of the original's wording",
    "notes": "are about the original, which leads on to the successor",
    "submissions": "is what a company wrote of the original, which leads on from there",
    "follows": "is somebody's wish to hear of the original, which leads on to the successor",
    "merging_answers": "is another idea's answer, which leads to the original and on from there",
}
# What a part of a split idea begins with.
COPIED_TO_PARTS = (
    "theme", "area", "need", "beneficiaries", "own_words", "addressee", "submitted_on", "goals", "is_example",
    "publish_at", "published_by",
)  # fmt: skip


def carry(
    original: Idea, successor: Idea, *, by: User | None, only: dict[str, set[int]] | None = None
) -> dict[str, list[int]]:
    """Gives `successor` all that `original` has, and returns the keys of what it did not have, by relation.

    Args:
        only: what alone is given, by relation: keys, and of rows the values that tell them apart. All when left out.
    """
    successor.skip_history_when_saving = True  # one entry for all links, not one for each
    carried = {name: carry_links(name, given(name, original, only), successor) for name in CARRIED_LINKS}
    del successor.skip_history_when_saving
    if any(carried.values()):
        saved(successor, f"Ide {original.reference} lever videre her", by=by)
    for name in CARRIED_ROWS:
        carried[name] = carry_rows(name, given(name, original, only), successor, original, by=by)
    return {name: keys for name, keys in carried.items() if keys}


def given(name: str, original: Idea, only: dict[str, set[int]] | None) -> models.QuerySet:
    """What `original` has in a relation, of which `only` some is given."""
    rows = getattr(original, name).all()
    return rows if only is None else rows.filter(**{f"{CARRIED_ROWS.get(name, 'pk')}__in": only[name]})


def carried_to(ideas: models.QuerySet) -> dict[tuple[int, str], set[int]]:
    """The keys of what each of `ideas` has got from ideas that live on in it, by its key and name of relation."""
    found: dict[tuple[int, str], set[int]] = {}
    for key, carried in Succession.objects.filter(successor__in=ideas, undone_at=None).values_list(
        "successor", "carried"
    ):
        for name, keys in carried.items():
            found.setdefault((key, name), set()).update(keys)
    return found


def carry_links(name: str, rows: models.QuerySet, successor: Idea) -> list[int]:
    has = set(getattr(successor, name).values_list("pk", flat=True))
    if name == "related":
        has.add(successor.pk)  # no idea is related to itself
    lacking = [key for key in rows.values_list("pk", flat=True) if key not in has]
    getattr(successor, name).add(*lacking)
    note_change(name, lacking)
    return sorted(lacking)


def note_change(name: str, keys: Iterable[int]) -> None:
    """Lets whoever has the form of a row at the other end open be told that it is another now."""
    if name in SHARED_LINKS:
        others = Idea._meta.get_field(name).related_model._base_manager
        others.filter(pk__in=keys).update(updated_at=timezone.now())


def carry_rows(
    name: str, rows: models.QuerySet, successor: Idea, original: Idea, *, by: User | None
) -> list[int]:
    field = CARRIED_ROWS[name]
    has = set(getattr(successor, name).values_list(field, flat=True))
    copies = [
        copied(row, successor, original, by=by)
        for row in rows
        if getattr(row, f"{field}_id") not in has and getattr(row, "outcome", "") != Outcome.MERGED
    ]
    return [row.pk for row in copies]


def copied(row: models.Model, successor: Idea, original: Idea, *, by: User | None) -> models.Model:
    copy = type(row)(
        **{
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if not field.generated
        }
    )
    copy.pk = None
    copy.idea = successor
    copy.provenance = f"Fulgte med fra ide {original.reference}. {row.provenance}".strip()
    return saved(copy, f"Fulgte med fra ide {original.reference}", by=by)


def saved(row: models.Model, reason: str, *, by: User | None) -> models.Model:
    row._change_reason = reason
    row._history_user = by
    row.save()
    return row


# -- Merging and splitting -------------------------------------------------------------------------------------


@transaction.atomic
def merge_ideas(
    originals: Iterable[Idea], *, into: Idea, reason: str, by: User | None, on: date | None = None
) -> list[Succession]:
    """Lets `originals` live on in the idea `into`, which gets all that they have.

    Args:
        reason: plain words for the company that proposed the original; shown on its page.
        on: the day it was decided; today when left out.

    Returns:
        One succession per original.

    Raises:
        ValidationError: a sentence that says which idea cannot be merged and why. Nothing is merged then.
    """
    held = locked([*originals, into])
    into = held.pop(into.pk)
    refuse_without(reason)
    if not held:
        raise ValidationError("Vælg mindst én anden ide, som skal lægges ind i den.")
    refuse_gone([into, *held.values()])
    return [succeed(original, into, SuccessionKind.MERGE, reason, by=by, on=on) for original in held.values()]


@transaction.atomic
def split_idea(idea: Idea, *, titles: list[str], reason: str, by: User | None) -> list[Idea]:
    """Lets `idea` live on in new ideas of the same theme, one for each title. Each gets all that `idea` has.

    The parts begin with the original's need, beneficiaries and own words; staff write each its own proposal. They are public with the
    original, but drafts where they have nothing to read yet.

    Returns:
        The new ideas, with the numbers after the theme's last.

    Raises:
        ValidationError: a sentence that says why the idea cannot be split. Nothing is changed then.
    """
    Theme.objects.select_for_update(of=("self",)).get(pk=idea.theme_id)  # one at a time takes a number
    idea = locked([idea])[idea.pk]
    refuse_without(reason)
    refuse_gone([idea])
    titles = [title.strip() for title in titles if title.strip()]
    if len(titles) < 2:
        raise ValidationError("Skriv mindst to titler, en for hver af de nye ideer.")
    if len({title.casefold() for title in titles}) < len(titles):
        raise ValidationError("To af titlerne er ens. Skriv, hvad der er forskellen på dem.")
    last = Idea.objects.filter(theme=idea.theme).aggregate(last=Max("number"))["last"]
    parts = [part_of(idea, title, number, by=by) for number, title in enumerate(titles, start=last + 1)]
    for part in parts:
        succeed(idea, part, SuccessionKind.SPLIT, reason, by=by)
    return parts


@transaction.atomic
def undo_succession(idea: Idea, *, by: User | None) -> list[Succession]:
    """Undoes that `idea` lives on elsewhere: its successors lose what they got from it, and nothing else.

    The parts of a split idea become drafts: their numbers are used, and somebody may have written in them.

    Returns:
        The successions that were undone.

    Raises:
        ValidationError: where the idea lives on nowhere, a successor lives on in yet another idea, or something was
            written in what a successor got, or published, since.
    """
    undone = list(
        idea.successions.filter(undone_at=None)
        .select_for_update(of=("self",))
        .select_related("idea__theme", "successor__theme")
    )
    if not undone:
        raise ValidationError("Ideen er hverken lagt sammen med en anden eller delt.")
    held = locked([idea, *(succession.successor for succession in undone)])
    refuse_gone([held[succession.successor_id] for succession in undone])
    refuse_answered(undone)
    refuse_written(undone)
    for succession in undone:
        succession.successor = held[succession.successor_id]  # as it is now that it is held
        take_back(succession, by=by)
        succession.undone_at = timezone.now()
        succession.undone_by = by
        saved(succession, "Fortrudt", by=by)
    unpublish([item.successor for item in undone if item.kind == SuccessionKind.SPLIT], by=by)
    return undone


def succeed(
    original: Idea,
    successor: Idea,
    kind: SuccessionKind,
    reason: str,
    *,
    by: User | None,
    on: date | None = None,
) -> Succession:
    succession = Succession(
        idea=original,
        successor=successor,
        kind=kind,
        reason=reason.strip(),
        made_on=on or timezone.localdate(),
        made_by=by,
        is_example=original.is_example,
        carried=carry(original, successor, by=by),
    )
    return saved(succession, succession.get_kind_display(), by=by)


def part_of(idea: Idea, title: str, number: int, *, by: User | None) -> Idea:
    part = Idea(**{name: getattr(idea, name) for name in COPIED_TO_PARTS}, title=title, number=number)
    part.provenance = f"Delt ud fra ide {idea.reference}. {idea.provenance}".strip()
    if not part.has_text:
        part.publish_at = part.published_by = None
    part.full_clean()
    return saved(part, f"Delt ud fra ide {idea.reference}", by=by)


def take_back(succession: Succession, *, by: User | None) -> None:
    """Takes from the successor what it got, but for what it would have got from others that live on in it, too: of that
    it gets theirs."""
    successor = succession.successor
    taken: dict[str, set[int]] = {}
    reason = f"Fortrudt: ide {succession.idea.reference} lever ikke videre her"
    successor.skip_history_when_saving = True
    for name in CARRIED_LINKS:
        rows = getattr(successor, name)
        taken[name] = set(rows.filter(pk__in=succession.carried.get(name, ())).values_list("pk", flat=True))
        note_change(name, taken[name])
        rows.remove(*taken[name])
    del successor.skip_history_when_saving
    saved(successor, reason, by=by)
    for name, field in CARRIED_ROWS.items():
        rows = list(getattr(successor, name).filter(pk__in=succession.carried.get(name, ())))
        taken[name] = {getattr(row, f"{field}_id") for row in rows}
        for row in rows:
            row._history_user = by
            row._change_reason = reason
            row.delete()
    others = successor.origins.filter(undone_at=None).exclude(pk=succession.pk)
    for other in others.order_by("pk").select_related("idea__theme"):
        carry_again(other, successor, taken, by=by)


def carry_again(other: Succession, successor: Idea, taken: dict[str, set[int]], *, by: User | None) -> None:
    carried = carry(other.idea, successor, by=by, only=taken)
    for name, keys in carried.items():
        other.carried[name] = sorted({*other.carried.get(name, ()), *keys})
    if carried:
        saved(other, "Ideen gav også, hvad en anden gav", by=by)


# -- Refusals --------------------------------------------------------------------------------------------------


def locked(ideas: list[Idea]) -> dict[int, Idea]:
    """`ideas` as the database has them now, by key, held until the transaction ends; always in the same order."""
    rows = (
        Idea.objects.filter(pk__in=[idea.pk for idea in ideas]).order_by("pk").select_related("theme", "area")
    )
    return {idea.pk: idea for idea in rows.select_for_update(of=("self",))}


def refuse_without(reason: str) -> None:
    if not reason.strip():
        raise ValidationError("Skriv en begrundelse, så virksomheden bag ideen forstår det.")


def refuse_gone(ideas: list[Idea]) -> None:
    """Raises ValidationError where one of `ideas` lives on in another already."""
    gone = Succession.objects.filter(idea__in=ideas, undone_at=None).select_related(
        "idea__theme", "successor__theme"
    )
    messages = [
        f"Ide {each.idea.reference} er allerede {each.get_kind_display().lower()}: den lever videre i "
        f"{each.successor.reference}. Fortryd det først, eller vælg en anden ide."
        for each in gone
    ]
    if messages:
        raise ValidationError(messages)


def refuse_answered(successions: list[Succession]) -> None:
    """Raises ValidationError where the answer that holds says the merge: it would say what is not so."""
    for succession in successions:
        answer = succession.idea.answers.published().select_related("decision").newest_first().first()
        if answer and answer.merges_with == succession.successor_id:
            raise ValidationError(
                f"Svaret på ide {succession.idea.reference} siger, at den er lagt sammen med {succession.successor.reference}. Ret "
                f"svaret i tabellen på beslutningen »{answer.decision}«, så fortrydes sammenlægningen med det."
            )


def refuse_written(successions: list[Succession]) -> None:
    """Raises ValidationError where taking back would delete what somebody wrote or published in the successor since."""
    written = [
        row
        for succession in successions
        for name in CARRIED_ROWS
        for row in getattr(succession.successor, name).filter(pk__in=succession.carried.get(name, ()))
        if is_written(row, getattr(succession.idea, name), CARRIED_ROWS[name])
    ]
    if written:
        raise ValidationError(
            [
                f"»{row}« er skrevet eller offentliggjort siden. Gem det, der skal bevares, på den rigtige ide, og slet det "
                "her, før du fortryder."
                for row in written
            ]
        )


def is_written(row: models.Model, originals: models.Manager, field: str) -> bool:
    """Whether `row` says what neither its first version nor the original's row of the same `field` says, or was published since."""
    first = row.history.earliest("history_date", "history_id")
    original = originals.filter(**{field: getattr(row, f"{field}_id")})
    names = [
        each.attname
        for each in row._meta.concrete_fields
        if not each.generated and each.name not in TELLING_NOTHING
    ]
    said, *known = ([getattr(version, name) for name in names] for version in (row, first, *original))
    return said not in known or (row.publish_at is not None and first.publish_at is None)
