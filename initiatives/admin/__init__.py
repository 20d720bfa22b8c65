"""The admin of initiatives, their partners and what they are measured by, in the order of the story."""

from initiatives.admin.initiative import InitiativeAdmin, MilestoneAdmin  # noqa: I001 (registered in the story's order)
from initiatives.admin.indicator import IndicatorAdmin, ReadingAdmin
from initiatives.admin.partner import PartnerAdmin

__all__ = [
    "IndicatorAdmin",
    "InitiativeAdmin",
    "MilestoneAdmin",
    "PartnerAdmin",
    "ReadingAdmin",
]
