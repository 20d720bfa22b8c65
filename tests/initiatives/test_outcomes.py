"""Milestones and indicators."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.utils import timezone

from initiatives.models import Indicator, Initiative
from tests.factories import IndicatorFactory, InitiativeFactory, MilestoneFactory, ReadingFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("baseline", "target", "value", "share"),
    [
        (0, 40, 10, "0.25"),
        (0, 40, 50, "1.25"),
        (100, 60, 90, "0.25"),
        (100, 60, 110, "-0.25"),
        (None, 40, 10, None),
        (0, None, 10, None),
        (0, 40, None, None),
        (40, 40, 40, None),
    ],
)
def test_share_of_the_way_works_in_both_directions(baseline, target, value, share):
    indicator = Indicator(baseline=baseline, target=target)
    way = indicator.share_of_the_way(None if value is None else Decimal(value))
    assert way == (None if share is None else Decimal(share))


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
