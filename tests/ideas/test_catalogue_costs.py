"""What the catalogue reads where there are very many ideas."""

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation.prepared import spelt_out
from ideas.models import Idea
from tests.factories import AnswerFactory, FocusAreaFactory, ThemeFactory
from tests.plans import plan_of, rows_read

pytestmark = pytest.mark.django_db
THEMES, OF_EACH = 20, 500
FILTERED = (
    {},
    {"tema": "2040"},
    {"status": "senere"},
    {"status": "afventer"},
    {"status": "senere", "tema": "2040"},
)
SORTED = ({"sortering": "titel"}, {"sortering": "senest"})


@pytest.fixture
def many():
    """10,000 public ideas in as many themes as it takes, a few of them answered."""
    now = timezone.now()
    for number in range(THEMES):
        area = FocusAreaFactory(theme=ThemeFactory(year=2030 + number))
        Idea.objects.bulk_create(
            Idea(
                theme=area.theme, area=area, number=nth, title=f"Forslag {nth * 7919 % OF_EACH}", summary="-",
                need="-", proposal="-", goals=[nth % 17 + 1], publish_at=now,
            )
            for nth in range(1, OF_EACH + 1)
        )  # fmt: skip
    AnswerFactory.create_batch(5, outcome="later")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def test_a_page_of_very_many_ideas_costs_little(client, many, subtests):
    """One test, as it takes long to write so many.

    How many a filter reads is left to PostgreSQL, which may well read all of 10,000 at a go; what it expects to spend is not to be
    more than that takes. It tells it in reads of a page, and expected 60 for each idea when two tables were asked of each.
    """
    statements = []

    def note(execute, sql, parameters, *others):
        if "ideas_idea" in spelt_out(sql):
            statements.append((sql, parameters))
        return execute(sql, parameters, *others)

    def plans(asked):
        statements.clear()
        with connection.execute_wrapper(note):
            assert client.get(reverse("ideas:idea-list"), asked).status_code == 200
        assert len(statements) > 1
        return [plan_of(*statement) for statement in statements]

    for asked in FILTERED:
        with subtests.test(str(asked)):
            assert max(plan["Total Cost"] for plan in plans(asked)) < 10 * THEMES * OF_EACH
    for asked in SORTED:
        with subtests.test(str(asked)):
            assert max(rows_read(plan, "ideas_idea") for plan in plans(asked)) < THEMES * OF_EACH / 2
