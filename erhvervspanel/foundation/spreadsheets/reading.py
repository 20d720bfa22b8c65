"""One way to read a table, whether it is CSV or XLSX: a header, and rows as dicts, one at a time."""

import os
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.spreadsheets import text_file
from erhvervspanel.foundation.spreadsheets.cells import Unreadable
from erhvervspanel.foundation.spreadsheets.headings import Record, first_records, header_place, names_in
from erhvervspanel.foundation.spreadsheets.problems import SpreadsheetProblem

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# How pictures and PDFs begin, which are chosen by mistake.
NO_TABLES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF")
SHOWN = 40  # characters of a wrong value, where it is quoted


@dataclass(frozen=True)
class Limits:
    """How large a file may be.

    Attributes:
        size: bytes of the file.
        unpacked: bytes of an XLSX file's parts when unpacked.
        rows: rows below the header that have anything in them.
        cell: characters of a cell. Excel holds 32,767; a text that is longer can only come as CSV.
    """

    size: int = 20_000_000
    unpacked: int = 200_000_000
    rows: int = 50_000
    columns: int = 100
    cell: int = 100_000


@dataclass(frozen=True)
class Row:
    """One row below the header.

    Attributes:
        number: as a spreadsheet shows it; the header's is mostly 1.
        values: the texts by name of column, "" where the cell is empty.
        problems: a sentence for each column whose cell cannot be used.
    """

    number: int
    values: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """A table that is being read: the names of its columns in lower case, and its rows, which can be read once.

    Attributes:
        header: the number of the row that the names stand in, as a spreadsheet shows it.
    """

    header: int
    columns: list[str]
    rows: Iterator[Row]


@contextmanager
def read_sheet(
    file: BinaryIO, *, limits: Limits = Limits(), demanded: Set[str] = frozenset()
) -> Iterator[Sheet]:
    """The table in `file`, an uploaded or opened file that can be sought in. It stays open.

    Kind, encoding and separator are found in the file itself; its name says nothing. Rows without anything are
    left out. Only a few rows are held at a time.

    Args:
        demanded: the header is the first of the first ten rows that has most of these columns, and where none has any, the very first.

    Raises:
        SpreadsheetProblem: the file cannot be read as a table, at once or when a row is reached.
    """
    found = records(file, limits, demanded)
    try:
        first = first_records(found)
        place = header_place(first, demanded)
        number, cells = first[place] if first else (0, [])
        columns = header(cells, limits)
        yield Sheet(number, columns, table_rows(chain(first[place + 1 :], found), columns, limits))
    finally:
        found.close()


def records(file: BinaryIO, limits: Limits, demanded: Set[str]) -> Iterator[Record]:
    """The records of `file`, with their numbers. Raises SpreadsheetProblem where it is no table."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    if not size:
        raise SpreadsheetProblem("Filen er tom. Vælg en fil med en tabel.")
    if size > limits.size:
        raise SpreadsheetProblem(too_large(limits))
    if start.startswith(OLE):
        raise SpreadsheetProblem(
            "Filen er en ældre Excel-fil (.xls) eller har adgangskode. Gem den i Excel som .xlsx uden adgangskode."
        )
    if start.startswith(NO_TABLES):
        raise SpreadsheetProblem("Filen er ikke et regneark. Vælg en fil i Excel (.xlsx) eller CSV.")
    if start.startswith(ZIP):
        from erhvervspanel.foundation.spreadsheets import workbook  # noqa: PLC0415 (7 MB)

        return workbook.records(file, most_bytes=limits.unpacked)
    return text_file.records(file, demanded)


def too_large(limits: Limits) -> str:
    return f"Filen fylder mere end {limits.size // 1_000_000} MB. Del den i flere."


def header(cells: Iterable[str | Unreadable], limits: Limits) -> list[str]:
    """The names of the columns, from the header's `cells`."""
    names = list(names_in(cells))
    while names and not names[-1]:
        names.pop()
    if not names:
        raise SpreadsheetProblem("Filen har ingen tabel. Den første række skal være overskrifterne.")
    if len(names) > limits.columns:
        raise SpreadsheetProblem(f"Tabellen har {len(names)} kolonner. Der må højst være {limits.columns}.")
    twice = next((name for name in names if name and names.count(name) > 1), "")
    if twice:
        raise SpreadsheetProblem(f"To kolonner hedder »{shown(twice)}«. Slet eller omdøb den ene.")
    return names


def table_rows(found: Iterable[Record], columns: list[str], limits: Limits) -> Iterator[Row]:
    count = 0
    for number, cells in found:
        if not any(cells):
            continue
        count += 1
        if count > limits.rows:
            raise SpreadsheetProblem(
                f"Tabellen har mere end {notation.number(limits.rows)} rækker. Del den i flere filer."
            )
        yield table_row(number, cells, columns, limits)


def table_row(number: int, cells: list[str | Unreadable], columns: list[str], limits: Limits) -> Row:
    padded = [*cells, *[""] * (len(columns) - len(cells))]
    values, problems = {}, {}
    for place, cell in enumerate(padded):
        name = columns[place] if place < len(columns) else ""
        problem = problem_of(cell, name, place, limits)
        if problem:
            problems[name or column_letter(place + 1)] = problem
        elif name:
            values[name] = cell
    return Row(number, values, problems)


def problem_of(cell: str | Unreadable, name: str, place: int, limits: Limits) -> str:
    if isinstance(cell, Unreadable):
        return cell.why
    if cell.strip() and not name:
        return (
            f"»{shown(cell)}« står i en kolonne uden overskrift ({column_letter(place + 1)}). Skriv en overskrift, "
            "eller slet cellen."
        )
    if len(cell) > limits.cell:
        return f"Teksten har {notation.number(len(cell))} tegn. Der må højst være {notation.number(limits.cell)}."
    return ""


def shown(text: str) -> str:
    """The beginning of `text`, for a sentence."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]} …"


def column_letter(place: int) -> str:
    """What a spreadsheet calls a column, counted from 1."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 (7 MB, for a sentence that is seldom needed)

    return get_column_letter(place)
