"""Making backups, and looking after them."""

import io
import json
import os
import stat
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test.utils import isolate_apps

from erhvervspanel.foundation.backups import BackupProblem, folder, make_backup, programs
from erhvervspanel.foundation.backups.archive import DATABASE, MEDIA, Writer, parts
from erhvervspanel.foundation.backups.inspection import rows_in, verified
from erhvervspanel.foundation.backups.making import add_media
from erhvervspanel.foundation.backups.sealing import CHUNK
from erhvervspanel.foundation.backups.snapshot import named_files, snapshot, tables
from erhvervspanel.foundation.models import OutgoingMail
from panels.models import Company
from tests.foundation.backups.conftest import FILES
from tests.foundation.backups.test_drill import LEFT_OUT


def told(command: str, *arguments, **options) -> str:
    text = io.StringIO()
    call_command(command, *arguments, stdout=text, stderr=text, **options)
    return text.getvalue()


def test_a_backup_tells_what_it_holds(source, settings_of_backups):
    with source.backup.open("rb") as file:
        manifest = verified(file)
    assert {part.name.removeprefix(MEDIA): part.size for part in manifest.files()} == {
        name: len(content) for name, content in FILES.items()
    }
    rows = {
        f"public.{name}": int(told.split()[0])
        for name, told in source.rows.items()
        if not name.endswith("_seq")
    }
    assert manifest.tables == rows | {f"public.{name}": 0 for name in LEFT_OUT}
    assert manifest.server == manifest.dumped_by == connection_major()
    assert "foundation.0001_first_release" in manifest.migrations
    assert manifest.missing == []


def connection_major() -> int:
    return connection.pg_version // 10_000


def test_a_backup_is_for_its_owner_alone(source):
    assert stat.S_IMODE(source.backup.stat().st_mode) == 0o600


def test_nothing_of_a_backup_can_be_read_without_the_key(source):
    data = source.backup.read_bytes()
    assert b"PGDMP" not in data
    assert b"materialer" not in data


def test_sessions_and_attempts_are_in_no_backup(source, settings_of_backups):
    with source.backup.open("rb") as file:
        rows = next(rows_in(blocks) for name, blocks in parts(file) if name == DATABASE)
    assert LEFT_OUT & {name.removeprefix("public.") for name in rows} == set()
    assert all(not source.rows[name].startswith("0 ") for name in LEFT_OUT)


def test_data_and_counts_are_of_one_moment(portal, server):
    """Somebody writes after the rows have been counted and before they are dumped."""
    with snapshot() as moment:
        counted = moment.tables()
        server.run_in(portal, "DELETE FROM foundation_outgoingmail")
        assert OutgoingMail.objects.exists()  # in this moment they are there
        rows = rows_in(moment.dump())
    assert rows == {name: count for name, count in counted.items() if count}
    assert not OutgoingMail.objects.exists()


def test_a_file_that_comes_or_goes_while_the_backup_is_made_is_in_it(settings_of_backups):
    default_storage.save("gammel.txt", ContentFile(b"Gammel"))
    file, seen = io.BytesIO(), set()
    writer = Writer(file)
    add_media(writer, seen)
    default_storage.delete("gammel.txt")
    default_storage.save("ny/ny.txt", ContentFile(b"Ny"))
    add_media(writer, seen)
    assert [part.name for part in writer.parts] == ["media/gammel.txt", "media/ny/ny.txt"]
    assert seen == {"gammel.txt", "ny/ny.txt"}


def test_a_file_that_a_row_names_and_the_storage_lacks_is_named(portal):
    with isolate_apps("erhvervspanel.portal"):

        class Paper(models.Model):  # noqa: DJ008 (nobody reads it)
            file = models.FileField()
            name = models.CharField(max_length=9)

            class Meta:
                app_label = "portal"

    with connection.schema_editor() as editor:
        editor.create_model(Paper)
    Paper.objects.bulk_create([Paper(file="a.pdf"), Paper(file=""), Paper(file="mappe/b.pdf")])
    assert named_files([Paper, Company]) == {"a.pdf", "mappe/b.pdf"}


def test_memory_does_not_grow_with_what_is_backed_up(settings_of_backups):
    """No block is larger than a chunk, however large the file."""
    default_storage.save("stor.bin", ContentFile(bytes(5 * CHUNK + 7)))
    file = io.BytesIO()
    writer = Writer(file)
    add_media(writer, set())
    writer.sealer.close()
    [sizes] = [[len(block) for block in blocks] for _, blocks in parts(file)]
    assert sizes == [CHUNK] * 5 + [7]


def test_the_password_stands_on_no_command_line(server, settings_of_backups):
    connection.close()
    connection.settings_dict["PASSWORD"] = "hemmelig-adgangskode"
    try:
        assert "hemmelig" not in programs.where()
        assert programs.environment()["PGPASSWORD"] == "hemmelig-adgangskode"
    finally:
        connection.settings_dict["PASSWORD"] = ""


def test_programs_that_are_too_old_or_not_there_are_named(monkeypatch, tmp_path):
    with pytest.raises(BackupProblem, match="version 99 eller nyere, og den nyeste her er"):
        programs.programs(99)
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(BackupProblem, match=r"og er her ikke\. Installér pakken postgresql-client-15"):
        programs.programs(15)


def test_the_oldest_programs_that_will_do_are_taken(monkeypatch, tmp_path):
    for major in (9, 16, 18):
        for name in programs.NEEDED:
            path = tmp_path / f"{major}" / "bin" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {major}.4'\n")
            path.chmod(0o755)
    monkeypatch.delenv("PG_BIN", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "9" / "bin") + os.pathsep + os.environ["PATH"])
    monkeypatch.setattr(programs, "DEBIAN", tmp_path)
    assert [programs.programs(least).major for least in (9, 10, 16, 17)] == [9, 16, 16, 18]
    assert programs.newest().major == 18


def test_a_backup_into_a_folder_that_is_not_there_is_refused(settings_of_backups):
    """A disk that is not mounted must not become a file, nor a folder on another disk."""
    for name in ("findes-ikke", "findes-ikke/fil.epbackup"):
        with pytest.raises(BackupProblem, match=r"findes-ikke findes ikke\. Opret den først"):
            make_backup(settings_of_backups / name)
    assert list(settings_of_backups.iterdir()) == []


def test_a_file_that_is_there_is_not_written_over(settings_of_backups):
    file = settings_of_backups / "fil.epbackup"
    file.write_text("Her er noget")
    with pytest.raises(BackupProblem, match="findes allerede"):
        make_backup(file)
    assert file.read_text() == "Her er noget"


def test_the_command_makes_a_backup_and_writes_down_how_it_went(portal, settings_of_backups):
    place = settings_of_backups
    text = told("backup", place)
    [(at, path)] = folder.backups(place)
    assert "Læst igen og fundet hel." in text
    run = json.loads((place / "latest.json").read_text())
    assert (run["ok"], run["file"], run["size"]) == (True, path.name, path.stat().st_size)
    assert (
        told("backup", place, check=True) == f"Den nyeste sikkerhedskopi, {path.name}, er 0 timer gammel.\n"
    )
    with (
        time_machine.travel(at + timedelta(hours=27)),
        pytest.raises(CommandError, match=r"er 27 timer gammel\..*26"),
    ):
        told("backup", place, check=True)
    with time_machine.travel(at + timedelta(hours=27)):
        told("backup", place, check=True, max_age=48)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(CommandError, match="ikke den størrelse"):
        told("backup", place, check=True)


def test_a_backup_that_goes_wrong_is_written_down_and_leaves_nothing(settings_of_backups, settings):
    settings.BACKUP_KEY = ""
    with pytest.raises(CommandError, match="BACKUP_KEY mangler"):
        told("backup", settings_of_backups)
    assert [path.name for path in settings_of_backups.iterdir()] == ["latest.json"]
    run = json.loads((settings_of_backups / "latest.json").read_text())
    assert (run["ok"], run["problem"].split(",")[0]) == (False, "BACKUP_KEY mangler")


def test_a_run_that_went_wrong_after_a_good_one_is_told_until_one_goes_well(
    portal, settings_of_backups, settings
):
    told("backup", settings_of_backups)
    key, settings.BACKUP_KEY = settings.BACKUP_KEY, ""
    with pytest.raises(CommandError, match="BACKUP_KEY mangler"):
        told("backup", settings_of_backups)
    with pytest.raises(CommandError, match="Den seneste kørsel gik galt: BACKUP_KEY mangler"):
        told("backup", settings_of_backups, check=True)
    settings.BACKUP_KEY = key
    for path in settings_of_backups.glob("*.epbackup"):  # of the same second
        path.unlink()
    told("backup", settings_of_backups)
    told("backup", settings_of_backups, check=True)


def test_a_folder_without_a_backup_is_too_old(settings_of_backups):
    with pytest.raises(CommandError, match="Der er ingen sikkerhedskopi i"):
        told("backup", settings_of_backups, check=True)


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ages", "keep", "left"),
    [
        ((0, 1, 2, 3), None, [0, 1, 2, 3]),
        ((0, 1, 2, 3), 2, [0, 1]),
        ((0, 34, 36), None, [0, 34]),
        ((40, 50), None, [40]),
    ],
)
def test_backups_that_are_too_old_or_too_many_are_deleted(settings_of_backups, ages, keep, left):
    """Never the newest, and nothing else that lies in the folder."""
    place = settings_of_backups
    names = {age: f"erhvervspanel-{NOW - timedelta(days=age):{folder.MOMENT}}.epbackup" for age in ages}
    for name in (*names.values(), "andet.epbackup", "erhvervspanel-20200101T000000Z.epbackup.gammel"):
        (place / name).touch()
    with time_machine.travel(NOW, tick=False):
        gone = folder.prune(place, keep=keep)
    assert [path.name for path in gone] == [names[age] for age in ages if age not in left]
    assert [path.name for _, path in folder.backups(place)] == [names[age] for age in left]
    assert len(list(place.iterdir())) == len(left) + 2


def test_tables_are_known_by_the_names_that_pg_dump_gives_them(portal, server):
    server.run_in(portal, 'CREATE TABLE "Særlig tabel" AS SELECT 1 AS a')
    with snapshot() as moment:
        assert (
            rows_in(moment.dump())['public."Særlig tabel"'] == moment.tables()['public."Særlig tabel"'] == 1
        )
    assert ('public."Særlig tabel"', "Særlig tabel") in tables()


def test_what_runs_that_were_killed_have_left_is_cleared_away_and_what_is_being_written_is_not(tmp_path):
    (tmp_path / ".unfinished-1-død.epbackup").write_bytes(b"Halv")
    with folder.unfinished(tmp_path / "først") as first:
        first.write(b"Noget")
        with folder.unfinished(tmp_path / "først") as second:
            second.write(b"Noget andet")
        assert (tmp_path / "først").read_bytes() == b"Noget andet"
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("først", b"Noget")]


def test_a_backup_that_breaks_leaves_nothing(tmp_path):
    with pytest.raises(ZeroDivisionError), folder.unfinished(tmp_path / "fil"):
        _ = 1 / 0
    assert list(tmp_path.iterdir()) == []


def test_a_backup_may_have_a_name_of_its_own(portal, settings_of_backups):
    file = settings_of_backups / "før-flytning.epbackup"
    assert "Læst igen og fundet hel." in told("backup", file)
    assert sorted(path.name for path in settings_of_backups.iterdir()) == [
        "erasures.sealed",
        "før-flytning.epbackup",
        "latest.json",
    ]
