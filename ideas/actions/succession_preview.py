"""What merging or splitting would do, found by doing it and taking it back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction

from erhvervspanel.foundation.publishing import State
from ideas.models import Idea, Succession, SuccessionKind

BECOMES = {
    State.DRAFT: "bliver en kladde",
    State.EMBARGOED: "bliver offentlig sammen med den gamle",
    State.PUBLISHED: "er offentlig med det samme",
}


@dataclass(frozen=True)
class Gain:
    """What one idea would get from another.

    Attributes:
        successor: as text, with the number that it would have.
        becomes: who could read the successor, if it were made for the purpose.
        gained: the rows that it would get, by the plural of what they are.
    """

    original: Idea
    successor: str
    becomes: str
    gained: dict[str, list[str]]


def preview(action: Callable[[], object]) -> list[Gain]:
    """The successions that `action` would make. Nothing of it stays.

    Raises ValidationError where `action` does.
    """
    with transaction.atomic():
        before = set(Succession.objects.values_list("pk", flat=True))
        action()
        made = (
            Succession.objects.exclude(pk__in=before)
            .select_related("idea__theme", "successor__theme")
            .order_by("pk")
        )
        gains = [Gain(each.idea, str(each.successor), becomes(each), gained(each)) for each in made]
        transaction.set_rollback(True)
    return gains


def becomes(succession: Succession) -> str:
    return BECOMES[succession.successor.publishing_state] if succession.kind == SuccessionKind.SPLIT else ""


def gained(succession: Succession) -> dict[str, list[str]]:
    """What the successor got from the original and has still, by the plural of what it is."""
    found = {}
    for name, keys in succession.carried.items():
        rows = getattr(succession.successor, name).filter(pk__in=keys)
        if told := [str(row) for row in rows]:
            found[str(rows.model._meta.verbose_name_plural)] = told
    return found


def lost(ideas: Iterable[Idea]) -> list[tuple[Succession, dict[str, list[str]]]]:
    """What would go away if it were undone that `ideas` live on elsewhere: by succession, as `gained`."""
    undone = Succession.objects.filter(idea__in=ideas, undone_at=None).order_by("pk")
    return [(each, gained(each)) for each in undone.select_related("idea__theme", "successor__theme")]
