"""CSV: encoding and separator found in the file itself, and its records one by one."""

import codecs
import csv
import re
from collections.abc import Iterator, Set
from contextlib import suppress
from io import TextIOWrapper
from typing import BinaryIO

from erhvervspanel.foundation.spreadsheets.cells import restored
from erhvervspanel.foundation.spreadsheets.headings import first_records, header_place, names_in
from erhvervspanel.foundation.spreadsheets.problems import SpreadsheetProblem

SEPARATORS = ";,\t"
CHUNK = 1 << 16  # bytes
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Excel's own line about the separator; other programs show it as a row.
SAYS_SEPARATOR = re.compile(r"sep=([^\r\n\"])\r?\n?", re.IGNORECASE)


def records(file: BinaryIO, demanded: Set[str] = frozenset()) -> Iterator[tuple[int, list[str]]]:
    """The records of a CSV file with their numbers, as a spreadsheet would number the rows.

    Args:
        demanded: columns that the header has.

    Raises:
        SpreadsheetProblem: the text cannot be read, or a quotation mark is wrong.
    """
    text = TextIOWrapper(file, encoding=encoding_of(file), newline="")
    try:
        yield from parsed(text, demanded)
    finally:
        text.detach()  # the file is the caller's to close


def parsed(text: TextIOWrapper, demanded: Set[str]) -> Iterator[tuple[int, list[str]]]:
    number = 0
    separator, skipped = layout(text, demanded)
    reader = csv.reader(text, delimiter=separator, strict=True)
    try:
        for number, record in enumerate(reader, start=1):
            if number > skipped:
                yield number, [restored(cell) for cell in record]
    except csv.Error:
        raise SpreadsheetProblem(
            f"Række {number + 1} kan ikke læses: et anførselstegn står forkert eller mangler. En celle med "
            "anførselstegn skrives i anførselstegn, og dem inde i den skrives to gange."
        ) from None


def encoding_of(file: BinaryIO) -> str:
    """The encoding of `file`: by its byte order mark, else UTF-8 where all of it is that, else Windows-1252."""
    file.seek(0)
    start = file.read(4)
    for mark, encoding in BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return proven(file, encoding)
    for encoding in ("utf-8", "cp1252"):
        if decodes(file, encoding):
            return proven(file, encoding)
    raise SpreadsheetProblem(UNKNOWN_TEXT)


UNKNOWN_TEXT = "Filens tegn kan ikke genkendes. Gem den som »CSV UTF-8« eller som Excel-projektmappe (.xlsx), og prøv igen."


def proven(file: BinaryIO, encoding: str) -> str:
    """`encoding`, now that all of `file` is text in it. A null says that it is no text, or lacks its mark."""
    if not decodes(file, encoding, refused="\x00"):
        raise SpreadsheetProblem(UNKNOWN_TEXT)
    file.seek(0)
    return encoding


def decodes(file: BinaryIO, encoding: str, refused: str = "") -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            text = decoder.decode(chunk)
            if refused and refused in text:
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def layout(text: TextIOWrapper, demanded: Set[str]) -> tuple[str, int]:
    """The separator, and how many records at the top only tell of it. Leaves `text` at its beginning."""
    first = text.readline(CHUNK)
    said = SAYS_SEPARATOR.fullmatch(first)
    if said:
        text.seek(0)
        return said[1], 1
    text.seek(0)
    separator = max(SEPARATORS, key=lambda each: columns_by(text, each, demanded))
    text.seek(0)
    return separator, 0


def columns_by(text: TextIOWrapper, separator: str, demanded: Set[str]) -> tuple[bool, int]:
    """Whether the header has the columns `demanded` by `separator`, and how many it has in all."""
    text.seek(0)
    records = first_records(enumerate(loosely_parsed(text, separator), start=1))
    cells = records[header_place(records, demanded)][1] if records else []
    return demanded <= set(names_in(cells)), len(cells)


def loosely_parsed(text: TextIOWrapper, separator: str) -> Iterator[list[str]]:
    """The records by `separator`, without idle spaces, up to one that cannot be read."""
    with suppress(csv.Error):
        for record in csv.reader(text, delimiter=separator):
            yield [cell.strip() for cell in record]
