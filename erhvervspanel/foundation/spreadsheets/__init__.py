"""Tables in files: read from CSV and XLSX alike, and written so that no cell is a formula."""

from erhvervspanel.foundation.spreadsheets.problems import SpreadsheetProblem
from erhvervspanel.foundation.spreadsheets.reading import Limits, Row, Sheet, read_sheet, too_large
from erhvervspanel.foundation.spreadsheets.writing import FORMATS, Column, download, write_csv

__all__ = [
    "FORMATS",
    "Column",
    "Limits",
    "Row",
    "Sheet",
    "SpreadsheetProblem",
    "download",
    "read_sheet",
    "too_large",
    "write_csv",
]
