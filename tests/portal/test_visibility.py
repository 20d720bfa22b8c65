"""Nothing that is not public shows anywhere: every kind of record, in every state, on every public page and file."""

from datetime import date
from hashlib import sha256

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from erhvervspanel.portal.numbers import tables
from erhvervspanel.portal.open_data import DATASETS
from ideas.models import Outcome
from panels.models import Theme
from tests.factories import (
    AnswerFactory,
    AssemblyFactory,
    AttendanceFactory,
    CompanyFactory,
    DecisionFactory,
    EventFactory,
    FocusAreaFactory,
    IdeaFactory,
    IndicatorFactory,
    InitiativeFactory,
    MilestoneFactory,
    NeedFactory,
    NewsFactory,
    OverlapFactory,
    PanelMeetingFactory,
    ProposalFactory,
    ReadingFactory,
    RecommendationFactory,
    ServiceFactory,
    SessionFactory,
    SpeakerFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db

# Each kind of record, with the kinds that it hangs on.
KINDS = {
    "theme": (),
    "decision": (),
    "meeting": ("theme",),
    "idea": ("theme",),
    "answer": ("idea", "decision"),
    "assembly": (),
    "recommendation": ("assembly",),
    "overlap": ("idea", "recommendation"),
    "service": (),
    "initiative": ("theme",),
    "event": (),
    "news": (),
    "company": (),
}
STATES = {"published": {}, "draft": {"draft": True}, "embargoed": {"embargoed": True}}
LISTS = [
    "portal:home", "panels:theme-list", "panels:meeting-list", "panels:company-list", "ideas:idea-list",
    "ideas:recommendation-list", "ideas:synergy", "ideas:service-list", "initiatives:initiative-list",
    "events:event-list", "events:calendar", "portal:news-list", "portal:numbers", "portal:data",
]  # fmt: skip
# What was written while it was a draft, and taken out before it was published.
NEVER = "kladdeordlyd"


def marker(kind: str) -> str:
    """A word that stands in the texts of one kind of record and nowhere else, and is like no other."""
    return f"x{sha256(kind.encode()).hexdigest()[:16]}"


def make(states: dict[str, str]) -> dict:
    """A chain with one record of each kind, each with its marker and in its own state."""

    def of(kind: str) -> dict:
        return STATES[states[kind]]

    rows = {}
    rows["theme"] = theme = ThemeFactory(title=marker("theme"), **of("theme"))
    rows["decision"] = decision = DecisionFactory(title=marker("decision"), **of("decision"))
    rows["meeting"] = meeting = PanelMeetingFactory(theme=theme, title=marker("meeting"), **of("meeting"))
    named = {} if states["company"] == "published" else {"unnamed": True}
    rows["company"] = company = CompanyFactory(name=marker("company"), **named)
    AttendanceFactory(meeting=meeting, company=company)
    need = NeedFactory(name=marker("need"), slug="et-behov")
    rows["idea"] = idea = IdeaFactory(
        theme=theme, area=FocusAreaFactory(theme=theme), title=NEVER, summary=marker("need"), draft=True,
        meetings=[meeting], companies=[company], needs=[need],
    )  # fmt: skip
    publish(idea, "title", "idea", of("idea"), IdeaFactory)
    rows["service"] = service = ServiceFactory(
        name=marker("service"), summary=marker("need"), needs=[need], **of("service")
    )
    rows["answer"] = answer = AnswerFactory(
        idea=idea,
        decision=decision,
        outcome=Outcome.ALREADY_OFFERED,
        service=service,
        reason=NEVER,
        draft=True,
    )
    publish(answer, "reason", "answer", of("answer"), AnswerFactory)
    rows["assembly"] = assembly = AssemblyFactory(name=marker("assembly"), **of("assembly"))
    rows["recommendation"] = recommendation = RecommendationFactory(
        assembly=assembly, title=marker("recommendation"), **of("recommendation")
    )
    rows["overlap"] = OverlapFactory(
        idea=idea, recommendation=recommendation, reason=marker("overlap"), **of("overlap")
    )
    rows["initiative"] = initiative = InitiativeFactory(
        theme=theme, decision=decision, title=marker("initiative"), summary="Kort.", ideas=[idea], services=[service],
        recommendations=[recommendation], starts_on=date(2021, 10, 1), **of("initiative"),
    )  # fmt: skip
    MilestoneFactory(initiative=initiative, title=f"{marker('initiative')} milepæl", reached=True)
    ReadingFactory(
        indicator=IndicatorFactory(initiative=initiative, name=f"{marker('initiative')} indikator")
    )
    rows["event"] = event = EventFactory(
        theme=theme, title=marker("event"), initiatives=[initiative], **of("event")
    )
    speaker = SpeakerFactory(name=f"{marker('event')} taler")
    SessionFactory(event=event, title=f"{marker('event')} punkt", speakers=[speaker])
    ProposalFactory(event=event, title=f"{marker('event')} forslag")
    rows["news"] = NewsFactory(
        title=marker("news"),
        themes=[theme],
        ideas=[idea],
        initiatives=[initiative],
        events=[event],
        **of("news"),
    )
    return rows


def publish(row, field: str, kind: str, state: dict, factory) -> None:
    """Gives a draft its final text, and then its state, as staff do."""
    setattr(row, field, marker(kind))
    row.save()
    row.publish_at = (
        factory.build(**state).publish_at if kind != "idea" else DecisionFactory.build(**state).publish_at
    )
    row.save()


def shown(kind: str, states: dict[str, str]) -> bool:
    if kind == "need":  # it has no state of its own
        return shown("idea", states) or shown("service", states)
    return states[kind] == "published" and all(shown(parent, states) for parent in KINDS[kind])


def pages(rows: dict) -> list[str]:
    year = rows["theme"].year
    return [
        *map(reverse, LISTS),
        f"{reverse('ideas:idea-list')}?behov=et-behov",
        reverse("ideas:idea-print"),
        f"{reverse('ideas:short-list')}?huskeliste={rows['idea'].reference}",
        *(row.get_absolute_url().split("#")[0] for row in rows.values() if hasattr(row, "get_absolute_url")),
        reverse("initiatives:theme-answers", args=[year]),
        reverse("events:event-calendar", args=[rows["event"].slug]),
        *(reverse("portal:numbers-table", args=[name]) for name in ("tragt", "ideer", "initiativer", "indikatorer", "virkning", "virkning-aar")),
        *(f"/data/{slug}.{ending}" for slug in DATASETS for ending in ("csv", "json")),
        "/nyt.atom",
        "/sitemap.xml",
    ]  # fmt: skip


# Without shrinking: an example takes seconds, and the states are few enough to read as they are.
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)
@example(states=dict.fromkeys(KINDS, "published"))
@example(states=dict.fromkeys(KINDS, "embargoed"))
@given(states=st.fixed_dictionaries({kind: st.sampled_from(list(STATES)) for kind in KINDS}))
def test_nothing_hidden_shows_anywhere(states):
    with transaction.atomic():
        rows = make(states)
        check_pages(rows, states)
        check_search(states)
        check_counts(states)
        check_references()
        transaction.set_rollback(True)


def check_pages(rows, states) -> None:
    client = Client()
    seen = ""
    for address in pages(rows):
        response = client.get(address)
        assert response.status_code in (200, 404), address
        text = response.getvalue().decode().lower()
        assert NEVER not in text, address
        for kind in (*KINDS, "need"):
            assert shown(kind, states) or marker(kind).lower() not in text, (kind, address)
        seen += text
    for kind in (*KINDS, "need"):
        assert not shown(kind, states) or marker(kind).lower() in seen, kind


def check_search(states) -> None:
    client = Client()
    for kind in KINDS:
        found = client.get(reverse("portal:search"), {"q": marker(kind)}).context.get("hits")
        kinds_with_pages = set(KINDS) - {"answer", "overlap"}
        assert bool(found) == (shown(kind, states) and kind in kinds_with_pages), kind
        listed = client.get(reverse("ideas:idea-list"), {"q": marker(kind)}).context["found"].total
        assert listed == (kind == "idea" and shown("idea", states)), kind

    misspelt = f"{marker('need')}z"
    page = client.get(reverse("portal:search"), {"q": misspelt}).text.replace(misspelt, "")
    assert (marker("need") in page) == shown("need", states)


def check_counts(states) -> None:
    themes = list(Theme.objects.published().with_funnel().with_most_to_tell())
    if not shown("theme", states):
        assert themes == []
        return
    funnel, years, ideas, initiatives, indicators, areas = tables(themes, themes[0])
    visible = {kind: int(shown(kind, states)) for kind in KINDS}
    counted = [cell.value for cell in funnel.rows[0][1]]
    # A company counts where its meeting shows, named or not.
    assert counted == [
        visible["meeting"], visible["meeting"], visible["idea"], visible["answer"], visible["initiative"], 0,
    ]  # fmt: skip
    assert ideas.rows[-1][1][-1].value == visible["idea"]
    assert initiatives.rows[-1][1][0].value == visible["initiative"]
    assert len(indicators.rows) == visible["initiative"]
    for outcomes in (*areas.rows, *years.rows):
        assert outcomes[1][0].value == visible["initiative"] * visible["idea"]


def check_references() -> None:
    """No file of open data names a row that the other file has not got."""
    tables = {slug: list(dataset.read()) for slug, dataset in DATASETS.items()}
    for slug, dataset in DATASETS.items():
        for position, field in enumerate(dataset.fields):
            told = [row[position] for row in tables[slug] if field.refers and row[position] is not None]
            values = {each for value in told for each in (value if isinstance(value, list) else [value])}
            assert values <= {row[0] for row in tables.get(field.refers, ())}, (slug, field.name)
