"""Whether there is room on the disk for what a backup brings, as far as that can be seen from here."""

import shutil
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import connection

from erhvervspanel.foundation.backups import media
from erhvervspanel.foundation.backups.archive import MEDIA, Manifest
from erhvervspanel.foundation.backups.problems import BackupProblem

MARGIN = 1.1
# The server's folder, where the server is on this machine and its owner may know: the old data and the new lie beside each
# other until the new are committed.
DATA = "SELECT setting FROM pg_settings WHERE name = 'data_directory' AND inet_server_addr() IS NULL"


def refuse_without_room(manifest: Manifest) -> None:
    """Raises BackupProblem where it is plain that the disk would run full. A disk elsewhere cannot be looked at; there the
    restore stops when it is full, with all as it was."""
    with connection.cursor() as cursor:
        cursor.execute(DATA)
        row = cursor.fetchone()
    needs = [(place_of_files(), size_of_new_files(manifest)), (row and Path(row[0]), manifest.database_size)]
    for place, size in needs:
        free = free_at(place) if place else size * MARGIN
        if free < size * MARGIN:
            raise BackupProblem(
                f"Der er ikke plads: Sikkerhedskopien skal bruge {megabytes(size * MARGIN)} MB, og på disken med "
                f"{place} er {megabytes(free)} MB ledige. Intet er ændret."
            )


def place_of_files() -> Path | None:
    """The folder that uploaded files are in, or None for object storage."""
    try:
        return Path(default_storage.path(""))
    except NotImplementedError:
        return None


def size_of_new_files(manifest: Manifest) -> int:
    there = set(media.names())
    return sum(part.size for part in manifest.files() if part.name.removeprefix(MEDIA) not in there)


def free_at(place: Path) -> int:
    """Free bytes where `place` is, or the nearest folder above it that we may look at."""
    for folder in (place, *place.parents):
        try:
            return shutil.disk_usage(folder).free
        except OSError:
            continue
    return 0


def megabytes(size: float) -> int:
    return round(size / 1_000_000)
