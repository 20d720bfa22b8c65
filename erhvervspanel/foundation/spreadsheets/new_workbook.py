"""Writing XLSX, by a library that takes 7 MB: imported where a workbook is written."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from erhvervspanel.foundation.spreadsheets.cells import Value, as_text, escaped, is_like_a_formula
from erhvervspanel.foundation.spreadsheets.problems import SpreadsheetProblem
from erhvervspanel.foundation.spreadsheets.writing import Column

LONGEST_CELL = 32_767  # characters, by Excel's specification
WIDEST, NARROWEST = 60, 12  # a column, in characters


LAST_ROW = 1_048_576  # of a worksheet, by Excel's specification
CHOICES = "Valg"  # the hidden sheet that the lists of choices stand in: in a cell's own rule they have room for 255 characters
WRAPPED = Alignment(vertical="top", wrap_text=True)


def write_xlsx(
    columns: Sequence[str],
    rows: Iterable[Sequence[Value]],
    looks: Mapping[str, Column] = MappingProxyType({}),
) -> BinaryIO:
    """A workbook with one sheet to see, as a temporary file at its beginning. Rows are held one at a time.

    Args:
        looks: how some of `columns` are to be filled in.

    Raises:
        SpreadsheetProblem: a text is longer than a cell can be.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Ark1")
    sheet.freeze_panes = "A2"
    for place, name in enumerate(columns, start=1):
        width = looks[name].width if name in looks else min(max(len(name) + 2, NARROWEST), WIDEST)
        sheet.column_dimensions[get_column_letter(place)].width = width
    wrapped = [name in looks for name in columns]
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    try:
        offer_choices(book, sheet, columns, looks)
        sheet.append([heading(sheet, name) for name in columns])
        for number, row in enumerate(rows, start=2):
            cells = zip(row, wrapped, strict=True)
            sheet.append([xlsx_cell(sheet, value, number, wrapped=wraps) for value, wraps in cells])
        book.save(file)
    except BaseException:
        file.close()
        for each in book.worksheets:
            abandon(each)
        raise
    file.seek(0)
    return file


def offer_choices(book: Workbook, sheet, columns: Sequence[str], looks: Mapping[str, Column]) -> None:
    """Gives each column that has choices its list, and refuses anything else in its cells."""
    lists = [(place, looks[name].choices) for place, name in enumerate(columns, start=1) if name in looks]
    lists = [(place, choices) for place, choices in lists if choices]
    if not lists:
        return
    hidden = book.create_sheet(CHOICES)
    hidden.sheet_state = "hidden"
    for number, (place, choices) in enumerate(lists, start=1):
        hidden.append([xlsx_cell(hidden, choice, number) for choice in choices])
        last, letter = get_column_letter(len(choices)), get_column_letter(place)
        rule = DataValidation(
            type="list",
            formula1=f"{quote_sheetname(CHOICES)}!$A${number}:${last}${number}",
            allow_blank=True,
            showErrorMessage=True,
            errorTitle="Findes ikke på listen",
            error="Vælg på listen, eller lad cellen stå tom.",
        )
        rule.add(f"{letter}2:{letter}{LAST_ROW}")
        sheet.data_validations.append(rule)


def abandon(sheet) -> None:
    """Ends what openpyxl has begun to write of `sheet`, and deletes its file, which would lie there until the process ends."""
    if not sheet.closed:
        sheet.close()
        sheet._writer.cleanup()


def heading(sheet, name: str) -> Cell:
    cell = xlsx_cell(sheet, name, 1)
    cell.font = Font(bold=True)
    return cell


def xlsx_cell(sheet, value: Value, number: int, *, wrapped: bool = False) -> Cell | Value:
    """`value` for the row `number`. A text is said to be one, whatever it begins with; it is `wrapped` where it has lines of its own too."""
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
    if wrapped or "\n" in value:
        cell.alignment = WRAPPED
    return cell
