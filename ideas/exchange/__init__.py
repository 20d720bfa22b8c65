"""Ideas as a table: in from a meeting's spreadsheet, and out again. The columns are those of the import contract."""

from ideas.exchange.columns import COLUMNS, EXPLAINED, rows_of
from ideas.exchange.plan import Plan, Refused, planned
from ideas.exchange.vocabulary import Choice, Vocabulary

__all__ = ["COLUMNS", "EXPLAINED", "Choice", "Plan", "Refused", "Vocabulary", "planned", "rows_of"]
