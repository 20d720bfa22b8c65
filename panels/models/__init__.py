"""Themes, the companies' needs, panel meetings and the committee's decisions."""

from panels.models.company import Company, SizeBand, TradeCodeVersion
from panels.models.decision import Decision
from panels.models.meeting import Attendance, Material, PanelMeeting
from panels.models.need import Need
from panels.models.theme import FocusArea, Theme

__all__ = [
    "Attendance",
    "Company",
    "Decision",
    "FocusArea",
    "Material",
    "Need",
    "PanelMeeting",
    "SizeBand",
    "Theme",
    "TradeCodeVersion",
]
