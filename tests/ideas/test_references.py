"""The number or year that a page goes by: once the public has seen it, it stays."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests.factories import (
    AssemblyFactory,
    FocusAreaFactory,
    IdeaFactory,
    PanelMeetingFactory,
    RecommendationFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db

NUMBERED = {
    IdeaFactory: ("number", 99),
    PanelMeetingFactory: ("number", 99),
    RecommendationFactory: ("number", 99),
    ThemeFactory: ("year", 2030),
}


@pytest.mark.parametrize("factory", NUMBERED)
def test_what_has_been_public_keeps_its_address(factory):
    row = factory()
    name, other = NUMBERED[factory]
    held, address = getattr(row, name), row.get_absolute_url()
    for publish_at in (row.publish_at, None):
        row.publish_at = publish_at
        row.save()
        setattr(row, name, other)
        with pytest.raises(ValidationError, match=f"har været offentlig på adressen {address}"):
            row.full_clean()
        setattr(row, name, held)
        row.full_clean()


def test_what_a_number_is_counted_in_stays_too():
    meeting, recommendation = PanelMeetingFactory(), RecommendationFactory()
    meeting.theme, recommendation.assembly = ThemeFactory(), AssemblyFactory(slug="en-anden")
    for row in (meeting, recommendation):
        with pytest.raises(ValidationError, match="har været offentlig"):
            row.full_clean()


@pytest.mark.parametrize("state", ["draft", "embargoed"])
@pytest.mark.parametrize("factory", NUMBERED)
def test_what_nobody_has_seen_may_get_another(factory, state):
    row = factory(**{state: True})
    name, other = NUMBERED[factory]
    setattr(row, name, other)
    row.full_clean()


def test_an_embargo_that_was_called_off_has_shown_nothing():
    idea = IdeaFactory(publish_at=timezone.now() + timedelta(days=1))
    idea.publish_at = None
    idea.save()
    idea.number = 99
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        idea.full_clean()


def test_an_area_with_ideas_stays_in_its_theme():
    area, empty = IdeaFactory().area, FocusAreaFactory()
    area.theme = empty.theme = ThemeFactory()
    with pytest.raises(ValidationError, match="har ideer i sit tema"):
        area.full_clean()
    empty.full_clean()
