"""Milestones and indicators."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from initiatives.models import Indicator, Initiative
from initiatives.models.indicator import Rollup
from initiatives.views import last_day
from tests.factories import (
    IdeaFactory,
    IndicatorFactory,
    InitiativeFactory,
    MilestoneFactory,
    ReadingFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("direction", "baseline", "target", "value", "share"),
    [
        ("up", 0, 40, 10, "0.25"),
        ("up", 0, 40, 50, "1.25"),
        ("down", 100, 60, 90, "0.25"),
        ("down", 100, 60, 110, "-0.25"),
        ("up", None, 40, 10, None),
        ("up", 0, None, 10, None),
        ("up", 0, 40, None, None),
        ("up", 40, 40, 40, None),
        ("up", 15, 5, 4, None),
    ],
)
def test_share_of_the_way_works_in_both_directions(direction, baseline, target, value, share):
    indicator = Indicator(direction=direction, baseline=baseline, target=target)
    way = indicator.share_of_the_way(None if value is None else Decimal(value))
    assert way == (None if share is None else Decimal(share))


@pytest.mark.parametrize(
    ("direction", "target", "value", "is_reached"),
    [
        ("up", 5, 5, True),
        ("up", 5, 4, False),
        ("down", 5, 4, True),
        ("down", 5, 6, False),
        ("down", None, 4, False),
        ("down", 5, None, False),
    ],
)
def test_a_target_is_reached_by_the_direction_without_a_baseline_too(direction, target, value, is_reached):
    indicator = Indicator(direction=direction, target=target)
    rollup = Rollup()
    indicator.latest_value, indicator.latest_is_example = value, False
    rollup.add(indicator)
    assert (rollup.reached, rollup.percent) == (is_reached, None)


@pytest.mark.parametrize(
    ("value", "percent"), [(994, 99), (996, 99), (1000, 100), (1004, 100), (5, 0), (15, 2)]
)
def test_what_is_short_of_the_target_never_reads_as_reached(client, value, percent):
    indicator = IndicatorFactory(baseline=0, target=1000)
    ReadingFactory(indicator=indicator, value=value)
    page = client.get(indicator.initiative.get_absolute_url()).text
    assert f"<dt>På vej mod målet</dt><dd>{percent} %</dd>" in page
    rollup = Rollup()
    rollup.add(Indicator.objects.with_latest().get())
    assert (rollup.reached, rollup.percent) == (value >= 1000, percent)


@pytest.mark.parametrize(("direction", "side"), [("up", "over"), ("down", "under")])
def test_a_target_lies_in_the_direction_that_is_better(direction, side):
    lower, higher = sorted((5, 15), reverse=direction == "down")
    Indicator(direction=direction, baseline=lower, target=higher).clean()
    Indicator(direction=direction, baseline=lower, target=lower).clean()
    Indicator(direction=direction, target=lower).clean()
    with pytest.raises(ValidationError, match=f"målet skal ligge {side} udgangspunktet"):
        Indicator(direction=direction, baseline=higher, target=lower).clean()


def test_the_latest_reading_is_the_newest_day_not_the_last_typed():
    indicator = IndicatorFactory()
    ReadingFactory(indicator=indicator, read_on=date(2024, 5, 1), value=9)
    ReadingFactory(indicator=indicator, read_on=date(2023, 5, 1), value=4)
    latest = Indicator.objects.with_latest().get()
    assert (latest.latest_value, latest.latest_on) == (Decimal(9), date(2024, 5, 1))


def test_one_reading_a_day():
    reading = ReadingFactory()
    with pytest.raises(IntegrityError, match="reading_once_a_day"):
        ReadingFactory(indicator=reading.indicator, read_on=reading.read_on)


def test_progress_is_counted_from_milestones():
    initiative = InitiativeFactory()
    MilestoneFactory(initiative=initiative, reached=True)
    MilestoneFactory.create_batch(2, initiative=initiative)
    listed = Initiative.objects.for_list().get()
    assert (listed.reached_count, listed.milestone_count) == (1, 3)


def test_what_is_over_ended_with_its_last_reached_milestone_or_where_it_began(client):
    theme, starts_on = ThemeFactory(), date(2021, 9, 1)
    InitiativeFactory(theme=theme, starts_on=starts_on)
    InitiativeFactory(theme=theme, starts_on=starts_on, status="stopped")
    delivered = InitiativeFactory(theme=theme, starts_on=starts_on, status="delivered")
    MilestoneFactory(initiative=delivered, reached_on=date(2021, 11, 24))
    page = client.get(reverse("initiatives:initiative-list"))
    ends = [last_day(each) for each in page.context["initiatives"]]
    assert ends == [None, starts_on, date(2021, 11, 24)]
    assert page.context["chart"].count("chart__bar--open") == 1


@pytest.mark.parametrize(("status", "is_plan"), [("planned", True), ("stopped", True), ("running", False)])
def test_a_period_is_a_plan_until_somebody_says_that_it_has_begun(client, status, is_plan):
    initiative = InitiativeFactory(starts_on=date(2021, 9, 1), status=status)
    assert ("Planlagt periode" in client.get(initiative.get_absolute_url()).text) == is_plan
    listed = client.get(reverse("initiatives:initiative-list")).text
    assert ("1. september 2021 (planlagt)" in listed) == is_plan


def test_the_bar_of_what_was_stopped_is_no_success(client):
    initiative = InitiativeFactory(status="stopped", ideas=[IdeaFactory()])
    MilestoneFactory(initiative=initiative, reached=True)
    pages = (
        initiative.get_absolute_url(),
        initiative.theme.get_absolute_url(),
        initiative.ideas.get().get_absolute_url(),
        reverse("initiatives:initiative-list"),
    )
    stopped = [client.get(page).text.count('"progress progress--stopped"') for page in pages]
    initiative.status = "running"
    initiative.save()
    running = [client.get(page).text.count('"progress progress--stopped"') for page in pages]
    assert (stopped, running) == ([1] * 4, [0] * 4)


def test_a_milestone_is_late_after_its_day_until_it_is_reached():
    today = timezone.localdate()
    assert MilestoneFactory(due_on=today - timedelta(days=1), reached_on=None).is_late
    assert not MilestoneFactory(due_on=today, reached_on=None).is_late
    assert not MilestoneFactory(due_on=today - timedelta(days=1), reached_on=today).is_late


@pytest.mark.parametrize("status", ["delivered", "stopped"])
def test_a_milestone_of_what_is_over_was_not_reached(client, status):
    milestone = MilestoneFactory(initiative__status=status)
    page = client.get(milestone.initiative.get_absolute_url())
    assert not milestone.is_late
    assert [item["state_text"] for item in page.context["milestones"]] == ["Ikke nået"]


@pytest.mark.parametrize(
    ("factory", "name"),
    [(ReadingFactory, "read_on"), (MilestoneFactory, "reached_on")],
    ids=["reading", "milestone"],
)
def test_nothing_is_measured_or_reached_on_a_day_to_come(factory, name):
    row = factory(**{name: timezone.localdate()})
    row.full_clean()
    setattr(row, name, timezone.localdate() + timedelta(days=1))
    with pytest.raises(ValidationError, match="Dagen er ikke kommet endnu") as refused:
        row.full_clean()
    assert list(refused.value.message_dict) == [name]
