"""The database is what the portal counts on."""

import sys

import pytest
from django.core import checks
from django.db import connection
from django.db.backends.postgresql.psycopg_any import is_psycopg3


def test_the_driver_is_psycopg2():
    assert not is_psycopg3
    assert connection.Database.__name__ == "psycopg2"
    assert "psycopg" not in sys.modules


@pytest.mark.django_db
def test_letters_have_a_lower_case():
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower('ÆØÅ')")
        assert cursor.fetchone() == ("æøå",)


@pytest.fixture
def another_default():
    """The database begins transactions as REPEATABLE READ where nobody asks for something else."""
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = 'repeatable read'")
    connection.close()
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} RESET default_transaction_isolation")
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_transactions_are_read_committed_whatever_the_database_s_default_is(another_default):
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("read committed",)
    assert checks.run_checks(tags=[checks.Tags.database], databases=["default"]) == []


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_lost_the_level_on_its_way_is_found():
    """As behind a pooler that does not pass on what a connection starts with."""
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_isolation = 'repeatable read'")
    found = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    connection.close()
    assert [(each.id, each.msg) for each in found] == [
        (
            "erhvervspanel.E008",
            "Databasens transaktioner er REPEATABLE READ og ikke READ COMMITTED: Pladser ville blive givet væk to gange.",
        )
    ]
