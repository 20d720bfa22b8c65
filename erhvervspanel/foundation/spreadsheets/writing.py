"""Writing tables. No cell is ever a formula, and what is written reads back as it was."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from erhvervspanel.foundation.spreadsheets.cells import Value, as_text, defused

FORMATS = {"xlsx": "Excel (XLSX)", "csv": "CSV"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BATCH = 200  # records to a piece of a streamed file


@dataclass(frozen=True)
class Column:
    """How a column of a workbook is to be filled in.

    Attributes:
        width: in characters. Longer texts become several lines.
        choices: what its cells may hold, offered as a list.
    """

    width: int
    choices: Sequence[str] = ()


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


def download(
    file_format: str,
    name: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Value]],
    *,
    looks: Mapping[str, Column] = MappingProxyType({}),
) -> HttpResponseBase:
    """A table as a file to save, streamed.

    Args:
        file_format: one of FORMATS.
        name: of the file, without its ending.
        looks: how some of `columns` are to be filled in; CSV has no such thing.

    Raises:
        SpreadsheetProblem: as `write_xlsx` does, before anything is sent.
    """
    if file_format == "xlsx":
        from erhvervspanel.foundation.spreadsheets.new_workbook import write_xlsx  # noqa: PLC0415 (7 MB)

        return FileResponse(
            write_xlsx(columns, rows, looks), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX
        )
    response = StreamingHttpResponse(write_csv(columns, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
