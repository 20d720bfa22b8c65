"""What the factories of all apps share: published by default, a number of its own, and linked rows."""

from datetime import timedelta

import factory
from django.db.models import Max
from django.utils import timezone


class RecordFactory(factory.django.DjangoModelFactory):
    """A row that is no page of its own."""

    class Meta:
        abstract = True

    @classmethod
    def _after_postgeneration(cls, row, create, results=None):
        """Links what was given. The history tells of all links at once: a version for each field takes most of a test's time."""
        given = [(name, rows) for name, rows in (results or {}).items() if create and rows]
        for name, rows in given[:-1]:
            row.skip_history_when_saving = True
            getattr(row, name).set(rows)
            del row.skip_history_when_saving
        for name, rows in given[-1:]:
            getattr(row, name).set(rows)


class PublishableFactory(RecordFactory):
    """A row that the public sees; `draft=True` or `embargoed=True` hides it."""

    publish_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))

    class Meta:
        abstract = True

    class Params:
        draft = factory.Trait(publish_at=None)
        embargoed = factory.Trait(publish_at=factory.LazyFunction(lambda: timezone.now() + timedelta(days=7)))


def links():
    """A many-to-many field that takes rows as `name=[…]`."""
    return factory.PostGeneration(lambda row, create, given, **_: given)


def next_number(parent: str, rows: str, field: str = "number"):
    """The number after the highest that `parent` has among its `rows`; 1 where it has none.

    No sequence: that would run on from test to test and one day meet a number that a test gives itself.
    """

    def number(row):
        owner = getattr(row, parent)
        return following(getattr(owner, rows), field, first=1) if owner.pk else 1

    return factory.LazyAttribute(number)


def following(rows, field: str, *, first: int) -> int:
    """One more than the highest `field` of `rows`, or `first`."""
    return (rows.aggregate(highest=Max(field))["highest"] or first - 1) + 1
