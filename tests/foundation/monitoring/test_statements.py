"""Slow statements."""

import pytest
from django.db import connection

from erhvervspanel.foundation.monitoring.statements import watched
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


@pytest.mark.parametrize("most", [0, 60_000])
def test_others_are_not_told(settings, lines, most):
    settings.SLOW_QUERY_MS = most
    run("SELECT pg_sleep(0.005)")
    assert lines.texts == []


def test_nothing_is_watched_afterwards():
    before = list(connection.execute_wrappers)
    run("SELECT 1")
    assert connection.execute_wrappers == before
