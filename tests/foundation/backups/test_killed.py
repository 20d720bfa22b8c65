"""Backups and restores that are cut short at any moment."""

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from erhvervspanel.foundation.backups import BackupProblem, database
from erhvervspanel.foundation.backups.programs import newest
from erhvervspanel.foundation.backups.restoring import dump_of
from tests.foundation.backups.conftest import FILES, KEY, OWNER, fingerprint, stored, using

WITHIN = 60  # seconds


def start(server, name: str, folder: Path, *command: str | Path) -> subprocess.Popen:
    """`manage.py` as a process of its own, on the database `name`, with files beside `folder`."""
    env = os.environ | {
        "DATABASE_URL": server.address(name, server.url.username),
        "BACKUP_KEY": KEY,
        "MEDIA_URL": f"file://{folder.parent / 'media'}",
    }
    return subprocess.Popen(  # noqa: S603 (our own command)
        [sys.executable, "manage.py", *command], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def wait_for(happened: Callable[[], bool], process: subprocess.Popen) -> None:
    deadline = time.monotonic() + WITHIN
    while not happened():
        assert process.poll() is None, process.stdout.read().decode()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def kill(process: subprocess.Popen) -> None:
    process.kill()
    process.communicate()


def test_a_killed_backup_leaves_no_file_that_looks_whole(server, portal, settings_of_backups):
    """It is killed while it reads a file that has no end: a pipe that nobody writes to."""
    folder = settings_of_backups
    os.mkfifo(folder.parent / "media" / "å-uden-ende")
    process = start(server, portal, folder, "backup", folder)
    wait_for(lambda: any(folder.iterdir()), process)
    kill(process)
    [left] = folder.iterdir()
    assert left.name.startswith(".unfinished-")
    (folder.parent / "media" / "å-uden-ende").unlink()
    call_command("backup", folder, stdout=io.StringIO())
    assert sorted(path.suffix for path in folder.iterdir()) == [".epbackup", ".json", ".sealed"]


def test_a_killed_restore_leaves_the_old_data_whole(server, source, portal, settings_of_backups):
    """It is killed while it takes the old tables away and waits for one that somebody reads."""
    default_storage.save("ny.txt", ContentFile(b"Ny"))
    before = fingerprint()
    options = ("--overwrite", "--no-input", "--without-erasures")
    with closing(psycopg2.connect(server.address(portal, server.url.username))) as reader:
        reader.cursor().execute("LOCK TABLE portal_news IN ACCESS SHARE MODE")
        process = start(server, portal, settings_of_backups, "restore", source.backup, *options)
        wait_for(lambda: is_waiting(server, portal), process)
        kill(process)
    wait_for_end(server, portal)
    assert fingerprint() == before
    assert stored() == FILES | {"ny.txt": b"Ny"}


def is_waiting(server, name: str) -> bool:
    return bool(sessions(server, name, "wait_event_type = 'Lock'"))


def wait_for_end(server, name: str) -> None:
    """Until the server has seen that nobody is there any more."""
    deadline = time.monotonic() + WITHIN
    while sessions(server, name, "application_name = 'psql'"):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def sessions(server, name: str, condition: str) -> int:
    with closing(psycopg2.connect(server.address(name, server.url.username))) as connection:
        cursor = connection.cursor()
        cursor.execute(f"SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND {condition}", [name])  # noqa: S608 (our own words)
        return cursor.fetchone()[0]


def cut(dump: Iterator[bytes]) -> Iterator[bytes]:
    """Ends in the middle, as if it were the end."""
    yield next(dump)[:100_000]


def broken(dump: Iterator[bytes]) -> Iterator[bytes]:
    yield from cut(dump)
    raise BackupProblem("Filen blev væk")


@pytest.mark.parametrize(("ending", "sentence"), [(cut, "pg_restore gik galt"), (broken, "Filen blev væk")])
def test_a_dump_that_ends_in_the_middle_is_not_read_in(source, portal, ending, sentence):
    before = fingerprint()
    with source.backup.open("rb") as file, pytest.raises(BackupProblem, match=sentence):
        database.replace(ending(dump_of(file)), by=newest(), last="")
    assert fingerprint() == before


def test_what_goes_wrong_at_the_end_undoes_all(source, portal):
    before = fingerprint()
    with source.backup.open("rb") as file, pytest.raises(BackupProblem, match="division by zero"):
        database.replace(dump_of(file), by=newest(), last="SELECT 1 / 0;")
    assert fingerprint() == before


def test_a_restore_that_the_database_refuses_leaves_no_file(server, source, portal, settings_of_backups):
    """The role may read the tables, and not replace them."""
    server.run_in(portal, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {OWNER}")
    default_storage.delete(next(iter(FILES)))
    before, files = fingerprint(), stored()
    options = {"overwrite": True, "no_input": True, "without_erasures": True, "stdout": io.StringIO()}
    with using(portal, OWNER), pytest.raises(CommandError, match=r"psql gik galt: .*must be owner"):
        call_command("restore", source.backup, **options)
    assert fingerprint() == before
    assert stored() == files
