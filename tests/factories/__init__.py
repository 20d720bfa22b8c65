"""Rows for tests: one factory per model, valid and published unless told otherwise."""

from tests.factories.events import (
    EventFactory,
    EventMaterialFactory,
    ProposalFactory,
    RegistrationFactory,
    SessionFactory,
    SpeakerFactory,
    VenueFactory,
)
from tests.factories.foundation import (
    AuditEntryFactory,
    LogInFactory,
    OutgoingMailFactory,
    SynonymGroupFactory,
    UserFactory,
)
from tests.factories.ideas import (
    AnswerFactory,
    AnswerTemplateFactory,
    AssemblyFactory,
    FeedbackFactory,
    IdeaFactory,
    OverlapFactory,
    RecommendationFactory,
    ServiceFactory,
    SubmissionFactory,
    SuccessionFactory,
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
    "BY_MODEL",
    "AnswerFactory",
    "AnswerTemplateFactory",
    "AssemblyFactory",
    "AttendanceFactory",
    "AuditEntryFactory",
    "CompanyFactory",
    "DecisionFactory",
    "EventFactory",
    "EventMaterialFactory",
    "FeedbackFactory",
    "FocusAreaFactory",
    "IdeaFactory",
    "IndicatorFactory",
    "InitiativeFactory",
    "LogInFactory",
    "MaterialFactory",
    "MilestoneFactory",
    "NeedFactory",
    "NewsFactory",
    "OutgoingMailFactory",
    "OverlapFactory",
    "PanelMeetingFactory",
    "PartnerFactory",
    "ProposalFactory",
    "ReadingFactory",
    "RecommendationFactory",
    "RegistrationFactory",
    "ServiceFactory",
    "SessionFactory",
    "SpeakerFactory",
    "SubmissionFactory",
    "SuccessionFactory",
    "SynonymGroupFactory",
    "ThemeFactory",
    "UserFactory",
    "VenueFactory",
]

# Each of them by the model that it makes rows of.
BY_MODEL = {globals()[name]._meta.model: globals()[name] for name in __all__ if name != "BY_MODEL"}
