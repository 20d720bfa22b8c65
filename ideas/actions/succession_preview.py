"""What merging or splitting would do, found by doing it and taking it back."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from ideas.models import Idea, Succession


@dataclass(frozen=True)
class Gain:
    """What one idea would get from another.

    Attributes:
        successor: as text, with the number that it would have.
        gained: the rows that it would get, by the plural of what they are.
    """

    original: Idea
    successor: str
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
        gains = [Gain(each.idea, str(each.successor), gained(each)) for each in made]
        transaction.set_rollback(True)
    return gains


def gained(succession: Succession) -> dict[str, list[str]]:
    found = {}
    for name, keys in succession.carried.items():
        relation = Idea._meta.get_field(name)
        model = relation.related_model
        rows = [str(row) for row in model._default_manager.filter(pk__in=keys)]
        found[str(model._meta.verbose_name_plural)] = rows
    return found
