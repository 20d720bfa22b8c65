"""What the municipality does with the ideas, and what comes of it."""

from initiatives.models.indicator import Direction, Indicator, Reading
from initiatives.models.initiative import OPEN, Initiative, InitiativeStatus, Milestone, Partner

__all__ = [
    "OPEN",
    "Direction",
    "Indicator",
    "Initiative",
    "InitiativeStatus",
    "Milestone",
    "Partner",
    "Reading",
]
