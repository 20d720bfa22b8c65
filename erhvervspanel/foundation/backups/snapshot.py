"""The database as it is at one moment, however long it takes to read it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from subprocess import PIPE

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from erhvervspanel.foundation.backups.programs import programs, where
from erhvervspanel.foundation.backups.sealing import CHUNK
from erhvervspanel.foundation.models import AttemptCount, AttemptSalt

# Those of nobody's extension, in nobody's system schema, and the ones that hold rows of their own.
TABLES = """
    SELECT format('%I.%I', space.nspname, class.relname), class.relname
    FROM pg_class AS class JOIN pg_namespace AS space ON space.oid = class.relnamespace
    WHERE class.relkind = 'r' AND space.nspname <> 'information_schema' AND space.nspname !~ '^pg_'
      AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = class.oid AND deptype = 'e')
    ORDER BY 1
"""


@dataclass(frozen=True)
class Snapshot:
    """One moment of the database.

    Attributes:
        name: what PostgreSQL calls it, for others who want to see the same.
        server: PostgreSQL's major version.
        size: what the database takes on disk, in bytes.
    """

    name: str
    at: datetime
    server: int
    size: int

    def tables(self) -> dict[str, int]:
        """How many rows of each table belong in a backup."""
        out = left_out()
        return {name: 0 if plain in out else count(name) for name, plain in tables()}

    def migrations(self) -> list[str]:
        """Those that have run, as »app.name«."""
        rows = MigrationRecorder.Migration.objects.order_by("app", "name")
        return [f"{row.app}.{row.name}" for row in rows]

    def dump(self) -> Iterator[bytes]:
        """What `pg_dump` makes of it, in its own format, without what no backup shall hold."""
        arguments = [
            "--format=custom",
            "--no-blobs",
            f"--snapshot={self.name}",
            "--lock-wait-timeout=60s",
            f"--dbname={where()}",
        ]
        arguments += [f'--exclude-table-data="{name}"' for name in left_out()]
        with programs(self.server).run("pg_dump", *arguments, stdout=PIPE) as process:
            while block := process.stdout.read(CHUNK):
                yield block


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """The database as it is now, for as long as the body lasts. What the body asks of the database, it sees there too."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot(), now(), pg_database_size(current_database())")
        name, at, size = cursor.fetchone()
        yield Snapshot(name, at, connection.pg_version // 10_000, size)


def tables() -> list[tuple[str, str]]:
    """The portal's tables: each by its full name, as `pg_dump` writes it, and by its own."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        return cursor.fetchall()


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 (quoted by PostgreSQL)
        return cursor.fetchone()[0]


def left_out() -> set[str]:
    """Tables whose rows no backup shall hold: log-ins that last, attempts and what they are hashed with, and caches."""
    sessions = apps.get_model("sessions", "Session")
    caches = {
        cache["LOCATION"] for cache in settings.CACHES.values() if cache["BACKEND"].endswith(".DatabaseCache")
    }
    return {model._meta.db_table for model in (sessions, AttemptCount, AttemptSalt)} | caches


def named_files(kinds: Iterable[type[models.Model]]) -> set[str]:
    """The names of the files that rows of `kinds` have in the storage."""
    fields = [
        (kind, field.name)
        for kind in kinds
        if kind._meta.managed and not kind._meta.proxy
        for field in kind._meta.local_concrete_fields
        if isinstance(field, models.FileField) and field.storage == default_storage
    ]
    return {
        name for kind, field in fields for name in kind._base_manager.values_list(field, flat=True) if name
    }
