"""The sections of a programme file: which model each holds, and what tells its records apart."""

from dataclasses import dataclass
from functools import cached_property

from django.db import models

from erhvervspanel.portal.models import News
from events.models import Event, Proposal, Session, Speaker, Venue
from events.models import Material as EventMaterial
from ideas.models import Answer, Assembly, Feedback, Idea, Overlap, Recommendation, Service
from initiatives.models import Indicator, Initiative, Milestone, Partner, Reading
from panels.models import (
    Attendance,
    Company,
    Decision,
    FocusArea,
    Material,
    Need,
    PanelMeeting,
    Theme,
)


@dataclass(frozen=True)
class Section:
    """One kind of record in a programme file.

    Attributes:
        name: what it is called in the file: `[[name]]`, or `[[parent.name]]` where it is nested.
        key: the field that tells the records of one parent apart.
        parent: the foreign key to the record it is nested in or, at the top level, to the file's theme;
            empty where the records are shared by all years.
        owner: the look-up for the first part of a record's address, where records are numbered: `2021`
            of idea `2021-07`.
        position: the field that takes the record's place in the list, if any.
    """

    name: str
    model: type[models.Model]
    key: str
    parent: str = ""
    owner: str = ""
    position: str = ""
    children: tuple["Section", ...] = ()

    @cached_property
    def fields(self) -> list[str]:
        """The columns that the file may give a value."""
        return [
            field.name
            for field in self.model._meta.fields
            if field.editable
            and not isinstance(field, models.FileField)  # a file has words, and no files with it
            and not field.primary_key
            and field.name not in {self.parent, self.position}
        ]

    @cached_property
    def links(self) -> list[str]:
        """The many-to-many fields that the file may fill. One with rows of its own is a nested section."""
        return [
            field.name
            for field in self.model._meta.many_to_many
            if field.remote_field.through._meta.auto_created
        ]

    @cached_property
    def names(self) -> list[str]:
        """All that may stand in a record of this section."""
        return [*self.fields, *self.links, *(child.name for child in self.children)]


MATERIALS = Section("materials", Material, "title", "meeting")
ATTENDANCES = Section("meetings", Attendance, "meeting", "company")
FEEDBACKS = Section("feedbacks", Feedback, "round", "recommendation")
RECOMMENDATIONS = Section(
    "recommendations", Recommendation, "number", "assembly", "assembly__slug", children=(FEEDBACKS,)
)
ANSWERS = Section("answers", Answer, "decision", "idea")
OVERLAPS = Section("overlaps", Overlap, "recommendation", "idea")
MILESTONES = Section("milestones", Milestone, "title", "initiative")
READINGS = Section("readings", Reading, "read_on", "indicator")
INDICATORS = Section("indicators", Indicator, "name", "initiative", children=(READINGS,))
SESSIONS = Section("sessions", Session, "title", "event")
PROPOSALS = Section("proposals", Proposal, "number", "event")
EVENT_MATERIALS = Section("materials", EventMaterial, "title", "event")

# In the order they are loaded: what is referred to comes before what refers to it.
SECTIONS = (
    Section("needs", Need, "slug"),
    Section("decisions", Decision, "slug"),
    Section("services", Service, "slug"),
    Section("theme", Theme, "year"),
    Section("areas", FocusArea, "slug", "theme", position="position"),
    Section("meetings", PanelMeeting, "number", "theme", "theme__year", children=(MATERIALS,)),
    Section("companies", Company, "name", children=(ATTENDANCES,)),
    Section("assemblies", Assembly, "slug", children=(RECOMMENDATIONS,)),
    Section("ideas", Idea, "number", "theme", "theme__year", children=(ANSWERS, OVERLAPS)),
    Section("partners", Partner, "name"),
    Section("initiatives", Initiative, "slug", "theme", children=(MILESTONES, INDICATORS)),
    Section("venues", Venue, "name"),
    Section("speakers", Speaker, "name"),
    Section("events", Event, "slug", "theme", children=(SESSIONS, PROPOSALS, EVENT_MATERIALS)),
    Section("news", News, "slug"),
)

# The records that others may point at.
REFERABLE = {section.model: section for section in (*SECTIONS, RECOMMENDATIONS)}
