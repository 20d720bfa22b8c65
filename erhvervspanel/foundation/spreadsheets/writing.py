"""Writing tables. No cell is ever a formula, and what is written reads back as it was."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from erhvervspanel.foundation.spreadsheets.cells import (
    Value,
    as_text,
    defused,
    escaped,
    is_like_a_formula,
)
from erhvervspanel.foundation.spreadsheets.problems import SpreadsheetProblem

FORMATS = {"xlsx": "Excel (XLSX)", "csv": "CSV"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BATCH = 200  # records to a piece of a streamed file
LONGEST_CELL = 32_767  # characters, by Excel's specification
WIDEST, NARROWEST = 60, 12  # a column, in characters


class Line:
    """What the csv module writes to: it hands the line back."""

    def write(self, line: str) -> str:
        return line


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """A CSV file as Danish Excel opens it, piece by piece: UTF-8 with a byte order mark, and semicolons.

    Texts that begin like a formula get an apostrophe, which `read_sheet` takes off again.
    """
    writer = csv.writer(Line(), delimiter=";", lineterminator="\r\n")
    piece = ["\ufeff", writer.writerow([csv_value(name) for name in columns])]
    for row in rows:
        piece.append(writer.writerow([csv_value(value) for value in row]))
        if len(piece) >= BATCH:
            yield "".join(piece).encode()
            piece.clear()
    yield "".join(piece).encode()


def csv_value(value: Value) -> str:
    return defused(value) if isinstance(value, str) else as_text(value)


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
        raise
    file.seek(0)
    return file


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


def download(
    file_format: str, name: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]
) -> HttpResponseBase:
    """A table as a file to save, streamed.

    Args:
        file_format: one of FORMATS.
        name: of the file, without its ending.

    Raises:
        SpreadsheetProblem: as `write_xlsx` does, before anything is sent.
    """
    if file_format == "xlsx":
        return FileResponse(
            write_xlsx(columns, rows), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX
        )
    response = StreamingHttpResponse(write_csv(columns, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
