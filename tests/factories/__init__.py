"""Rows for tests: one factory per model, valid and published unless told otherwise."""

from tests.factories.events import (
    EventFactory,
    EventMaterialFactory,
    ProposalFactory,
    SessionFactory,
    SpeakerFactory,
    VenueFactory,
)
from tests.factories.foundation import UserFactory
from tests.factories.ideas import (
    AnswerFactory,
    AnswerTemplateFactory,
    AssemblyFactory,
    FeedbackFactory,
    IdeaFactory,
    OverlapFactory,
    RecommendationFactory,
    ServiceFactory,
)
from tests.factories.initiatives import (
    IndicatorFactory,
    InitiativeFactory,
    MilestoneFactory,
    PartnerFactory,
    ReadingFactory,
)
from tests.factories.panels import (
    AttendanceFactory,
    CompanyFactory,
    DecisionFactory,
    FocusAreaFactory,
    MaterialFactory,
    NeedFactory,
    PanelMeetingFactory,
    ThemeFactory,
)
from tests.factories.portal import NewsFactory

__all__ = [
    "AnswerFactory",
    "AnswerTemplateFactory",
    "AssemblyFactory",
    "AttendanceFactory",
    "CompanyFactory",
    "DecisionFactory",
    "EventFactory",
    "EventMaterialFactory",
    "FeedbackFactory",
    "FocusAreaFactory",
    "IdeaFactory",
    "IndicatorFactory",
    "InitiativeFactory",
    "MaterialFactory",
    "MilestoneFactory",
    "NeedFactory",
    "NewsFactory",
    "OverlapFactory",
    "PanelMeetingFactory",
    "PartnerFactory",
    "ProposalFactory",
    "ReadingFactory",
    "RecommendationFactory",
    "ServiceFactory",
    "SessionFactory",
    "SpeakerFactory",
    "ThemeFactory",
    "UserFactory",
    "VenueFactory",
]
