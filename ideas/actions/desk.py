"""What staff do with ideas at the desk besides writing them: hand them to each other, check them, leave notes."""

from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from erhvervspanel.foundation.models import User
from erhvervspanel.foundation.personal_data import refuse_cpr
from ideas.models import Check, Idea, Note, digest_of_wording


@transaction.atomic
def assign(ideas: Iterable[Idea], *, to: User | None, by: User | None) -> list[Idea]:
    """Hands `ideas` to a colleague, or to nobody, and returns those that somebody else had.

    Raises ValidationError where `to` cannot log in to the admin.
    """
    if to is not None and not (to.is_active and to.is_staff):
        raise ValidationError(f"{to} kan ikke logge ind her. Vælg en anden.")
    rows = Idea.objects.filter(pk__in=[idea.pk for idea in ideas]).select_related("theme").order_by("pk")
    changed = [idea for idea in rows.select_for_update(of=("self",)) if idea.assignee_id != (to and to.pk)]
    for idea in changed:
        idea.assignee = to
        idea._history_user = by
        idea._change_reason = f"Tildelt {to}" if to else "Ikke længere tildelt"
        idea.save(update_fields=["assignee", "updated_at"])
    return changed


@transaction.atomic
def check(ideas: Iterable[Idea], kinds: Collection[str], *, by: User | None) -> list[Idea]:
    """Ticks off the points `kinds` for `ideas` as they are worded now, and returns the ideas."""
    ideas = list(ideas)
    rows = Idea.objects.filter(pk__in=[idea.pk for idea in ideas]).annotate(digest=digest_of_wording())
    for key, digest in rows.values_list("pk", "digest"):
        for kind in kinds:
            Check.objects.update_or_create(idea_id=key, kind=kind, defaults={"made_by": by, "digest": digest})
    return ideas


def uncheck(idea: Idea, kinds: Collection[str]) -> None:
    """Takes the ticks off the points `kinds`."""
    idea.checks.filter(kind__in=kinds).delete()


@transaction.atomic
def note(ideas: Iterable[Idea], *, text: str, by: User | None) -> list[Idea]:
    """Leaves the same internal note on each of `ideas`, and returns them.

    Raises ValidationError where it is empty or holds a CPR number.
    """
    ideas = list(ideas)
    if not text.strip():
        raise ValidationError("Skriv noten.")
    refuse_cpr(text)
    Note.objects.bulk_create([Note(idea=idea, text=text.strip(), author=by) for idea in ideas])
    return ideas
