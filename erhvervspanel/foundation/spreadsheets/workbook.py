"""XLSX: a zip of XML, from whoever it may be. It is looked over before it is read, and read row by row."""

import warnings
from collections.abc import Iterator
from typing import BinaryIO

import openpyxl
from openpyxl.utils import get_column_letter

from erhvervspanel.foundation import archives
from erhvervspanel.foundation.spreadsheets.cells import Unreadable, as_seen
from erhvervspanel.foundation.spreadsheets.problems import SpreadsheetProblem

LAST_ROW = 1_048_576  # of a worksheet, by Excel's specification
WIDEST = 1_000  # cells in a row; one cell in the last column of a worksheet makes its row 16,384 cells wide
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
    """Raises SpreadsheetProblem where unpacking `file` would take too much, or its XML declares entities."""
    try:
        with archives.looked_over(file, most_bytes=most_bytes):
            pass
    except archives.LargeArchive:
        raise SpreadsheetProblem(
            f"Projektmappen fylder mere end {most_bytes // 1_000_000} MB, når den pakkes ud. Kopiér tabellen til "
            "en ny projektmappe uden billeder og andre ark, eller del den i flere filer."
        ) from None
    except archives.DeclaresDocumentType:
        raise SpreadsheetProblem(
            "Projektmappen har en XML-dokumenttype, og det har ingen, som Excel har gemt. Den læses ikke."
        ) from None
    except archives.UnsafeArchive as error:
        raise SpreadsheetProblem(BROKEN) from error
