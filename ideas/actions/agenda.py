"""Putting ideas on a committee's agenda: each gets an answer from the decision, still without an outcome."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from simple_history.utils import bulk_create_with_history

from erhvervspanel.foundation.models import User
from erhvervspanel.foundation.publishing import State
from ideas.models import Answer, Idea, Succession
from panels.models import Decision

REASON = "Sat på dagsordenen"


@transaction.atomic
def put_on_agenda(ideas: Iterable[Idea], *, decision: Decision, by: User | None) -> list[Answer]:
    """Puts `ideas` on the agenda of `decision`, which is saved first where it is new.

    An idea that is there already is left as it is. One that was treated by another decision may be treated again.

    Returns:
        The new answers, which lack outcome and reason.

    Raises:
        ValidationError: where the decision is no draft any more, or an idea is not in the catalogue or lives on in another.
            Nothing is changed then.
    """
    ideas = list(ideas)
    refuse_unfit(ideas)
    decision = held(decision, by=by)
    there = set(decision.answers.values_list("idea", flat=True))
    new = [
        Answer(idea=idea, decision=decision, is_example=idea.is_example)
        for idea in ideas
        if idea.pk not in there
    ]
    return bulk_create_with_history(new, Answer, default_user=by, default_change_reason=REASON)


def held(decision: Decision, *, by: User | None) -> Decision:
    """`decision` as the database has it now, held until the transaction ends."""
    if decision.pk is None:
        decision.full_clean()
        decision._history_user = by
        decision._change_reason = REASON
        try:
            with transaction.atomic():
                decision.save()
        except IntegrityError:
            decision.pk = None
            raise ValidationError("En anden har lige oprettet det punkt. Vælg det på listen.") from None
        return decision
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    refuse_closed(decision)
    return decision


def refuse_closed(decision: Decision) -> None:
    """Raises ValidationError where `decision` is no draft any more."""
    if decision.publishing_state != State.DRAFT:
        raise ValidationError(
            f"»{decision}« er offentliggjort eller klar til det. Vælg en beslutning, som stadig er en kladde."
        )


def refuse_unfit(ideas: list[Idea]) -> None:
    """Raises ValidationError where one of `ideas` is a draft or lives on in another: that one the committee can treat."""
    gone = Succession.objects.filter(idea__in=[idea.pk for idea in ideas], undone_at=None).select_related(
        "idea__theme", "successor__theme"
    )
    lives_on: dict[str, list[str]] = {}
    for each in gone:
        lives_on.setdefault(each.idea.reference, []).append(each.successor.reference)
    messages = [
        f"Ide {reference} lever videre i {', '.join(successors)}. "
        f"Vælg {'den' if len(successors) == 1 else 'dem'} i stedet."
        for reference, successors in lives_on.items()
    ]
    drafts = [idea.reference for idea in ideas if idea.publishing_state == State.DRAFT]
    if len(drafts) == 1:
        messages.append(f"Ide {drafts[0]} er en kladde. Offentliggør den i kataloget først.")
    elif drafts:
        messages.append(f"{', '.join(drafts)} er kladder. Offentliggør dem i kataloget først.")
    if messages:
        raise ValidationError(messages)
