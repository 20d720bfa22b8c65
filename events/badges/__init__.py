"""Name badges: whose, and the sheets that they are printed on."""

from events.badges.people import Badge, badges_of, marked
from events.badges.sheet import PER_SHEET, sheet_of, unprintable

__all__ = ["PER_SHEET", "Badge", "badges_of", "marked", "sheet_of", "unprintable"]
