"""Writing XLSX, by a library that takes 7 MB: imported where a workbook is written."""

import tempfile
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from erhvervspanel.foundation.spreadsheets.cells import Value, as_text, escaped, is_like_a_formula
from erhvervspanel.foundation.spreadsheets.problems import SpreadsheetProblem

LONGEST_CELL = 32_767  # characters, by Excel's specification
WIDEST, NARROWEST = 60, 12  # a column, in characters


def write_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> BinaryIO:
    """A workbook with one sheet, as a temporary file at its beginning. Rows are held one at a time.

    Raises:
        SpreadsheetProblem: a text is longer than a cell can be.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Ark1")
    sheet.freeze_panes = "A2"
    for place, name in enumerate(columns, start=1):
        width = min(max(len(name) + 2, NARROWEST), WIDEST)
        sheet.column_dimensions[get_column_letter(place)].width = width
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    try:
        sheet.append([heading(sheet, name) for name in columns])
        for number, row in enumerate(rows, start=2):
            sheet.append([xlsx_cell(sheet, value, number) for value in row])
        book.save(file)
    except BaseException:
        file.close()
        abandon(sheet)
        raise
    file.seek(0)
    return file


def abandon(sheet) -> None:
    """Ends what openpyxl has begun to write of `sheet`, and deletes its file, which would lie there until the process ends."""
    if not sheet.closed:
        sheet.close()
        sheet._writer.cleanup()


def heading(sheet, name: str) -> Cell:
    cell = xlsx_cell(sheet, name, 1)
    cell.font = Font(bold=True)
    return cell


def xlsx_cell(sheet, value: Value, number: int) -> Cell | Value:
    """`value` for the row `number`. A text is said to be one, whatever it begins with."""
    if isinstance(value, bool):
        value = as_text(value)
    if not isinstance(value, str):
        return value
    text = escaped(value)
    if len(text.encode("utf-16-le")) // 2 > LONGEST_CELL:
        raise SpreadsheetProblem(
            f"Række {number} har en tekst, som er længere end en celle i Excel kan rumme. Hent filen som CSV."
        )
    cell = WriteOnlyCell(sheet, value=None)
    cell._value, cell.data_type = text, "s"  # past openpyxl's guess at what a text means
    cell.quotePrefix = is_like_a_formula(value)  # also when somebody edits the cell
    if "\n" in value:
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell
