"""Name badges: whose, and the labels that they are printed on.

`events.badges.sheet` prints them. It is imported where that is done: its library takes 28 MB.
"""

from events.badges.labels import PER_SHEET
from events.badges.people import Badge, badges_of, marked

__all__ = ["PER_SHEET", "Badge", "badges_of", "marked"]
