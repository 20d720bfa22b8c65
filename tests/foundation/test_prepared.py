"""What is asked for again is prepared by the server, and gives what it gave before."""

import pytest
from django.db import NotSupportedError, connection, transaction

from erhvervspanel.foundation import prepared
from erhvervspanel.foundation.composed import Composed, Given
from panels.models import Need
from tests.factories import NeedFactory


def named() -> Composed:
    """The needs of a name."""
    return Composed(lambda name: Need.objects.filter(name=name).order_by("pk"))


def on_the_server() -> set[str]:
    """What this connection has the server keep, but for what others prepared before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE statement LIKE '%%panels_need%%'", [])
        return {name for (name,) in cursor.fetchall()}


@pytest.fixture(autouse=True)
def nothing_kept(db):
    connection.ensure_connection()
    prepared.forget(connection)


def test_the_second_time_it_is_prepared_and_no_more_often():
    need, statement = NeedFactory(name="Energi"), named()
    seen = []
    for _ in range(4):
        assert statement(name="Energi") == [need]
        seen.append(len(on_the_server()))
    assert seen == [0, 1, 1, 1]


def test_what_hangs_on_its_values_is_planned_each_time():
    need = NeedFactory(name="Energi")
    statement = Composed(lambda name: Need.objects.filter(name=name), planned_once=False)
    assert [statement(name="Energi") for _ in range(3)] == [[need]] * 3
    assert on_the_server() == set()


def test_values_are_values_whatever_is_in_them():
    odd = "%s $1 '); DROP TABLE ideas_idea; -- \\ \" æøå"
    need, statement = NeedFactory(name=odd), named()
    assert [statement(name=odd) for _ in range(3)] == [[need]] * 3
    assert statement(name="%s") == []


def test_values_of_the_statement_itself_are_its_own():
    """A constant that looks like a place is none."""
    need = NeedFactory(name="$1", slug="100-%s")
    statement = Composed(lambda: Need.objects.filter(name="$1", slug="100-%s", pk=Given("key")))
    assert [statement(key=need.pk) for _ in range(3)] == [[need]] * 3


def test_the_least_used_make_room(monkeypatch):
    monkeypatch.setattr(prepared, "MOST_KEPT", 2)

    def beyond(key: int) -> Composed:
        return Composed(lambda name: Need.objects.filter(name=name, pk__gt=key))

    statements = [beyond(key) for key in range(3)]
    for statement in [*statements, *statements]:
        assert statement(name="Energi") == []
    assert on_the_server() == {statement.kept.prepared.name for statement in statements[1:]}
    assert statements[0](name="Energi") == []
    assert on_the_server() == {statements[2].kept.prepared.name, statements[0].kept.prepared.name}


def test_a_new_connection_prepares_anew(transactional_db):
    need, statement = NeedFactory(name="Energi"), named()
    assert [statement(name="Energi") for _ in range(2)] == [[need]] * 2
    connection.close()
    assert statement(name="Energi") == [need]
    assert len(on_the_server()) == 1


@pytest.fixture
def widened(transactional_db):
    """Makes a column wider, as a migration does that runs while the portal serves."""

    def widen():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE panels_need ALTER COLUMN slug TYPE text")

    column = Need._meta.get_field("slug")
    yield widen
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE panels_need ALTER COLUMN slug TYPE {column.db_type(connection)}")


def test_a_migration_under_way_stops_nobody(widened):
    need, statement = NeedFactory(name="Energi"), named()
    assert [statement(name="Energi") for _ in range(2)] == [[need]] * 2
    widened()
    assert [statement(name="Energi") for _ in range(3)] == [[need]] * 3
    assert len(on_the_server()) == 1


def test_a_transaction_that_a_migration_has_broken_says_so(widened):
    """What was done in it is lost, so it cannot go on as if nothing were."""
    NeedFactory(name="Energi")
    statement = named()
    for _ in range(2):
        statement(name="Energi")
    widened()
    with pytest.raises(NotSupportedError), transaction.atomic():
        statement(name="Energi")
