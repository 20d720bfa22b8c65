"""XLSX: a zip of XML, from whoever it may be. It is looked over before it is read, and read row by row."""

import warnings
import zipfile
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from erhvervspanel.foundation.spreadsheets.cells import Unreadable, as_seen
from erhvervspanel.foundation.spreadsheets.problems import SpreadsheetProblem

LAST_ROW = 1_048_576  # of a worksheet, by Excel's specification
MOST_PARTS = 1_000
WIDEST = 1_000  # cells in a row; one cell in the last column of a worksheet makes its row 16,384 cells wide
XML = (".xml", ".rels", ".vml")
BROKEN = "Filen er ikke en Excel-projektmappe, eller den er beskadiget. Åbn den i Excel, gem den som .xlsx, og prøv igen."

# openpyxl warns of decoration that it leaves out; nobody who imports a table can do anything about it.
warnings.filterwarnings("ignore", module="openpyxl")


def records(file: BinaryIO, *, most_bytes: int) -> Iterator[tuple[int, list[str | Unreadable]]]:
    """The rows of the first visible sheet with their numbers. Formulas come as the values they last had.

    Args:
        most_bytes: how much the parts may take unpacked, all together.

    Raises:
        SpreadsheetProblem: the file is broken, too large when unpacked, or has a document type of its own.
    """
    refuse_unsafe(file, most_bytes)
    file.seek(0)
    try:
        yield from rows(file)
    except SpreadsheetProblem:
        raise
    except Exception as error:  # openpyxl lets out whatever a wrong file leads it into
        raise SpreadsheetProblem(BROKEN) from error


def rows(file: BinaryIO) -> Iterator[tuple[int, list[str | Unreadable]]]:
    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    try:
        sheet = next((each for each in book.worksheets if each.sheet_state == "visible"), None)
        if sheet is None:
            raise SpreadsheetProblem("Projektmappen har intet synligt ark med en tabel.")
        sheet.reset_dimensions()  # what a file says of its own size is not to be relied on
        for number, row in enumerate(sheet.iter_rows(max_row=LAST_ROW), start=1):
            if len(row) > WIDEST:
                raise SpreadsheetProblem(
                    f"Række {number} har en celle langt til højre for tabellen ({get_column_letter(len(row))}). Slet den."
                )
            yield number, [cell_text(cell) for cell in row]
    finally:
        book.close()


def cell_text(cell) -> str | Unreadable:
    if cell.value is None:
        return ""
    if cell.data_type == "e":
        return Unreadable(f"Cellen viser fejlen {cell.value}. Ret formlen, eller skriv værdien.")
    return as_seen(cell.value, cell.number_format)


def refuse_unsafe(file: BinaryIO, most_bytes: int) -> None:
    """Raises SpreadsheetProblem where unpacking `file` would take too much, or its XML declares entities.

    The sizes that a zip states hold: Python's zipfile reads no more of a part than its entry says.
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as parts:
            refuse_bomb(parts.infolist(), most_bytes)
            for part in parts.infolist():
                refuse_document_type(parts, part)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ParseError, InvalidFileException) as error:
        raise SpreadsheetProblem(BROKEN) from error
    except (
        NotImplementedError,
        RuntimeError,
        OSError,
        EOFError,
    ) as error:  # a cipher or packing that is not for us
        raise SpreadsheetProblem(BROKEN) from error


def refuse_bomb(parts: list[zipfile.ZipInfo], most_bytes: int) -> None:
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > most_bytes:
        raise SpreadsheetProblem(
            f"Projektmappen fylder mere end {most_bytes // 1_000_000} MB, når den pakkes ud. Kopiér tabellen til "
            "en ny projektmappe uden billeder og andre ark, eller del den i flere filer."
        )


def refuse_document_type(parts: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """A document type comes before the first element, so that is as far as one has to read.

    Any part may be read as XML, whatever it is called: another part says what it is. A picture is no XML, and is left alone.
    """
    with parts.open(part) as source:
        try:
            next(iterparse(source, events=("start",), forbid_dtd=True), None)
        except DefusedXmlException:
            raise SpreadsheetProblem(
                "Projektmappen har en XML-dokumenttype, og det har ingen, som Excel har gemt. Den læses ikke."
            ) from None
        except (ParseError, ValueError, LookupError):  # the encoding that it names may be none
            if part.filename.lower().endswith(XML):
                raise SpreadsheetProblem(BROKEN) from None
