"""What `restore` refuses, with a sentence each, before anything is touched."""

import io
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erhvervspanel.foundation.backups import BackupProblem, erasure_list, make_backup
from erhvervspanel.foundation.backups.archive import DATABASE, MANIFEST, MEDIA, Manifest, Writer, parts
from erhvervspanel.foundation.backups.inspection import verified
from erhvervspanel.foundation.backups.sealing import CHUNK, HEADER, TAG
from tests.foundation.backups.conftest import FILES, KEY, OTHER_KEY, fingerprint, stored, using

Contents = dict[str, bytes]


@pytest.fixture(scope="module")
def target(server, source) -> Iterator[str]:
    with server.database(f"TEMPLATE {source.database}") as name:
        yield name


@pytest.fixture
def standing(server, target, settings_of_backups) -> Iterator[Path]:
    """A portal that nothing may happen to, and a folder."""
    default_storage.save("det står her.txt", ContentFile(b"Det bliver"))
    with using(target, server.url.username):
        before = fingerprint()
        yield settings_of_backups
        assert fingerprint() == before
        assert stored() == {"det står her.txt": b"Det bliver"}


def refused(file: Path, sentence: str, **options) -> None:
    given = {"overwrite": True, "no_input": True, "without_erasures": True}
    with pytest.raises(CommandError, match=sentence):
        call_command("restore", file, stdout=io.StringIO(), **given | options)


def chunk(number: int) -> slice:
    return slice(HEADER.size + number * (CHUNK + TAG), HEADER.size + (number + 1) * (CHUNK + TAG))


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


# What the world may do to a file, and what is said of it.
DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a bit of the first word": (lambda data: flipped(data, 0), "ikke en sikkerhedskopi fra portalen"),
    "a bit of the format": (lambda data: flipped(data, 8), "format 0, og her kendes kun 1"),
    "a bit of the key's mark": (lambda data: flipped(data, 9), "låst med en anden nøgle"),
    "a bit of the salt": (lambda data: flipped(data, HEADER.size - 1), "beskadiget, afkortet eller ændret"),
    "a bit in the middle": (lambda data: flipped(data, len(data) // 2), "beskadiget, afkortet eller ændret"),
    "the last bit": (lambda data: flipped(data, len(data) - 1), "beskadiget, afkortet eller ændret"),
    "nothing is left": (lambda data: b"", "ikke en sikkerhedskopi fra portalen"),
    "the header alone": (lambda data: data[: HEADER.size], "beskadiget, afkortet eller ændret"),
    "half of it": (lambda data: data[: len(data) // 2], "beskadiget, afkortet eller ændret"),
    "cut between chunks": (lambda data: data[: chunk(1).stop], "beskadiget, afkortet eller ændret"),
    "a byte too few": (lambda data: data[:-1], "beskadiget, afkortet eller ændret"),
    "a byte too many": (lambda data: data + b"\x00", "beskadiget, afkortet eller ændret"),
    "twice over": (lambda data: data + data, "beskadiget, afkortet eller ændret"),
    "chunks change places": (
        lambda data: data[: HEADER.size] + data[chunk(1)] + data[chunk(0)] + data[chunk(2).start :],
        "beskadiget, afkortet eller ændret",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_backup_is_refused(source, standing, damage):
    change, sentence = DAMAGES[damage]
    file = standing / "skadet.epbackup"
    file.write_bytes(change(source.backup.read_bytes()))
    refused(file, sentence)


def test_a_backup_for_a_role_that_the_server_has_not_got_is_refused(
    server, source, tmp_path, settings_of_backups
):
    role = "ep_findes_ikke_mere"
    with server.database(f"TEMPLATE {source.database}") as name, using(name, server.url.username):
        server.run(f"CREATE ROLE {role}")
        try:
            server.run_in(name, f"CREATE POLICY sees ON portal_news FOR SELECT TO {role} USING (true)")
            file = make_backup(tmp_path / "med-rolle.epbackup").path
            server.run_in(name, "DROP POLICY sees ON portal_news")
        finally:
            server.run(f"DROP ROLE {role}")
        refused(file, f"Serveren har ikke rollen {role}.* Kør deploy/roles.sql")


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_bit_that_is_flipped_anywhere_is_seen(source, settings_of_backups, place, bit):
    data = bytearray(source.backup.read_bytes())
    data[int(place * len(data))] ^= 1 << bit
    with pytest.raises(BackupProblem):
        verified(io.BytesIO(data))


def rewritten(source, folder: Path, change: Callable[[Manifest, Contents], None]) -> Path:
    """A backup sealed with the right key, and with something else in it than it says."""
    with source.backup.open("rb") as file:
        contents = {name: b"".join(blocks) for name, blocks in parts(file)}
    manifest = Manifest.unpacked(contents.pop(MANIFEST))
    honest = list(manifest.parts)
    change(manifest, contents)
    path = folder / "ændret.epbackup"
    with path.open("wb") as file:
        writer = Writer(file)
        for name, content in contents.items():
            writer.add(name, [content])
        if manifest.parts != honest:  # what it says of its parts is kept as it was changed
            writer.parts = manifest.parts
        elif KEEP in manifest.missing:
            writer.parts = honest
        writer.finish(manifest)
    return path


KEEP = "det, der står i indholdsfortegnelsen, er, som det var"


def swap_files(manifest: Manifest, contents: Contents) -> None:
    first, second = (f"{MEDIA}{name}" for name in list(FILES)[:2])
    contents[first], contents[second] = contents[second], contents[first]
    manifest.missing = [KEEP]


def drop_file(manifest: Manifest, contents: Contents) -> None:
    del contents[f"{MEDIA}{next(iter(FILES))}"]
    manifest.missing = [KEEP]


def drop_database(manifest: Manifest, contents: Contents) -> None:
    del contents[DATABASE]


def cut_dump(manifest: Manifest, contents: Contents) -> None:
    contents[DATABASE] = contents[DATABASE][: len(contents[DATABASE]) // 2]


def spoil_dump(manifest: Manifest, contents: Contents) -> None:
    contents[DATABASE] = b"PGDMP" + bytes(1000)


def count_wrong(manifest: Manifest, contents: Contents) -> None:
    manifest.tables["public.ideas_idea"] += 1


def say_newer_portal(manifest: Manifest, contents: Contents) -> None:
    manifest.migrations.append("ideas.0099_fra_fremtiden")


def say_newer_server(manifest: Manifest, contents: Contents) -> None:
    manifest.server = 99


def say_newer_programs(manifest: Manifest, contents: Contents) -> None:
    manifest.dumped_by = 99


def say_large(manifest: Manifest, contents: Contents) -> None:
    manifest.database_size = 10**18


def say_old(manifest: Manifest, contents: Contents) -> None:
    manifest.made_at -= timedelta(days=37)


LIES = {
    swap_files: "dele svarer ikke til dens indholdsfortegnelse",
    drop_file: "dele svarer ikke til dens indholdsfortegnelse",
    drop_database: "har ingen database",
    cut_dump: "pg_restore gik galt",
    spoil_dump: "pg_restore gik galt",
    count_wrong: "har 46 rækker i public.ideas_idea og skulle have 47",
    say_newer_portal: "nyere udgave af portalen, med migreringer, som ikke kendes her: ideas.0099_fra_fremtiden",
    say_newer_server: "fra PostgreSQL 99, og serveren her er",
    say_newer_programs: "skal være version 99 eller nyere",
    say_large: "Der er ikke plads: .*ledige",
    say_old: "ældre end BACKUP_DAYS",
}


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_a_backup_that_does_not_hold_what_it_says_or_fits_nothing_here_is_refused(source, standing, lie):
    refused(rewritten(source, standing, lie), LIES[lie])


def test_the_wrong_key_is_refused(source, standing, settings):
    settings.BACKUP_KEY = OTHER_KEY
    refused(source.backup, "låst med en anden nøgle, mærket .*BACKUP_KEY_FALLBACKS")


def test_a_restore_without_a_key_is_refused(source, standing, settings):
    settings.BACKUP_KEY = ""
    refused(source.backup, "BACKUP_KEY mangler.*openssl rand")


def test_a_file_that_is_not_there_is_refused(standing):
    refused(standing / "findes-ikke", "kan ikke læses. Den findes ikke")


def test_a_database_that_is_not_empty_is_refused(source, standing):
    refused(source.backup, "er ikke tom. Skriv --overwrite", overwrite=False)


def test_the_name_of_the_database_is_to_be_typed(source, standing, target, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{target}x\n"))
    refused(source.backup, "ikke databasens navn. Intet er ændret", no_input=False)


def test_a_restore_without_the_list_of_erasures_is_refused(source, standing):
    refused(source.backup, "Listen over sletninger, .*erasures.sealed, er her ikke", without_erasures=False)


def test_a_list_of_erasures_that_is_damaged_is_refused(source, standing):
    erasure_list.keep(standing)
    file = standing / erasure_list.FILE
    file.write_bytes(flipped(file.read_bytes(), HEADER.size + 3))
    refused(source.backup, "Listen over sletninger, .*kan ikke læses. Filen er beskadiget", erasures=file)


def test_a_dry_run_changes_nothing(source, standing):
    told = io.StringIO()
    call_command("restore", source.backup, dry_run=True, without_erasures=True, stdout=told)
    assert "Sikkerhedskopien er hel." in told.getvalue()


def test_an_old_key_is_of_use_while_it_is_among_the_fallbacks(source, standing, settings):
    settings.BACKUP_KEY, settings.BACKUP_KEY_FALLBACKS = OTHER_KEY, [KEY]
    call_command("restore", source.backup, dry_run=True, without_erasures=True, stdout=io.StringIO())
