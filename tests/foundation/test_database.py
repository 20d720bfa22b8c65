"""The database is what the portal counts on."""

import sys

import pytest
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
