"""Making a backup."""

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.apps import apps

from erhvervspanel.foundation.backups import folder, keys, media
from erhvervspanel.foundation.backups.archive import DATABASE, MEDIA, Manifest, Writer
from erhvervspanel.foundation.backups.inspection import verified
from erhvervspanel.foundation.backups.problems import BackupProblem
from erhvervspanel.foundation.backups.programs import programs
from erhvervspanel.foundation.backups.snapshot import named_files, snapshot


@dataclass(frozen=True)
class Made:
    """A backup that was made, and what it says of itself."""

    path: Path
    size: int
    manifest: Manifest


def make_backup(named: Path) -> Made:
    """Writes a backup of the database and of all uploaded files, and reads it again from end to end.

    The file has its name when it is whole, on the disk and found right, and not before. Nothing of it is ever on the disk
    unsealed.

    Args:
        named: a folder, in which it gets a name that tells when; or a file that is not there yet.

    Raises:
        BackupProblem: with what is wrong, and nothing is left.
    """
    keys.present()  # before anything is begun
    path = folder.target(named)
    try:
        with folder.unfinished(path) as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
            manifest = verified(file)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            sentence = f"Der er ikke plads til sikkerhedskopien i {path.parent}. Ryd op, og prøv igen."
        else:
            sentence = f"Sikkerhedskopien kan ikke laves: {error}."
        raise BackupProblem(sentence) from error
    return Made(path, path.stat().st_size, manifest)


def write(file: BinaryIO) -> None:
    """The files before the database and those that have come since after it: whatever the database names was there once, and
    what somebody deletes meanwhile is in the backup as the row is."""
    writer, stored = Writer(file), set()
    add_media(writer, stored)
    with snapshot() as moment:
        tables, migrations, named = moment.tables(), moment.migrations(), named_files(apps.get_models())
        writer.add(DATABASE, moment.dump())
    add_media(writer, stored)
    writer.finish(
        Manifest(
            made_at=moment.at,
            server=moment.server,
            dumped_by=programs(moment.server).major,
            migrations=migrations,
            tables=tables,
            database_size=moment.size,
            missing=sorted(named - stored),
        )
    )


def add_media(writer: Writer, stored: set[str]) -> None:
    """Adds the files that are not among `stored`, and puts their names there."""
    for name, blocks in fresh_files(stored):
        writer.add(f"{MEDIA}{name}", blocks)
        stored.add(name)


def fresh_files(stored: set[str]) -> Iterator[tuple[str, Iterator[bytes]]]:
    for name in media.names():
        if name not in stored and (blocks := media.blocks(name)) is not None:
            yield name, blocks
