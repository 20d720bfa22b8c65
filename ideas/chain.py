"""Where an idea stands in the chain: theme, meeting, need, idea, decision, answer, initiative, outcome."""

from dataclasses import dataclass

from erhvervspanel.foundation import notation
from ideas.models import Answer, Idea, Status

DONE, FUTURE = "done", "future"


@dataclass(frozen=True)
class Step:
    """One link of the chain, as the component `chain` draws it."""

    kind: str
    title: str
    state: str
    state_text: str
    url: str = ""


def chain_of(idea: Idea, *, meetings, needs, answer: Answer | None, initiatives) -> list[Step]:
    """The chain of `idea` from the records that the public may see, each step a link that can be walked.

    Args:
        answer: the newest answer, with its decision, or None.
        initiatives: each with its indicators as `measured`, and of these the latest reading.
    """
    until_now = [
        Step("Tema", idea.theme.title, DONE, f"Udfoldet {idea.theme.year}", idea.theme.get_absolute_url()),
        meeting_step(meetings),
        need_step(needs),
        Step("Ide", idea.reference, "current", "Du er her"),
    ]
    if answer is None and idea.status in (Status.MERGED, Status.SPLIT):  # it goes on as another
        return [*until_now, Step("Svar", idea.status_label, DONE, "Se øverst på siden")]
    steps = [*until_now, decision_step(answer), answer_step(answer)]
    if answer is None or initiatives or answer.outcome == "initiative":
        coming = coming_of(idea, answer)
        steps += [initiative_step(initiatives, coming), outcome_step(initiatives, coming)]
    return steps


def meeting_step(meetings) -> Step:
    if not meetings:
        return Step("Panelmøde", "Ikke oplyst", FUTURE, "Mangler")
    first = meetings[0]
    title = f"Møde {' og '.join(str(meeting.number) for meeting in meetings)}"
    return Step("Panelmøde", title, DONE, notation.day(first.starts_at), first.get_absolute_url())


def need_step(needs) -> Step:
    if not needs:
        return Step("Behov", "Ikke oplyst", FUTURE, "Mangler")
    more = f"og {len(needs) - 1} til" if len(needs) > 1 else "Nævnt på møderne"
    return Step("Behov", needs[0].name, DONE, more, "#behov")


def decision_step(answer: Answer | None) -> Step:
    if answer is None:
        return Step("Beslutning", "Afventer", FUTURE, "Udvalget har ikke behandlet ideen endnu")
    decision = answer.decision
    return Step(
        "Beslutning", decision.committee, DONE, notation.day(decision.decided_on), decision.get_absolute_url()
    )


def answer_step(answer: Answer | None) -> Step:
    if answer is None:
        return Step("Svar", "Afventer", FUTURE, "Kommer efter behandlingen")
    return Step("Svar", answer.get_outcome_display(), DONE, "Læs begrundelsen", "#svar")


def coming_of(idea: Idea, answer: Answer | None) -> str:
    """What to tell of a step that is not there yet."""
    if answer is None:
        return "Afhænger af svaret"
    return idea.status_label if idea.status == Status.STOPPED else "Kommer"


def initiative_step(initiatives, coming: str) -> Step:
    if not initiatives:
        return Step("Initiativ", "Endnu ikke begyndt", FUTURE, coming)
    first = initiatives[0]
    return Step("Initiativ", first.title, DONE, first.get_status_display(), first.get_absolute_url())


def outcome_step(initiatives, coming: str) -> Step:
    measured = [
        (indicator, initiative)
        for initiative in initiatives
        for indicator in initiative.measured
        if indicator.latest_on
    ]
    if not measured:
        return Step("Virkning", "Endnu ikke målt", FUTURE, coming)
    newest, initiative = max(measured, key=lambda pair: pair[0].latest_on)
    title = f"{notation.number(newest.latest_value)} {newest.unit}"
    url = f"{initiative.get_absolute_url()}#maalinger"
    return Step("Virkning", title, DONE, f"Målt {notation.day(newest.latest_on)}", url)
