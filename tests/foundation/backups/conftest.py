"""Databases of our own on the tests' server: one that is full, and others to restore into."""

import contextlib
import os
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path
from urllib.parse import SplitResult, urlsplit, urlunsplit

import psycopg2
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import override_settings
from django.test.utils import setup_databases, teardown_databases

from erhvervspanel.foundation.backups import make_backup, media
from tests.foundation.backups.world import World, fill

KEY, OTHER_KEY = (b64encode(sha256(name).digest()).decode() for name in (b"ours", b"another"))
OWNER = "backups_owner"  # no superuser, as production's role is none
FILES = {
    "materialer/Dagsorden – æøå.txt": "Punkt 1: Bæredygtighed".encode(),
    "materialer/tom.bin": b"",
    "billeder/2021/stor.bin": bytes(range(256)) * 3000,
}
numbers = count(1)


@dataclass(frozen=True)
class Server:
    """The tests' PostgreSQL, and the database of theirs that is made anew by each run."""

    url: SplitResult
    migrated: str

    def run(self, statement: str) -> None:
        self.run_at(self.url, statement)

    def run_in(self, name: str, statement: str) -> None:
        """Runs `statement` in the database `name`, as somebody else would."""
        self.run_at(urlsplit(self.address(name, self.url.username)), statement)

    def run_at(self, url: SplitResult, statement: str) -> None:
        with contextlib.closing(psycopg2.connect(urlunsplit(url))) as admin:
            admin.autocommit = True
            admin.cursor().execute(statement)

    def address(self, name: str, user: str = OWNER) -> str:
        host = self.url.netloc.rpartition("@")[2]
        return urlunsplit(self.url._replace(netloc=f"{user}@{host}", path=f"/{name}"))

    @contextlib.contextmanager
    def database(self, clause: str) -> Iterator[str]:
        """A database of its own, there while the body lasts."""
        name = f"{self.migrated}_{next(numbers)}"
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.run(f"CREATE DATABASE {name} {clause}")
        yield name
        self.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def using(name: str, user: str) -> Iterator[None]:
    """Django uses the database `name` as `user` while the body lasts."""
    was = {key: connection.settings_dict[key] for key in ("NAME", "USER")}
    connection.close()
    connection.settings_dict.update(NAME=name, USER=user)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(was)


@dataclass(frozen=True)
class Source:
    """A portal, and a backup of it.

    Attributes:
        database: its name. It is there to be copied; nobody may change it.
        backup: a file in a folder of its own, without a list of erasures.
        rows: the fingerprint of the database.
    """

    database: str
    backup: Path
    rows: dict[str, str]
    world: World


def fingerprint() -> dict[str, str]:
    """All rows of each table, and where each sequence stands, as a digest, in the database that Django uses now."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, CASE relkind WHEN 'S' THEN '(last_value, is_called)' ELSE 'each' END FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')"
        )
        for name, told in cursor.fetchall():
            cursor.execute(
                f"SELECT count(*) || ' ' || md5(coalesce(string_agg(told, '|' ORDER BY told), '')) "  # noqa: S608 (names from the catalogue)
                f'FROM (SELECT {told}::text FROM "{name}" AS each) AS rows (told)'
            )
            found[name] = cursor.fetchone()[0]
    return found


def stored() -> dict[str, bytes]:
    """All uploaded files."""
    return {name: b"".join(media.blocks(name)) for name in media.names()}


@pytest.fixture(scope="session")
def server(django_db_setup, django_db_blocker) -> Iterator[Server]:
    """Tests that use it are in no transaction and need no mark: whatever they do, they do to databases of their own."""
    url = urlsplit(os.environ["DATABASE_URL"])
    with django_db_blocker.unblock(), contextlib.ExitStack() as stack:
        if (
            connection.settings_dict["NAME"] == url.path[1:]
        ):  # no other test of this run has asked for the tests' database
            stack.callback(teardown_databases, setup_databases(0, interactive=False), 0)
        connection.close()
        server = Server(url, connection.settings_dict["NAME"])
        with contextlib.suppress(psycopg2.errors.DuplicateObject, psycopg2.errors.UniqueViolation):
            server.run(f"CREATE ROLE {OWNER} LOGIN")
        yield server


@pytest.fixture(scope="session")
def source(server, tmp_path_factory) -> Iterator[Source]:
    folder = tmp_path_factory.mktemp("source")
    (folder / "backups").mkdir()
    with server.database(f"TEMPLATE {server.migrated}") as name:
        with using(name, server.url.username), override_settings(BACKUP_KEY=KEY, MEDIA_ROOT=folder / "media"):
            world = fill()
            for file, content in FILES.items():
                default_storage.save(file, ContentFile(content))
            made = make_backup(folder / "backups")
            rows = fingerprint()
        yield Source(name, made.path, rows, world)


@pytest.fixture
def settings_of_backups(settings, tmp_path) -> Path:
    """The key that `source` is sealed with, and a storage of our own. Returns a folder for backups."""
    settings.BACKUP_KEY, settings.BACKUP_KEY_FALLBACKS = KEY, []
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


@pytest.fixture
def empty(server, settings_of_backups) -> Iterator[str]:
    """An empty database, and a storage without files."""
    with server.database(f"OWNER {OWNER}") as name, using(name, OWNER):
        yield name


@pytest.fixture
def another(server) -> Callable[[], contextlib.AbstractContextManager]:
    """Gives an empty database, and a storage without files, in place of those that were."""

    @contextlib.contextmanager
    def emptied():
        for name in list(media.names()):
            media.remove(name)
        with server.database(f"OWNER {OWNER}") as name, using(name, OWNER):
            yield name

    return emptied


@pytest.fixture
def portal(server, source, settings_of_backups) -> Iterator[str]:
    """A copy of `source`, with its files, to do with what one likes."""
    user = server.url.username
    with server.database(f"TEMPLATE {source.database}") as name, using(name, user):
        for file, content in FILES.items():
            default_storage.save(file, ContentFile(content))
        yield name
