"""Publishing a decision's answers: all of them at once, and only when every idea on the agenda has one."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import get_text_list

from erhvervspanel.foundation.models import User
from erhvervspanel.foundation.publishing import State
from erhvervspanel.foundation.publishing_actions import publish, saved, schedule_all, unpublish
from ideas.actions.successions import merge_ideas, undo_succession
from ideas.committee.wording import fingerprint_of
from ideas.models import Answer, Outcome, Succession, SuccessionKind
from panels.models import Decision

Move = tuple[int, int]  # the keys of an idea and of the one that it lives on in


@transaction.atomic
def publish_answers(decision: Decision, *, at: datetime, by: User | None, seen: str = "") -> list[Answer]:
    """Lets the public see the decision and its answers to all ideas on its agenda, from the aware moment `at`.

    The ideas on the agenda are those that have an answer from the decision, begun or complete. A moment ahead is an
    embargo, which ends by itself. The ideas follow (`follow_answers`) when the answers are public at once; behind an embargo
    nothing may show, so staff let them follow when it has ended (`check_chain` tells).

    Args:
        seen: the fingerprint of what somebody has looked over; what says something else by now is not published.

    Returns:
        The answers that changed.

    Raises:
        ValidationError: with a sentence for each thing that is missing, or that keeps an idea from following. Nothing is
            published then.
    """
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    answers = list(
        decision.answers.select_for_update(of=("self",))
        .select_related("idea__theme", "service", "merged_into__theme")
        .order_by("idea__theme__year", "idea__number")
    )
    if seen and seen != fingerprint_of(decision, answers):
        raise ValidationError("Svarene er ændret, siden du så dem. Se dem igennem, før du offentliggør.")
    missing = missing_from(answers)
    if missing:
        raise ValidationError(missing)
    if decision.publishing_state != State.PUBLISHED:
        # Nobody has seen an answer without its decision, whatever moment it was given.
        unpublish([answer for answer in answers if answer.publishing_state == State.PUBLISHED], by=by)
    publish([decision], at=at, by=by)
    changed = publish(answers, at=at, by=by)
    if at <= timezone.now():
        follow_answers(answers, by=by)
    return changed


@transaction.atomic
def publish_together(
    decisions: Iterable[Decision], *, at: datetime, by: User | None, seen: dict[int, str] | None = None
) -> list[Answer]:
    """Publishes the answers of all `decisions`, or of none. As `publish_answers`, with what was `seen` of each by its key."""
    in_one_order = sorted(
        decisions, key=lambda decision: decision.pk
    )  # so that two never wait for each other
    return [
        answer
        for decision in in_one_order
        for answer in publish_answers(decision, at=at, by=by, seen=seen[decision.pk] if seen else "")
    ]


@transaction.atomic
def follow_decision(decision: Decision, *, before: datetime | None, by: User | None) -> list[Answer]:
    """Lets the answers follow `decision`, whose moment was `before` and is another now, and returns those that changed.

    Those of a draft are drafts. None is public ahead of its decision, and those that shared its moment still do. The ideas follow
    them (`follow_answers`).

    Raises:
        ValidationError: with what keeps a merge from being undone.
    """
    at = decision.publish_at
    following = [
        answer
        for answer in decision.answers.select_for_update(of=("self",)).exclude(publish_at=None)
        if at is None or answer.publish_at == before or answer.publish_at < at
    ]
    schedule_all(following, at=at, by=by)
    saved(following)
    follow_answers(following, by=by, strict=False)
    return following


def missing_from(answers: list[Answer]) -> list[str]:
    """What keeps a decision's `answers` from being published: a Danish sentence for each idea that lacks something."""
    if not answers:
        return ["Der er ingen ideer på dagsordenen. Tilføj et svar for hver ide, som udvalget behandlede."]
    found = [(answer, lacks(answer)) for answer in answers]
    lacking = [
        f"{answer.idea}: mangler {get_text_list(missing, 'og')}." for answer, missing in found if missing
    ]
    return lacking + [f"{answer.idea}: {why}" for answer, why in led_astray(answers)]


def led_astray(answers: list[Answer]) -> list[tuple[Answer, str]]:
    """Those of `answers` by which an idea is to be merged with one that lives on in a third, or is going to by the same decision, and
    why they may not."""
    merging = [answer for answer in answers if answer.outcome == Outcome.MERGED and answer.merged_into_id]
    if not merging:
        return []
    concerned = {key for answer in merging for key in (answer.idea_id, answer.merged_into_id)}
    standing = Succession.objects.filter(undone_at=None, idea__in=concerned).select_related(
        "successor__theme"
    )
    gone = {succession.idea_id: succession.successor for succession in standing}
    going = {(answer.decision_id, answer.idea_id): answer.merged_into for answer in merging}
    return [
        (
            answer,
            f"{answer.merged_into.reference}, som den er lagt sammen med, lever selv videre i "
            f"{third.reference}. Vælg en ide, som ikke lever videre i en anden.",
        )
        for answer in merging
        if answer.idea_id not in gone
        and (third := gone.get(into := answer.merged_into_id) or going.get((answer.decision_id, into)))
    ]


def lacks(answer: Answer) -> list[str]:
    """What the answer lacks, as nouns."""
    needed = {
        "udfald": answer.outcome,
        "begrundelse": answer.reason.strip(),
        "afdeling": answer.office.strip(),
        "det tilbud, som ideen findes som": answer.outcome != Outcome.ALREADY_OFFERED or answer.service_id,
        "den ide, som den er lagt sammen med": answer.outcome != Outcome.MERGED or answer.merged_into_id,
        "at ideen selv bliver offentliggjort": answer.idea.publishing_state != State.DRAFT,
        "at temaet bliver offentliggjort": answer.idea.theme.publishing_state != State.DRAFT,
    }
    return [noun for noun, there in needed.items() if not there]


@transaction.atomic
def follow_answers(
    answers: Iterable[Answer], *, by: User | None, said: Iterable[Move] = (), strict: bool = True
) -> int:
    """Lets the ideas of `answers` follow what is in force now, as `outstanding` has it, and returns how many merges were made or undone.

    Args:
        strict: whether a merge that cannot be made is refused. It is left out otherwise, and `check_chain` tells of it.

    Raises:
        ValidationError: with what keeps a merge from being undone, or made.
    """
    outdated, missing = outstanding(answers, said)
    for succession in outdated:
        undo_succession(succession.idea, by=by)
    if strict:
        for answer in missing:
            merge_by(answer, by=by)
    else:
        merge_answered(missing, by=by)
    return len(outdated) + len(missing)


def outstanding(
    answers: Iterable[Answer], said: Iterable[Move] = ()
) -> tuple[list[Succession], list[Answer]]:
    """What the ideas of `answers` have not followed: the merges that one of them, or an older answer, tells of and the one that leads
    does not, the newest first; and the leading answers whose merges are not made.

    Args:
        answers: in force, or just out of it.
        said: merges that they told of before they were corrected.
    """
    answers = list(answers)
    merging = list(
        Answer.objects.filter(idea__in={answer.idea_id for answer in answers}, outcome=Outcome.MERGED)
        .in_force()
        .select_related("idea__theme", "decision", "merged_into__theme")
        .order_by("pk")
    )
    told = {*said, *(move_of(each) for each in (*answers, *merging) if each.merges_with)}
    if not told:
        return [], []
    keys = leading_among(merging)
    leading = {move_of(answer): answer for answer in merging if answer.pk in keys}
    found = Succession.objects.filter(
        kind=SuccessionKind.MERGE, undone_at=None, idea__in={idea for idea, _ in told}
    )
    standing = {
        (each.idea_id, each.successor_id): each
        for each in found.select_related("idea__theme").order_by("-pk")
    }
    outdated = [each for move, each in standing.items() if move in told and move not in leading]
    return outdated, [answer for move, answer in leading.items() if move not in standing]


def move_of(answer: Answer) -> Move:
    return answer.idea_id, answer.merges_with


def refuse_to_move(decision: Decision) -> None:
    """Raises ValidationError where an idea could not follow if `decision` were given the moment that it has here and not in the
    database yet. Nothing is changed."""
    stored = Decision.objects.filter(pk=decision.pk)
    with transaction.atomic():
        before = stored.values_list("publish_at", flat=True).get()
        stored.update(publish_at=decision.publish_at)
        follow_decision(decision, before=before, by=None)
        transaction.set_rollback(True)


def merge_answered(answers: list[Answer], *, by: User | None) -> None:
    """Merges the ideas that are answered as merged and live on nowhere yet."""
    merging = [answer for answer in answers if answer.outcome == Outcome.MERGED]
    if not merging:
        return
    gone = set(Succession.objects.filter(undone_at=None).values_list("idea", flat=True))
    leading = leading_among(merging)
    for answer in merging:
        if answer.pk in leading and not {answer.idea_id, answer.merged_into_id} & gone:
            merge_by(answer, by=by)
            gone.add(answer.idea_id)


def leading_among(answers: list[Answer]) -> set[int]:
    """The keys of those that no newer answer in force says otherwise than. One query."""
    ideas = {answer.idea_id for answer in answers}
    return set(Answer.objects.filter(idea__in=ideas).leading().values_list("pk", flat=True))


def merge_by(answer: Answer, *, by: User | None) -> None:
    on = answer.decision.decided_on
    merge_ideas([answer.idea], into=answer.merged_into, reason=answer.reason, by=by, on=on)
