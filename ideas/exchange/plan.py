"""What importing a file would do: what is new, changed and unchanged, what is wrong, and what has to be chosen."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import BinaryIO

from django.db import connection

from erhvervspanel.foundation import danish
from erhvervspanel.foundation.spreadsheets import Limits, SpreadsheetProblem, read_sheet
from ideas.exchange.reading import DEMANDED, UNTREATED, Reader, Reading, differs
from ideas.models import Idea, Status
from panels.models import Theme
from panels.vocabulary import Choice, Vocabulary

LIMITS = Limits(size=20_000_000, rows=20_000)
BATCH = 500  # rows compared and written at a time
SHOWN = 200  # rows, and mistakes, that a person is shown
LIKE = 0.45  # likeness of titles from which on a new idea is held against another
LABELS = {"title": "titel", "area_id": "fokusområde", "proposal": "beskrivelse", "goals": "verdensmål",
          "needs": "behov", "meetings": "møde", "companies": "virksomheder"}  # fmt: skip

ALIKE = """
    SELECT asked.number, idea.id FROM unnest(%s::int[], %s::text[]) AS asked(number, title) JOIN ideas_idea idea
    ON idea.search_title %% asked.title AND similarity(idea.search_title, asked.title) >= %s
    ORDER BY asked.number, similarity(idea.search_title, asked.title) DESC LIMIT 1000
"""


@dataclass
class Line:
    """What becomes of one row.

    Attributes:
        kind: "new", "changed" or "unchanged".
        changes: the field's name, and what becomes of it, in words.
        alike: ideas on record that say much the same.
    """

    line: int
    number: int
    kind: str
    title: str
    changes: list[tuple[str, str]] = field(default_factory=list)
    alike: list[Idea] = field(default_factory=list)


@dataclass
class Plan:
    """What a file would do. Of rows and warnings it holds the first SHOWN, and counts all.

    Attributes:
        most_problems: so many mistakes it holds, and counts all.
        counts: rows that are new, changed, unchanged or wrong.
        lines: those that are new or changed.
        created: names that are going to be made, by their kind.
        digest: tells one plan from another.
    """

    theme: Theme
    vocabulary: Vocabulary
    most_problems: int = SHOWN
    counts: Counter = field(default_factory=Counter)
    lines: list[Line] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    problem_count: int = 0
    warnings: list[str] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    created: dict[str, list[str]] = field(default_factory=dict)
    digest: str = ""

    @cached_property
    def meeting_numbers(self) -> dict[int, int]:
        return dict(self.theme.meetings.values_list("pk", "number"))

    @cached_property
    def area_names(self) -> dict[int, str]:
        return dict(self.theme.focus_areas.values_list("pk", "name"))

    @property
    def total(self) -> int:
        return self.counts.total()

    def wrong(self, sentence: str) -> None:
        self.problem_count += 1
        if len(self.problems) < self.most_problems:
            self.problems.append(sentence)


def planned(file: BinaryIO, theme: Theme, *, most_problems: int = SHOWN) -> Plan:
    """The plan for `file` and `theme`. Nothing is written. Of the file, one batch is held at a time."""
    plan = Plan(theme, Vocabulary(), most_problems)
    digest = hashlib.sha256()
    try:
        for readings, existing in batches(file, plan):
            for reading in readings:
                judge(plan, reading, existing.get(reading.number), digest)
    except SpreadsheetProblem as problem:
        plan.wrong(str(problem))
    if not plan.total and not plan.problem_count:
        plan.wrong("Filen har ingen rækker under overskrifterne.")
    plan.choices = plan.vocabulary.choices()
    plan.created = plan.vocabulary.created(plan.choices)
    plan.digest = digest.hexdigest()
    find_alike(plan)
    return plan


def batches(file: BinaryIO, plan: Plan) -> Iterator[tuple[list[Reading], dict[int, Idea]]]:
    """The rows, read, with the ideas that have their numbers already, BATCH at a time."""
    with read_sheet(file, limits=LIMITS, demanded=DEMANDED) as sheet:
        reader = Reader(plan.theme, sheet, plan.vocabulary)
        for sentence in reader.problems():
            plan.wrong(sentence)
        if plan.problem_count:
            return
        while readings := [reader.read(row) for row in islice(sheet.rows, BATCH)]:
            yield readings, on_record(plan.theme, [reading.number for reading in readings])
        for sentence in reader.of_several_rows():
            plan.problems.insert(0, sentence)
            plan.problem_count += 1


def on_record(theme: Theme, numbers: list[int]) -> dict[int, Idea]:
    rows = Idea.objects.filter(theme=theme, number__in=numbers).with_status()
    return {idea.number: idea for idea in rows.prefetch_related("needs", "meetings", "companies")}


def judge(plan: Plan, reading: Reading, idea: Idea | None, digest) -> None:
    """Counts and shows what becomes of a row, and collects what is wrong with it."""
    reading.problems += [f"status: {why}" for why in status_problems(reading, idea)]
    if idea is None and not reading.problems and "area_id" not in reading.values:
        reading.problems.append("fokusområde: Kolonnen mangler, og en ny ide skal have et fokusområde.")
    for why in reading.problems:
        plan.wrong(f"Række {reading.line}, {why}")
    plan.warnings += [
        f"Række {reading.line}, {why}" for why in reading.warnings if len(plan.warnings) < SHOWN
    ]
    if reading.problems or not reading.number:
        plan.counts["wrong"] += 1
        return
    line = Line(reading.line, reading.number, "new", str(reading.values.get("title", "")))
    if idea is not None:
        line.changes = changes(plan, reading, idea)
        line.kind = "changed" if line.changes else "unchanged"
    plan.counts[line.kind] += 1
    if line.kind != "unchanged":
        # The whole of what is written over, of which `changes` shows the beginning.
        stored = [(name, getattr(idea, name)) for name in sorted(reading.values)] if idea else []
        told = (line.number, line.kind, line.changes, stored, sorted(reading.values.items()))
        digest.update(repr(told).encode())
        if len(plan.lines) < SHOWN:
            plan.lines.append(line)


def status_problems(reading: Reading, idea: Idea | None) -> list[str]:
    given = reading.status
    if not given:
        return []
    now = Status(idea.status) if idea else Status.AWAITING
    if given == danish.fold(now.label) or (given in UNTREATED and now == Status.AWAITING):
        return []
    return [
        f"Ideen står som »{now.label}«. Status følger af udvalgets svar; lad cellen stå tom, og ret svaret."
    ]


def wanted(plan: Plan, reading: Reading, name: str, idea: Idea) -> set:
    """What the link `name` is to lead to: keys, and names that are not on record."""
    keys = set(reading.links[name])
    if name == "companies" and reading.keeps_unnamed:
        keys |= {company.pk for company in idea.companies.all()} & plan.vocabulary.unnamed
    return keys


def changes(plan: Plan, reading: Reading, idea: Idea) -> list[tuple[str, str]]:
    """What a row changes in an idea: the column, and from what to what."""
    found = []
    for name, value in reading.values.items():
        now = getattr(idea, name)
        if differs(now, value):
            found.append((LABELS[name], f"{told(name, now, plan)} → {told(name, value, plan)}"))
    for name in reading.links:
        now, then = {row.pk for row in getattr(idea, name).all()}, wanted(plan, reading, name, idea)
        if now != then:
            names = {row.pk: str(row) for row in getattr(idea, name).all()}
            gone = [names[key] for key in sorted(now - then)]
            come = [named(plan, name, key) for key in sorted(then - now, key=str)]
            parts = [f"{word} {', '.join(each)}" for word, each in (("uden", gone), ("med", come)) if each]
            found.append((LABELS[name], "; ".join(parts)))
    return found


def named(plan: Plan, link: str, key: int | str) -> str:
    if link == "meetings":
        return f"møde {plan.meeting_numbers[key]}"
    return plan.vocabulary.name_of(link, key)


def told(name: str, value, plan: Plan) -> str:
    if name == "area_id":
        return plan.area_names.get(value, "–")
    if name == "goals":
        return ", ".join(map(str, value)) or "–"
    return f"{value[:200]} …" if len(value) > 200 else value or "–"


def find_alike(plan: Plan) -> None:
    """Ideas on record that are like the new ones that are shown."""
    new = {line.number: line for line in plan.lines if line.kind == "new" and line.title}
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, [list(new), [danish.fold(line.title) for line in new.values()], LIKE])
        pairs = cursor.fetchall()
    ideas = Idea.objects.select_related("theme").in_bulk({key for _, key in pairs})
    for number, key in pairs:
        if len(new[number].alike) < 3:
            new[number].alike.append(ideas[key])
