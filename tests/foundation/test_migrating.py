"""Migrating while the tables are in use."""

import contextlib
import io
import os
import threading
import time

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

from erhvervspanel.foundation.management.commands.migrate import ALONE

pytestmark = pytest.mark.django_db(transaction=True)
BACK = ("migrate", "foundation", "0002")  # drops a column of the mails, for which nobody may be at them
WITHIN = 60  # seconds


@contextlib.contextmanager
def somebody(*statements: str):
    """Another connection to the test's database, which has begun a transaction with `statements`."""
    name = connection.settings_dict["NAME"]
    with contextlib.closing(
        psycopg2.connect(os.environ["DATABASE_URL"].replace("/erhvervspanel?", f"/{name}?"))
    ) as other:
        for statement in statements:
            other.cursor().execute(statement)
        yield other


class Migrating(threading.Thread):
    """`migrate` beside the test."""

    def __init__(self, *command: str, **options):
        super().__init__()
        self.command, self.options, self.told, self.error = command, options, io.StringIO(), None
        self.start()

    def run(self) -> None:
        try:
            call_command(*self.command, verbosity=0, stderr=self.told, **self.options)
        except CommandError as error:
            self.error = error
        finally:
            connections.close_all()

    def until(self, is_so) -> None:
        deadline = time.monotonic() + WITHIN
        while not is_so():
            assert time.monotonic() < deadline, self.told.getvalue()
            time.sleep(0.02)


@pytest.fixture(autouse=True)
def as_it_was():
    yield
    call_command("migrate", "foundation", verbosity=0)


def test_a_migration_that_waits_lets_others_pass_and_is_done_in_the_end():
    with somebody("SELECT count(*) FROM foundation_outgoingmail") as reader:
        migrating = Migrating(*BACK, lock_timeout=0.2)
        migrating.until(lambda: "En tabel er i brug. Prøver igen om lidt." in migrating.told.getvalue())
        with somebody("SET lock_timeout = '30s'", "SELECT count(*) FROM foundation_outgoingmail"):
            assert migrating.is_alive()
        reader.rollback()
        migrating.join(WITHIN)
    assert migrating.error is None
    assert not is_applied("0003_unsubscribing")
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


def test_a_migration_that_never_comes_to_says_so_and_has_changed_nothing():
    with somebody("SELECT count(*) FROM foundation_outgoingmail"):
        migrating = Migrating(*BACK, lock_timeout=0.1, tries=2)
        migrating.join(WITHIN)
    assert str(migrating.error).startswith("En tabel var i brug hele tiden, så migreringen kom ikke til.")
    assert is_applied("0003_unsubscribing")


def is_applied(name: str) -> bool:
    return MigrationRecorder.Migration.objects.filter(app="foundation", name=name).exists()


def test_two_who_migrate_go_one_after_the_other():
    with somebody(f"SELECT pg_advisory_lock({ALONE})") as other:
        migrating = Migrating(*BACK)
        migrating.join(1)
        assert migrating.is_alive()
        other.cursor().execute(f"SELECT pg_advisory_unlock({ALONE})")
        migrating.join(WITHIN)
    assert not migrating.is_alive()
    assert migrating.error is None


@pytest.mark.parametrize("options", [{"tries": 0}, {"lock_timeout": 0}])
def test_no_try_at_all_is_refused(options):
    with pytest.raises(CommandError, match="--tries skal være mindst 1"):
        call_command("migrate", verbosity=0, **options)


def test_a_database_that_is_too_old_is_refused_with_what_to_do():
    old = MigrationRecorder.Migration.objects.filter(app="ideas").exclude(name="0001_initial")
    rows = list(old.values("app", "name", "applied"))
    old.delete()
    try:
        with pytest.raises(CommandError, match="Databasen er ældre, end denne udgave kan føre videre"):
            call_command("migrate", verbosity=0)
    finally:
        MigrationRecorder.Migration.objects.bulk_create(MigrationRecorder.Migration(**row) for row in rows)
