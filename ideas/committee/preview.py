"""What the public is going to see when a decision's answers are published."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.text import get_text_list

from erhvervspanel.foundation.publishing import State
from ideas.actions.answers import lacks, led_astray
from ideas.committee.wording import fingerprint_of
from ideas.models import Answer, Idea, Status
from panels.models import Decision


@dataclass(frozen=True)
class Change:
    """What becomes of one idea.

    Attributes:
        answer: as the idea's page shows it.
        before: the status that the public sees now; empty where it cannot see the idea.
        after: the status that it is going to see.
        missing: what keeps the answer from being published, as nouns.
        astray: why the idea cannot be merged as the answer says, as a sentence; empty where it can.
    """

    answer: Answer
    before: str
    after: str
    missing: list[str]
    astray: str

    @property
    def lacks(self) -> str:
        """What is missing, as a Danish enumeration."""
        return get_text_list(self.missing, "og")


@dataclass(frozen=True)
class Preview:
    """One decision with what becomes of the ideas on its agenda.

    Attributes:
        fingerprint: of all that is shown, for `publish_answers`.
    """

    decision: Decision
    changes: list[Change]
    fingerprint: str

    @property
    def hindered(self) -> list[Change]:
        """Those whose answers cannot be published as they are."""
        return [change for change in self.changes if change.missing or change.astray]

    @property
    def state(self) -> State:
        """The least public state of the decision and its answers."""
        states = {
            row.publishing_state for row in (self.decision, *(change.answer for change in self.changes))
        }
        return next(state for state in State if state in states)

    @property
    def is_ready(self) -> bool:
        return bool(self.changes) and not self.hindered


def previews_of(decisions: list[Decision]) -> list[Preview]:
    """A preview of each of `decisions`, in their order. Four queries, however many ideas."""
    published = Q(decision__in=decisions)
    answers = list(
        Answer.objects.filter(published)
        .for_page()
        .with_merged_into_status(as_if_public=published)
        .select_related("idea__theme", "decision", "service", "merged_into__theme")
        .order_by("idea__theme__year", "idea__number")
    )
    ideas = Idea.objects.filter(pk__in=[answer.idea_id for answer in answers]).order_by()
    now = dict(ideas.with_status().published().values_list("pk", "status"))
    then = dict(ideas.with_status(as_if_public=published).values_list("pk", "status"))
    astray = dict(led_astray(answers))
    changes = [
        Change(
            answer,
            before=label(now.get(answer.idea_id, "")),
            after=label(then[answer.idea_id]) if answer.outcome else "",
            missing=lacks(answer),
            astray=astray.get(answer, ""),
        )
        for answer in answers
    ]
    return [preview_of(decision, changes) for decision in decisions]


def preview_of(decision: Decision, changes: list[Change]) -> Preview:
    own = [change for change in changes if change.answer.decision_id == decision.pk]
    return Preview(decision, own, fingerprint_of(decision, [change.answer for change in own]))


def label(status: str) -> str:
    return str(Status(status).label) if status else ""
