"""The sample programme: that it holds what is publicly known, that it is whole, and that it passes nothing off as fact."""

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.db.models import Count, Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from erhvervspanel.portal.management.commands.load_programme import SAMPLE
from erhvervspanel.portal.models import News
from erhvervspanel.portal.programme import load_programme
from erhvervspanel.portal.programme.sections import SECTIONS
from events.models import Event, SessionKind, Speaker
from ideas.models import Answer, Idea, Overlap, Recommendation, Service, Status
from initiatives.models import Indicator, Initiative, InitiativeStatus
from panels.models import Company, Decision, FocusArea, Need, PanelMeeting, Theme

DANISH = ZoneInfo("Europe/Copenhagen")


@pytest.fixture(scope="module", autouse=True)
def _sample(django_db_setup, django_db_blocker):
    """Loads the sample once for all tests here, as none of them changes a row."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_programme(SAMPLE[0])
        yield
        transaction.set_rollback(True)


def test_the_numbers_are_those_on_record():
    theme = Theme.objects.published().with_funnel().get()
    assert (
        theme.company_count,
        theme.meeting_count,
        theme.idea_count,
        theme.treated_count,
        theme.initiative_count,
    ) == (100, 3, 40, 40, 9)
    assert list(theme.ideas.order_by("number").values_list("number", flat=True)) == list(range(1, 41))
    assert Answer.objects.published().count() == 40
    assert Company.objects.count() == 100
    assert [recommendation.number for recommendation in Recommendation.objects.published()] == [
        1, 2, 3, 4, 5, 6, 7,
    ]  # fmt: skip


def test_the_minutes_count_the_needs_and_the_ideas_that_the_pages_show():
    second = PanelMeeting.objects.get(number=2)
    assert (
        f"de {Need.objects.count() - 1} behov fra det første møde" in second.minutes
    )  # one was told apart then
    assert f"i {Need.objects.count() - 1} emner" in PanelMeeting.objects.get(number=1).minutes


def test_the_theme_is_the_one_on_record():
    theme = Theme.objects.get()
    assert (theme.year, theme.year_decided) == (2021, 2020)
    assert theme.title == "Grøn omstilling og bæredygtig udvikling"
    assert "erhvervspanelmøderne" in theme.introduction
    assert [area.name for area in theme.focus_areas.order_by("position")] == [
        "Grøn vejledning",
        "Grønne støttemuligheder",
        "Grøn videndeling",
        "Grøn inklusion",
        "Grøn infrastruktur",
    ]


def test_the_conference_is_the_one_on_record():
    conference = Event.objects.published().get(slug="baeredygtighedskonference-2021")
    cafes = conference.sessions.filter(kind=SessionKind.CAFE)
    assert conference.starts_at == datetime(2021, 9, 27, 17, tzinfo=DANISH)
    assert conference.ends_at == datetime(2021, 9, 27, 20, tzinfo=DANISH)
    assert conference.venue.full_address == "Nærum Hovedgade 30, 2850 Nærum"
    assert "Mere end 200 deltog" in conference.outcome
    assert cafes.count() >= 6
    assert len({cafe.room for cafe in cafes}) == cafes.count()
    assert all(cafe.capacity for cafe in cafes)
    # That there were 74 is on record; which they were is not.
    assert "74 forslag" in conference.outcome
    assert conference.proposals.count() >= 6
    assert all(proposal.is_example for proposal in conference.proposals.all())


def test_every_idea_is_whole():
    ideas = Idea.objects.annotate(
        meeting_count=Count("meetings", distinct=True),
        company_count=Count("companies", distinct=True),
        need_count=Count("needs", distinct=True),
        answer_count=Count("answers", distinct=True),
    )
    assert not ideas.exclude(meeting_count__gte=1, company_count__gte=1, need_count__gte=1).exists()
    assert not ideas.exclude(answer_count=1).exists()
    assert not ideas.filter(
        Q(summary="") | Q(need="") | Q(proposal="") | Q(beneficiaries="") | Q(addressee="") | Q(goals=[])
    ).exists()


def test_every_answer_has_outcome_reason_and_office():
    assert not Answer.objects.filter(Q(outcome="") | Q(reason="") | Q(office="")).exists()


def test_an_answer_that_promises_an_initiative_has_one():
    promised = Idea.objects.filter(answers__outcome="initiative")
    linked = Idea.objects.filter(initiatives__isnull=False).distinct()
    assert set(promised) == set(linked)
    assert linked.count() == 18


def test_the_ideas_show_every_status_but_waiting():
    shown = set(Idea.objects.with_status().values_list("status", flat=True))
    assert shown == set(Status) - {Status.AWAITING, Status.SPLIT}


def test_every_overlap_has_a_reason():
    assert Overlap.objects.exists()
    assert not Overlap.objects.filter(reason="").exists()


def test_every_initiative_is_whole():
    initiatives = Initiative.objects.annotate(
        idea_count=Count("ideas", distinct=True), milestone_count=Count("milestones", distinct=True)
    )
    for initiative in initiatives:
        assert initiative.idea_count == 2, initiative
        assert initiative.decision.slug == "behandling-af-40-ideer", initiative
        assert 3 <= initiative.milestone_count <= 5, initiative
        assert initiative.indicators.exists(), initiative
        assert initiative.partners.exists(), initiative
    assert set(initiatives.values_list("status", flat=True)) == set(InitiativeStatus)


def test_every_indicator_has_baseline_target_and_readings():
    indicators = Indicator.objects.annotate(reading_count=Count("readings"))
    assert not indicators.filter(
        Q(baseline=None) | Q(baseline_on=None) | Q(target=None) | Q(target_on=None)
    ).exists()
    assert not indicators.exclude(reading_count__gte=1).exists()
    assert set(indicators.values_list("direction", flat=True)) == {"up", "down"}


def test_one_walk_goes_from_the_theme_to_a_measured_outcome():
    theme = Theme.objects.published().get(year=2021)
    idea = theme.ideas.published().get(number=7)
    answer = idea.answers.published().get()
    initiative = idea.initiatives.published().get()
    indicator = initiative.indicators.with_latest().first()
    assert idea.title == "Lettere adgang til rådgivning fra forskere og studerende"
    assert answer.decision == initiative.decision
    assert initiative.slug == "en-indgang-til-viden"
    assert indicator.latest_value > indicator.baseline


def test_no_answer_of_2021_points_to_what_came_later():
    later = Answer.objects.filter(service__slug__in=("smv-groen", "virksomhedsguiden"))
    named = Answer.objects.filter(Q(reason__contains="SMV:Grøn") | Q(reason__contains="Virksomhedsguiden"))
    assert not later.exists()
    assert not named.exists()


def test_what_is_told_of_an_idea_and_of_the_initiatives_agrees():
    overlap = Overlap.objects.get(idea__number=32)
    answer = Answer.objects.get(idea__number=32)
    assert overlap.kind == "overlaps"
    assert "Kommunen kan ikke betale for en bus" in answer.reason
    assert "kommunen ikke kan betale for en bus" in overlap.reason
    assert Initiative.objects.filter(status=InitiativeStatus.PLANNED).exists()
    assert "sat i gang" not in Theme.objects.get().summary


def test_some_needs_have_no_service():
    uncovered = Need.objects.filter(services__isnull=True).values_list("slug", flat=True)
    assert set(uncovered) == {"groenne-indkoeb", "lokaler", "transport"}


def test_only_what_is_on_record_is_no_example():
    facts = {
        (section.model.__name__, str(getattr(row, section.key)))
        for section in SECTIONS
        for row in section.model._default_manager.filter(is_example=False)
    }
    assert facts == {
        ("Theme", "2021"),
        ("Need", "raadgivning"),
        ("Need", "ansoegninger"),
        ("Need", "forskning-og-studerende"),
        ("Need", "arbejdskraft"),
        ("Need", "ivaerksaetteri"),
        ("Service", "erhvervshus-hovedstaden"),
        ("Service", "virksomhedsguiden"),
        ("Service", "smv-groen"),
        ("Service", "erhvervspuljen"),
        ("Service", "baeredygtig-bundlinje"),
        ("Assembly", "borgersamling"),
        ("Partner", "Erhvervshus Hovedstaden"),
        ("Partner", "Uddannelsesinstitutioner i regionen"),
        ("Venue", "Nærum Gymnasium"),
        ("Speaker", "Jens Ive"),
    }


def test_what_a_speaker_does_reads_on_from_the_name():
    assert [speaker for speaker in Speaker.objects.exclude(role="") if speaker.role[0].isupper()] == []


def test_what_is_nested_is_an_example():
    sections = [child for section in SECTIONS for child in section.children]
    sections += [child for section in sections for child in section.children]
    for section in sections:
        assert not section.model._default_manager.filter(is_example=False).exists(), section.name


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.name)
def test_a_fact_names_its_source(section):
    assert not section.model._default_manager.filter(is_example=False, provenance="").exists()


@pytest.mark.parametrize("model", [Idea, Initiative, Event, PanelMeeting, Decision, Recommendation])
def test_an_example_with_a_page_says_what_is_made_up(model):
    assert not model.objects.filter(provenance="").exists()


def test_a_second_load_writes_nothing():
    with CaptureQueriesContext(connection) as queries:
        load_programme(SAMPLE[0])
    assert [
        query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    ] == []
    assert len(queries) < 95


def test_what_is_an_example_says_so_wherever_it_is_listed(client):
    listed = (Event, Idea, Initiative, News, PanelMeeting, Service)
    examples = [thing for model in listed for thing in model.objects.published().filter(is_example=True)]
    addresses = {thing.get_absolute_url() for thing in examples} | {
        service.url for service in examples if isinstance(service, Service)
    }
    catalogue = f"{reverse('ideas:idea-list')}?tema=2021&amp;omraade="
    addresses |= {f"{catalogue}{area.slug}" for area in FocusArea.objects.filter(is_example=True)}
    pages = [
        thing for model in (Theme, *listed) if model is not Service for thing in model.objects.published()
    ]
    unmarked = {
        (thing.get_absolute_url(), address)
        for thing in pages
        for address, entry in listed_on(client.get(thing.get_absolute_url()).text)
        if address in addresses and "example-mark" not in entry
    }
    assert examples
    assert unmarked == set()


def listed_on(page: str) -> Iterator[tuple[str, str]]:
    """The first address in each entry of the page's lists, and the entry. What leads on to other pages is no list."""
    main = re.sub(r"<nav.*?</nav>", "", page.partition("<main")[2], flags=re.DOTALL)
    for entry in re.findall(
        r'<(?:li|dd)(?: class="(?:card|signpost)[^>]*)?>((?:(?!<li).)*?)</(?:li|dd)>', main, re.DOTALL
    ):
        if address := re.search(r'href="([^"]*)"', entry):
            yield address[1], entry
