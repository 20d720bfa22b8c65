"""A whole chain of rows, from theme to measured outcome, for the tests of pages."""

from types import SimpleNamespace

from ideas.models import Outcome
from tests.factories import (
    AnswerFactory,
    AttendanceFactory,
    CompanyFactory,
    DecisionFactory,
    EventFactory,
    IdeaFactory,
    IndicatorFactory,
    InitiativeFactory,
    MaterialFactory,
    MilestoneFactory,
    NeedFactory,
    NewsFactory,
    OverlapFactory,
    PanelMeetingFactory,
    PartnerFactory,
    ReadingFactory,
    RecommendationFactory,
    ServiceFactory,
    SessionFactory,
    SpeakerFactory,
    ThemeFactory,
)


def chain(width: int = 1) -> SimpleNamespace:
    """One theme's chain with `width` of everything that a page lists.

    The first idea is answered, has an initiative, is measured, and meets every recommendation.
    """
    decision = DecisionFactory()
    theme = ThemeFactory(decision=decision)
    needs = NeedFactory.create_batch(width)
    companies = CompanyFactory.create_batch(width)
    CompanyFactory(unnamed=True)
    meetings = PanelMeetingFactory.create_batch(width, theme=theme)
    for meeting in meetings:
        MaterialFactory(meeting=meeting)
        for company in companies:
            AttendanceFactory(meeting=meeting, company=company)
    services = ServiceFactory.create_batch(width, needs=needs)
    ideas = [
        IdeaFactory(theme=theme, meetings=meetings, companies=companies, needs=needs, goals=[7, 12])
        for _ in range(width + 1)
    ]
    for idea in ideas[:width]:
        AnswerFactory(idea=idea, decision=decision, outcome=Outcome.INITIATIVE)
    recommendation = RecommendationFactory()
    recommendations = [
        recommendation,
        *RecommendationFactory.create_batch(width - 1, assembly=recommendation.assembly),
    ]
    for each in recommendations:
        OverlapFactory(idea=ideas[0], recommendation=each)
    initiatives = [
        InitiativeFactory(
            theme=theme,
            decision=decision,
            ideas=ideas[:width],
            partners=[PartnerFactory()],
            services=services,
            recommendations=recommendations,
        )
        for _ in range(width)
    ]
    for initiative in initiatives:
        for _ in range(width):
            MilestoneFactory(initiative=initiative, reached=True)
            ReadingFactory(indicator=IndicatorFactory(initiative=initiative))
    events = EventFactory.create_batch(width, theme=theme, initiatives=initiatives)
    for event in events:
        SessionFactory.create_batch(width, event=event, speakers=[SpeakerFactory()])
        SessionFactory.create_batch(width, event=event, kind="cafe")
    EventFactory.create_batch(width, past=True)
    news = [
        NewsFactory(themes=[theme], ideas=ideas[:1], initiatives=initiatives, events=events)
        for _ in range(width)
    ]
    return SimpleNamespace(
        theme=theme,
        decision=decision,
        needs=needs,
        companies=companies,
        meetings=meetings,
        services=services,
        ideas=ideas,
        recommendations=recommendations,
        initiatives=initiatives,
        events=events,
        news=news,
    )
