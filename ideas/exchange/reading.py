"""One row of the table, read: what it says of an idea, and what is wrong with it."""

import difflib
import re
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Max
from django.utils.text import get_text_list

from erhvervspanel.foundation import danish
from erhvervspanel.foundation.personal_data import has_cpr
from erhvervspanel.foundation.references import MOST_NUMBERED
from erhvervspanel.foundation.spreadsheets import Row, Sheet
from ideas.exchange.columns import COLUMNS, SEPARATOR, UNNAMED
from ideas.models import Idea, Status
from panels.models import Company, Need, Theme
from panels.vocabulary import Vocabulary

NUMBER = re.compile(r"(?:(\d{4})\s*-\s*)?0*(\d{1,5})")
# What Excel makes of »2021-07«: a date, which reads »01-07-2021«, and »jul-21« once it was saved as CSV.
MADE_A_DATE = re.compile(r"\d{1,2}[-./]\d{1,2}[-./]\d{4}|\d{4}-\d{2}-\d{2}|[^\W\d_]{3,9}\.?[- ]\d{2,4}")
# »7,10« in a cell of a Danish Excel is the number 7.1, and comes as »7,1«.
MAYBE_DECIMAL = re.compile(r"\d+,\d+")
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
DEMANDED = frozenset({"nummer", "titel"})  # columns
LONGEST_TEXT = 20_000  # characters
MOST_NAMED = 20  # rows, of those that are wrong in the same way
# What a spreadsheet from a meeting says of an idea that nobody has treated.
UNTREATED = {"", "ny", "kladde", "afventer", danish.fold(Status.AWAITING.label)}


@dataclass
class Reading:
    """What a row says.

    Attributes:
        line: the row's number in the file.
        values: the columns of the idea that the file has, by field.
        links: keys on record, or names that are asked for, by field.
        keeps_unnamed: whether companies without consent are left as they are.
        problems: for each wrong cell: column, value, and what to do.
        warnings: the same, for what may be right.
    """

    line: int
    number: int = 0
    status: str = ""
    values: dict[str, object] = field(default_factory=dict)
    links: dict[str, list] = field(default_factory=dict)
    keeps_unnamed: bool = False
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class Reader:
    """Reads the rows of a file for one theme."""

    def __init__(self, theme: Theme, sheet: Sheet, vocabulary: Vocabulary):
        self.theme = theme
        self.header = sheet.header
        self.columns = [name for name in sheet.columns if name]
        self.vocabulary = vocabulary
        self.areas = {danish.fold(area.name): area for area in theme.focus_areas.all()}
        self.areas |= {danish.fold(area.slug): area for area in theme.focus_areas.all()}
        self.meetings = dict(theme.meetings.values_list("number", "pk"))
        self.seen: set[int] = set()
        self.titled: dict[str, int] = {}  # the row that had a title first
        self.unnumbered: list[int] = []  # rows

    def problems(self) -> list[str]:
        """What is wrong with the header."""
        found = [
            f"Filen mangler kolonnen »{name}«. Række {self.header} er læst som overskrifter."
            for name in sorted(DEMANDED - set(self.columns))
        ]
        for name in self.columns:
            if name not in COLUMNS:
                near = difflib.get_close_matches(name, COLUMNS, n=1)
                meant = f" Mente du »{near[0]}«?" if near else ""
                found.append(f"Kolonnen »{name}« kendes ikke.{meant} Kolonnerne er {', '.join(COLUMNS)}.")
        return found

    def read(self, row: Row) -> Reading:
        reading = Reading(row.number)
        reading.problems += [f"{name}: {why}" for name, why in row.problems.items()]
        for name in self.columns:
            if name not in row.problems:
                try:
                    PARTS[name](self, reading, cell(row.values.get(name, "")))
                except ValueError as error:
                    reading.problems.append(f"{name}: {error}")
        return reading

    def of_several_rows(self) -> list[str]:
        """What is wrong with many rows in the same way, when all are read."""
        if not self.unnumbered:
            return []
        rows, more = self.unnumbered[:MOST_NAMED], len(self.unnumbered) - MOST_NAMED
        named = (
            f"{', '.join(map(str, rows))} og {more} til"
            if more > 0
            else get_text_list(list(map(str, rows)), "og")
        )
        return [f"Række {named}, nummer: Nummeret mangler. Det næste i temaet er {self.next_number}."]

    @cached_property
    def next_number(self) -> int:
        """The number after the highest of the theme and of the rows that were read."""
        highest = self.theme.ideas.aggregate(Max("number"))["number__max"] or 0
        return 1 + max(highest, *self.seen, 0)

    # -- The columns -------------------------------------------------------------------------------------------

    def nummer(self, reading: Reading, text: str) -> None:
        if not text:
            self.unnumbered.append(reading.line)
            return
        if MADE_A_DATE.fullmatch(text):
            raise ValueError(
                f"»{shown(text)}« er en dato, som Excel kan have gjort nummeret til. Skriv kun tallet, for eksempel 7."
            )
        match = NUMBER.fullmatch(text)
        if match is None or not 1 <= int(match[2]) <= MOST_NUMBERED:
            raise ValueError(
                f"»{shown(text)}« er ikke et nummer. Skriv det som 7 eller {self.theme.year}-07."
            )
        if match[1] and int(match[1]) != self.theme.year:
            raise ValueError(f"»{text}« hører til et andet år end temaet fra {self.theme.year}.")
        reading.number = int(match[2])
        if reading.number in self.seen:
            raise ValueError(f"»{text}« står der flere gange i filen. Behold én af rækkerne.")
        self.seen.add(reading.number)

    def titel(self, reading: Reading, text: str) -> None:
        longest = Idea._meta.get_field("title").max_length
        if not text:
            raise ValueError("Titlen mangler.")
        if len(text) > longest:
            raise ValueError(f"»{shown(text)}« er {len(text)} tegn. Der må højst være {longest}.")
        reading.values["title"] = readable(text, reading, "titel")
        first = self.titled.setdefault(danish.fold(text), reading.line)
        if first != reading.line:
            reading.warnings.append(f"titel: »{shown(text)}« står også i række {first}.")

    def fokusomraade(self, reading: Reading, text: str) -> None:
        area = self.areas.get(danish.fold(text))
        if area is None:
            names = sorted({each.name for each in self.areas.values()})
            near = difflib.get_close_matches(text, names, n=1)
            meant = f" Mente du »{near[0]}«?" if near else ""
            told = f"»{shown(text)}« er ikke et af temaets fokusområder." if text else "Fokusområdet mangler."
            raise ValueError(f"{told}{meant} De er {', '.join(names) or 'ikke oprettet endnu'}.")
        reading.values["area_id"] = area.pk

    def behov(self, reading: Reading, text: str) -> None:
        names = parts(text)
        too_long(names, Need)
        if with_comma := [
            name for name in names if "," in name and danish.fold(name) not in self.vocabulary.needs.known
        ]:
            told = get_text_list([f"»{name}«" for name in with_comma], "og")
            reading.warnings.append(f"behov: {told} er ét behov. Er det flere, så skriv {SEPARATOR} imellem.")
        reading.links["needs"] = [self.vocabulary.needs.key_of(name, reading.line) for name in names]

    def beskrivelse(self, reading: Reading, text: str) -> None:
        if len(text) > LONGEST_TEXT:
            raise ValueError(f"Teksten er {len(text)} tegn. Der må højst være {LONGEST_TEXT}.")
        reading.values["proposal"] = readable(text, reading, "beskrivelse")

    def moede(self, reading: Reading, text: str) -> None:
        numbers = whole_numbers(text)
        unknown = [number for number in numbers if number not in self.meetings]
        if unknown:
            there = ", ".join(map(str, sorted(self.meetings))) or "ingen endnu"
            raise ValueError(f"Temaet har intet møde nummer {unknown[0]}. Møderne er {there}.")
        reading.links["meetings"] = [self.meetings[number] for number in numbers]

    def virksomheder(self, reading: Reading, text: str) -> None:
        names = parts(text)
        reading.keeps_unnamed = any(UNNAMED.fullmatch(name) for name in names)
        names = [name for name in names if not UNNAMED.fullmatch(name)]
        too_long(names, Company)
        reading.links["companies"] = [self.vocabulary.company(name, reading.line) for name in names]

    def status(self, reading: Reading, text: str) -> None:
        known = {danish.fold(label) for label in Status.labels} | UNTREATED
        if danish.fold(text) not in known:
            raise ValueError(
                f"»{shown(text)}« kendes ikke. Lad cellen stå tom: status følger af udvalgets svar."
            )
        reading.status = danish.fold(text)

    def verdensmaal(self, reading: Reading, text: str) -> None:
        numbers = sorted(set(whole_numbers(text)))
        if any(not 1 <= number <= 17 for number in numbers):
            raise ValueError(f"»{shown(text)}« har et tal, som ikke er et verdensmål. De går fra 1 til 17.")
        reading.values["goals"] = numbers


PARTS = {
    "nummer": Reader.nummer,
    "titel": Reader.titel,
    "fokusområde": Reader.fokusomraade,
    "behov": Reader.behov,
    "beskrivelse": Reader.beskrivelse,
    "møde": Reader.moede,
    "virksomheder": Reader.virksomheder,
    "status": Reader.status,
    "verdensmål": Reader.verdensmaal,
}


def cell(text: str) -> str:
    """The text of a cell with one kind of line end, and nothing idle around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def differs(now, value) -> bool:
    """Whether an idea would be changed by what a row says: `now` is what it has, `value` what was read."""
    return (cell(now) if isinstance(now, str) else now) != value


def parts(text: str) -> list[str]:
    """The names in a cell, each once."""
    return list(dict.fromkeys(" ".join(part.split()) for part in text.split(SEPARATOR) if part.strip()))


def whole_numbers(text: str) -> list[int]:
    if MAYBE_DECIMAL.fullmatch(text):
        raise ValueError(
            f"»{shown(text)}« kan være et kommatal. Skriv tallene med {SEPARATOR} imellem, for eksempel 7{SEPARATOR}10."
        )
    numbers = [part.strip() for part in re.split(r"[|,;]", text) if part.strip()]
    wrong = next((part for part in numbers if not part.isdecimal() or len(part) > 4), None)
    if wrong is not None:
        raise ValueError(f"»{shown(wrong)}« er ikke et tal. Skriv tal med | imellem.")
    return list(dict.fromkeys(map(int, numbers)))


def too_long(names: list[str], model) -> None:
    longest = model._meta.get_field("name").max_length
    for name in names:
        if len(name) > longest:
            raise ValueError(
                f"»{shown(name)}« er {len(name)} tegn. Et navn har højst {longest}. Mangler der en |?"
            )


def readable(text: str, reading: Reading, column: str) -> str:
    """`text`, which is warned of where it may hold a CPR number. Raises ValueError where it cannot be stored."""
    if UNREADABLE.search(text):
        raise ValueError("Teksten har tegn, som ikke kan læses. Skriv den igen.")
    if has_cpr(text):
        reading.warnings.append(f"{column}: Der står måske et CPR-nummer. Slet det, hvis det er et.")
    return text


def shown(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]} …"
