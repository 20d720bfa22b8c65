"""What an answer says, as a form or a spreadsheet writes it: the same words however they come."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from erhvervspanel.foundation.plain_requests import CONTROL
from erhvervspanel.foundation.references import year_and_number
from ideas.models import Answer, Idea, Outcome
from panels.models import Decision

# What staff call each part.
LABELS = {
    "outcome": "udfald",
    "reason": "begrundelse",
    "office": "afdeling",
    "service": "tilbud",
    "merged_into": "lagt sammen med",
}


@dataclass(frozen=True)
class Wording:
    """What an answer says, as plain text.

    Attributes:
        outcome: a value of Outcome, or "".
        service: the key of a service, or "".
        merged_into: the reference of an idea, such as `2021-07`, or "".
    """

    outcome: str = ""
    reason: str = ""
    office: str = ""
    service: str = ""
    merged_into: str = ""

    @classmethod
    def of(cls, answer: Answer) -> "Wording":
        """What `answer` says now. It needs `merged_into__theme` at hand."""
        return cls(
            outcome=answer.outcome,
            reason=plain(answer.reason),
            office=answer.office,
            service=str(answer.service_id or ""),
            merged_into=answer.merged_into.reference if answer.merged_into else "",
        )

    @property
    def fingerprint(self) -> str:
        """The same for the same words, another for others."""
        return digest(asdict(self))[:16]

    def filled_up(self, *, outcome: str = "", reason: str = "", office: str = "") -> "Wording":
        """This wording with what is given where it has nothing itself."""
        return replace(
            self,
            outcome=self.outcome or outcome,
            reason=self.reason if self.reason.strip() else reason,
            office=self.office if self.office.strip() else office,
        )

    def different_from(self, other: "Wording") -> list[str]:
        """The names of the fields in which the two differ."""
        return [name for name in LABELS if getattr(self, name) != getattr(other, name)]


def plain(text: str) -> str:
    """`text` as typed, with line ends that a browser, a spreadsheet and the database write in the same way."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def digest(data) -> str:
    """SHA-256 of `data`, which JSON can write, as 64 hexadecimal digits."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def ideas_by_reference(references: set[str]) -> dict[str, Idea]:
    """The ideas that go by `references`, by these. What is no reference is left out. One query."""
    numbers = {reference: year_and_number(reference) for reference in references}
    known = [number for number in numbers.values() if number]
    found = Idea.objects.filter(
        theme__year__in={year for year, _ in known}, number__in={number for _, number in known}
    )
    ideas = {(idea.theme.year, idea.number): idea for idea in found.select_related("theme")}
    return {reference: ideas[number] for reference, number in numbers.items() if number in ideas}


def outcome_of(label: str) -> str | None:
    """The outcome that people call `label`: "" where it is empty, None where there is no such outcome."""
    known = {choice.label.casefold(): choice.value for choice in Outcome}
    return known.get(label.strip().casefold()) if label.strip() else ""


def fingerprint_of(decision: Decision, answers: Iterable[Answer]) -> str:
    """The same for as long as the public would read the same of `decision` and its `answers`."""
    said = sorted((answer.pk, Wording.of(answer).fingerprint) for answer in answers)
    return digest([decision.title, decision.text, decision.minutes_url, said])[:16]
