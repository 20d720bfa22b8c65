from datetime import date
from decimal import Decimal

import factory

from erhvervspanel.foundation import danish
from initiatives.models import (
    Indicator,
    Initiative,
    InitiativeStatus,
    Milestone,
    Partner,
    Reading,
)
from tests.factories.panels import ThemeFactory
from tests.factories.rows import PublishableFactory, RecordFactory, links, next_number


class PartnerFactory(RecordFactory):
    name = factory.Sequence(lambda n: f"Samarbejdspartner {n + 1}")
    url = "https://example.org/"

    class Meta:
        model = Partner


class InitiativeFactory(PublishableFactory):
    """A running initiative; `partners`, `ideas`, `recommendations` and `services` take lists."""

    theme = factory.SubFactory(ThemeFactory)
    number = next_number("theme", "initiatives")
    title = factory.Sequence(lambda n: f"Initiativ {n + 1}")
    slug = factory.LazyAttribute(lambda initiative: danish.slugify(initiative.title))
    summary = "To sætninger om initiativet."
    unit = "Erhverv og Vækst"
    starts_on = date(2021, 9, 1)
    status = InitiativeStatus.RUNNING
    reviewed_on = date(2022, 1, 10)
    partners = links()
    ideas = links()
    recommendations = links()
    services = links()

    class Meta:
        model = Initiative


class MilestoneFactory(RecordFactory):
    """A milestone whose date has passed; `reached=True` was reached in time."""

    initiative = factory.SubFactory(InitiativeFactory)
    title = factory.Sequence(lambda n: f"Milepæl {n + 1}")
    due_on = date(2021, 12, 1)

    class Meta:
        model = Milestone

    class Params:
        reached = factory.Trait(reached_on=date(2021, 11, 24))


class IndicatorFactory(RecordFactory):
    initiative = factory.SubFactory(InitiativeFactory)
    name = factory.Sequence(lambda n: f"Indikator {n + 1}")
    unit = "virksomheder"
    baseline = Decimal(0)
    baseline_on = date(2021, 9, 1)
    target = Decimal(100)
    target_on = date(2022, 12, 31)

    class Meta:
        model = Indicator


class ReadingFactory(RecordFactory):
    """Readings of one indicator are a day apart unless told otherwise."""

    indicator = factory.SubFactory(IndicatorFactory)
    read_on = factory.Sequence(lambda n: date.fromordinal(date(2022, 1, 1).toordinal() + n))
    value = Decimal(25)
    source = "Optælling i kommunen"

    class Meta:
        model = Reading
