"""The admin of themes, meetings, companies, needs and decisions, in the order of the story."""

from panels.admin.theme import FocusAreaAdmin, ThemeAdmin  # noqa: I001 (registered in the story's order)
from panels.admin.meeting import AttendanceAdmin, MaterialAdmin, PanelMeetingAdmin
from panels.admin.company import CompanyAdmin
from panels.admin.need import NeedAdmin
from panels.admin.decision import DecisionAdmin

__all__ = [
    "AttendanceAdmin",
    "CompanyAdmin",
    "DecisionAdmin",
    "FocusAreaAdmin",
    "MaterialAdmin",
    "NeedAdmin",
    "PanelMeetingAdmin",
    "ThemeAdmin",
]
