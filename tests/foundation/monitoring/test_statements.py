"""Slow statements."""

import pytest
from django.db import connection
from django.db.models import Func, TextField

from erhvervspanel.foundation.composed import Composed
from erhvervspanel.foundation.monitoring.statements import watched
from panels.models import Need
from tests.factories import NeedFactory
from tests.foundation.monitoring.lines import written

pytestmark = pytest.mark.django_db
LOGGER = "erhvervspanel.foundation.monitoring.statements"


@pytest.fixture
def lines():
    with written(LOGGER) as lines:
        yield lines


def run(statement: str, *values) -> None:
    with watched(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_a_slow_statement_is_told_without_its_values(settings, lines):
    settings.SLOW_QUERY_MS = 1
    run("SELECT pg_sleep(0.005),\n  %s", "Åse Østergård")
    line = lines.only
    assert line.pop("ms") >= 5
    assert line == {
        "level": "warning",
        "logger": LOGGER,
        "event": "Langsom forespørgsel til databasen",
        "statement": "SELECT pg_sleep(0.005), %s",
        "database": "default",
    }


def test_what_was_prepared_is_spelt_out(settings, lines):
    statement = Composed(
        lambda name: Need.objects.annotate(
            slept=Func(0.005, function="pg_sleep", output_field=TextField())
        ).filter(name=name)
    )
    NeedFactory(name="Energi")
    statement("Energi")
    settings.SLOW_QUERY_MS = 1
    with watched():
        statement("Energi")
    told = lines.only["statement"]
    assert 'FROM "panels_need"' in told
    assert "Energi" not in told


@pytest.mark.parametrize("most", [0, 60_000])
def test_others_are_not_told(settings, lines, most):
    settings.SLOW_QUERY_MS = most
    run("SELECT pg_sleep(0.005)")
    assert lines.texts == []


def test_nothing_is_watched_afterwards():
    before = list(connection.execute_wrappers)
    run("SELECT 1")
    assert connection.execute_wrappers == before
