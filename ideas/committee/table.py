"""The table in which a decision's answers are written: a row for each idea on the agenda."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from erhvervspanel.foundation.publishing import State
from ideas.actions.answer_table import Entry, Saving, Targets, linkable_initiatives, write
from ideas.actions.answers import lacks
from ideas.committee.wording import LABELS, Wording, plain
from ideas.models import Answer, AnswerTemplate, Outcome, Service
from panels.models import Decision

FIELD = re.compile(r"svar-([0-9]{1,18})-seen")


@dataclass
class Row:
    """One idea on the agenda.

    Attributes:
        answer: with what the row shows, saved or not.
        stored: what the database says.
        entry: what the row shows.
        clashes: whether somebody else has changed the answer meanwhile.
    """

    answer: Answer
    stored: Wording
    entry: Entry
    services: dict[str, Service]
    problems: list[str] = field(default_factory=list)
    clashes: bool = False

    @property
    def wording(self) -> Wording:
        return self.entry.wording

    @property
    def missing(self) -> list[str]:
        """What the answer lacks before it can be published, as nouns."""
        return lacks(self.answer)

    @property
    def is_draft(self) -> bool:
        return self.answer.publishing_state == State.DRAFT

    @property
    def is_changed(self) -> bool:
        return self.wording != self.stored

    @property
    def before(self) -> list[tuple[str, str]]:
        """(label, what is stored) of each field in which the row shows something else."""
        return [
            (LABELS[name], self.readable(name) or "–") for name in self.wording.different_from(self.stored)
        ]

    def readable(self, name: str) -> str:
        value = getattr(self.stored, name)
        if name == "outcome" and value:
            return str(Outcome(value).label)
        if name == "service" and value:
            return str(self.services[value])
        return value


@dataclass
class Table:
    """All rows, and what may be chosen in them."""

    rows: list[Row]
    services: list[Service]
    initiatives: list
    templates: list[AnswerTemplate]
    offices: list[str]

    @property
    def changed(self) -> list[Row]:
        """The rows that show something else than what is stored."""
        return [row for row in self.rows if row.is_changed]

    def written_since(self, entries: Mapping[int, Entry]) -> set[int]:
        """The answers that say something else now than what `entries` began from."""
        return {
            row.answer.pk
            for row in self.rows
            if row.answer.pk in entries and entries[row.answer.pk].seen != row.stored.fingerprint
        }

    @property
    def incomplete(self) -> list[Row]:
        return [row for row in self.rows if row.missing or row.problems]


def answers_of(decision: Decision):
    """The decision's answers in the order of the ideas' references, with what the table shows."""
    return (
        decision.answers.select_related("idea__theme", "idea__area", "service", "merged_into__theme")
        .prefetch_related("idea__initiatives")
        .order_by("idea__theme__year", "idea__number")
    )


def table_of(
    decision: Decision, entries: Mapping[int, Entry] | None = None, saving: Saving | None = None
) -> Table:
    """The table as it stands, with `entries` where something is typed and not saved. A fixed number of queries.

    Args:
        entries: by the answers' keys.
        saving: what came of trying to save them.
    """
    entries, saving = entries or {}, saving or Saving()
    answers = list(answers_of(decision))
    targets = Targets.of(answers, list(entries.values()))
    return Table(
        rows=[row_of(answer, entries.get(answer.pk), targets, saving) for answer in answers],
        services=list(targets.services.values()),
        initiatives=list(linkable_initiatives(answers)),
        templates=list(AnswerTemplate.objects.all()),
        offices=sorted(set(Answer.objects.exclude(office="").values_list("office", flat=True).distinct())),
    )


def row_of(answer: Answer, entry: Entry | None, targets: Targets, saving: Saving) -> Row:
    stored = Wording.of(answer)
    entry = entry or Entry(stored, stored.fingerprint)
    problems = saving.problems.get(answer.pk, [])
    clashes = answer.pk in saving.clashes
    unsaid = entry.wording == stored or not entry.is_touched
    if unsaid or (not write(answer, entry.wording, targets) and Wording.of(answer) == stored):
        # Nobody touched the row, so it shows what is stored by now.
        entry = replace(entry, wording=stored, seen=stored.fingerprint)
    elif clashes:
        # Whoever has been told and saves once more knows what they write over.
        entry = replace(entry, seen=stored.fingerprint)
    return Row(answer, stored, entry, targets.services, problems, clashes)


def entries_from(data: Mapping[str, str]) -> dict[int, Entry]:
    """What a sent table says, by the answers' keys. A row that was not sent is not there."""
    keys = [int(match[1]) for name in data if (match := FIELD.fullmatch(name))]
    return {key: entry_from(data, f"svar-{key}-") for key in keys}


def entry_from(data: Mapping[str, str], prefix: str) -> Entry:
    def given(name: str) -> str:
        return plain(data.get(prefix + name, ""))

    wording = Wording(
        outcome=given("outcome"),
        reason=given("reason"),
        office=given("office").strip(),
        service=given("service"),
        merged_into=given("merged_into").strip(),
    )
    return Entry(wording, given("seen"), given("initiative"), given("template"))


def filled_up(entries: dict[int, Entry], *, template: str = "", office: str = "") -> dict[int, Entry]:
    """`entries` with the chosen templates inserted, where they lack a reason; nothing typed is written over.

    Args:
        template: the key of a template for the rows that have chosen none.
        office: for the rows that have none.
    """
    templates = {str(each.pk): each for each in AnswerTemplate.objects.all()}

    def filled(entry: Entry) -> Entry:
        chosen = templates.get(entry.template or template)
        text = {"outcome": chosen.outcome, "reason": plain(chosen.text)} if chosen else {}
        if entry.wording.reason.strip():
            text = {}
        return replace(entry, wording=entry.wording.filled_up(office=office, **text), template="")

    return {key: filled(entry) for key, entry in entries.items()}
