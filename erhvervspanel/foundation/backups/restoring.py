"""Putting a backup back. Everything is looked at before anything is touched."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from erhvervspanel.foundation import erasures
from erhvervspanel.foundation.backups import aftermath, database, erasure_list, media
from erhvervspanel.foundation.backups.archive import DATABASE, MEDIA, Manifest, parts
from erhvervspanel.foundation.backups.inspection import roles_in, verified
from erhvervspanel.foundation.backups.problems import BackupProblem
from erhvervspanel.foundation.backups.programs import programs
from erhvervspanel.foundation.backups.room import refuse_without_room
from erhvervspanel.foundation.erasures import Noted
from erhvervspanel.foundation.models import Erasure
from erhvervspanel.foundation.unreadable import unreadable


@dataclass(frozen=True)
class Restoration:
    """A backup that has been found whole and that can be restored here.

    Attributes:
        erased: what was erased of persons, as far as it is known from the list and from the database that is there now.
        known_until: when the list was written; None where there is none.
    """

    file: BinaryIO
    manifest: Manifest
    erased: list[Noted] = field(default_factory=list)
    known_until: datetime | None = None


@contextmanager
def looked_over(
    path: Path, *, erasures_at: Path | None, without_erasures: bool = False, despite_age: bool = False
) -> Iterator[Restoration]:
    """The backup in the file `path`, once it is certain that it is whole and fits what is here. Nothing is changed.

    Args:
        erasures_at: the list of erasures; None for the one beside the backup.
        without_erasures: whether it may be restored where there is no list.
        despite_age: whether it may be restored though erasures as old as it are forgotten.

    Raises:
        BackupProblem: with what is in the way.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise BackupProblem(unreadable(f"Filen {path}", error)) from error
    with file:
        manifest = verified(file)
        refuse_newer(manifest)
        refuse_without_roles(roles_in(dump_of(file)))
        erased, known_until = known_erasures(
            erasures_at or path.with_name(erasure_list.FILE), without=without_erasures
        )
        if timezone.now() - manifest.made_at > erasures.kept() and not despite_age:
            raise BackupProblem(
                "Sikkerhedskopien er ældre end BACKUP_DAYS, så det huskes ikke, hvem der er slettet siden. Den kan bringe "
                "slettede personer tilbage. Skriv --despite-age, hvis den skal læses ind alligevel."
            )
        refuse_without_room(manifest)
        yield Restoration(file, manifest, erased, known_until)


def refuse_newer(manifest: Manifest) -> None:
    """Raises BackupProblem where the portal or the PostgreSQL that is here is older than the backup."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    known |= {f"{app}.{name}" for each in loader.disk_migrations.values() for app, name in each.replaces}
    unknown = [name for name in manifest.migrations if name not in known]
    if unknown:
        raise BackupProblem(
            f"Sikkerhedskopien er fra en nyere udgave af portalen, med migreringer, som ikke kendes her: "
            f"{', '.join(unknown[:3])}. Brug den udgave, eller en nyere."
        )
    here = connection_version()
    if manifest.server > here:
        raise BackupProblem(
            f"Sikkerhedskopien er fra PostgreSQL {manifest.server}, og serveren her er {here}. Brug en server, der er "
            "mindst lige så ny."
        )
    programs(max(manifest.dumped_by, here))


def refuse_without_roles(roles: set[str]) -> None:
    """Raises BackupProblem where the server has not got all of `roles`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(roles)])
        missing = roles - {name for (name,) in cursor.fetchall()}
    if missing:
        raise BackupProblem(
            f"Serveren har ikke rollen {', '.join(sorted(missing))}, som sikkerhedskopien nævner. Kør deploy/roles.sql i databasen først."
        )


def connection_version() -> int:
    connection.ensure_connection()
    return connection.pg_version // 10_000


def known_erasures(path: Path, *, without: bool) -> tuple[list[Noted], datetime | None]:
    """What was erased, as the list in the file `path` and the database that is there now know it, and when the list was
    written."""
    now_there = [] if database.is_empty() or not database.has(Erasure._meta.db_table) else erasures.noted()
    if path.exists():
        listed, at = erasure_list.read(path)
        return sorted({*listed, *now_there}), at
    if not without:
        raise BackupProblem(
            f"Listen over sletninger, {path}, er her ikke. Uden den kan slettede personer komme tilbage. Hent den fra mappen "
            "med sikkerhedskopier, eller vælg den med --erasures. Skriv --without-erasures, hvis der ingen er."
        )
    return now_there, None


def restore(restoration: Restoration, *, tell: Callable[[str], None]) -> None:
    """Puts the backup in place of the database and of the uploaded files, and does what is to be done after that.

    Files that are not there come first: nobody knows them yet. Then the database in one transaction; before that is
    committed, the old one is whole. Then the files that were otherwise, and those that came since. A restore that was cut
    short is done again from the beginning.

    Args:
        tell: is given a sentence at each step.

    Raises:
        BackupProblem: with what went wrong. If the database could not be read in, all is as it was.
    """
    manifest, file = restoration.manifest, restoration.file
    added = []
    try:
        add_files(file, added)
        by = programs(max(manifest.dumped_by, connection_version()))
        database.replace(dump_of(file), by=by, last=aftermath.statements(restoration.erased))
    except BaseException:
        for name in added:
            media.remove(name)
        raise
    tell(f"{len(added)} filer er lagt i lageret.")
    tell(f"{sum(manifest.tables.values())} rækker i {len(manifest.tables)} tabeller er læst ind.")
    changed, removed = settle_files(file, manifest)
    tell(
        f"{changed} filer i lageret er lagt tilbage, som de var, og {removed}, der var kommet til, er fjernet."
    )
    aftermath.carry_out(manifest.made_at, tell=tell)


def settle(
    moment: datetime, *, erasures_at: Path, without_erasures: bool, tell: Callable[[str], None]
) -> None:
    """Does with a database that PostgreSQL has recovered to `moment` what `restore` does when the data is back.

    Raises BackupProblem where the list of erasures is not there.
    """
    if moment > timezone.now():
        raise BackupProblem("Tidspunktet er ikke kommet endnu.")
    erased, _ = known_erasures(erasures_at, without=without_erasures)
    with connection.cursor() as cursor:
        cursor.execute(aftermath.statements(erased))
    aftermath.carry_out(moment, tell=tell)


def add_files(file: BinaryIO, added: list[str]) -> None:
    """Puts the files in place that the storage has not, and their names among `added`."""
    there = set(media.names())
    for name, blocks in files_of(file):
        if name not in there:
            media.put(name, blocks)
            added.append(name)


def settle_files(file: BinaryIO, manifest: Manifest) -> tuple[int, int]:
    """Puts files back that hold something else than they did, and removes those that were not there. Returns how many."""
    digests = {part.name.removeprefix(MEDIA): part.digest for part in manifest.files()}
    there = list(media.names())
    surplus = [name for name in there if name not in digests]
    other = {name for name in there if name in digests and media.digest(name) != digests[name]}
    for name, blocks in files_of(file):
        if name in other:
            media.put(name, blocks)
    for name in surplus:
        media.remove(name)
    return len(other), len(surplus)


def dump_of(file: BinaryIO) -> Iterator[bytes]:
    """The dump of the database in the backup."""
    for name, blocks in parts(file):
        if name == DATABASE:
            yield from blocks
            return


def files_of(file: BinaryIO) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The uploaded files in the backup."""
    for name, blocks in parts(file):
        if name.startswith(MEDIA):
            yield name.removeprefix(MEDIA), blocks
