"""The chain on an idea's page: each step leads to what it tells of."""

from datetime import date

import pytest

from ideas.models import Outcome
from tests.factories import AnswerFactory, IndicatorFactory, InitiativeFactory, ReadingFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("newest", [0, 1])
def test_the_outcome_leads_to_the_initiative_that_was_measured_last(client, newest):
    idea = AnswerFactory(outcome=Outcome.INITIATIVE).idea
    initiatives = InitiativeFactory.create_batch(2, theme=idea.theme, ideas=[idea])
    for place, initiative in enumerate(initiatives):
        on = date(2023 if place == newest else 2022, 3, 1)
        ReadingFactory(indicator=IndicatorFactory(initiative=initiative), value=place, read_on=on)
    outcome = client.get(idea.get_absolute_url()).context["chain"][-1]
    assert outcome.title == f"{newest} virksomheder"
    assert outcome.url == f"{initiatives[newest].get_absolute_url()}#maalinger"
