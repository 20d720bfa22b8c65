"""Ideas as a table: in from a meeting's spreadsheet, and out again. The columns are those of the import contract."""

from ideas.exchange.columns import COLUMNS, EXPLAINED, rows_of
from ideas.exchange.plan import Plan, planned

__all__ = ["COLUMNS", "EXPLAINED", "Plan", "planned", "rows_of"]
