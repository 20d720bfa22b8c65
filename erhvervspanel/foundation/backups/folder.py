"""The folder that backups lie in: their names, what is whole, what is too old, and a record of the latest run."""

import contextlib
import fcntl
import json
import os
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils import timezone

from erhvervspanel.foundation.backups.problems import BackupProblem

SUFFIX = ".epbackup"
NAME = re.compile(rf"erhvervspanel-(\d{{8}}T\d{{6}}Z){re.escape(SUFFIX)}")
MOMENT = "%Y%m%dT%H%M%SZ"
UNFINISHED = ".unfinished-"  # and the name it will get
RECORD = "latest.json"


@dataclass(frozen=True)
class Run:
    """The latest run, for those who watch.

    Attributes:
        at: when it ended, in ISO 8601.
        problem: what went wrong, in Danish, or nothing.
        file, size, seconds: the backup that it made, its bytes, and how long it took, checking included.
    """

    at: str
    ok: bool
    problem: str = ""
    file: str = ""
    size: int = 0
    seconds: float = 0


def target(named: Path) -> Path:
    """The file to write where `named` is a folder, or a file with the name of a backup that is not there yet.

    Raises BackupProblem. A folder that is missing is not made: it may be a disk that nobody has mounted.
    """
    is_file = named.suffix == SUFFIX
    place = named.parent if is_file else named
    if not place.is_dir():
        raise BackupProblem(f"Mappen {place} findes ikke. Opret den først, og lad kun portalen læse den.")
    path = named if is_file else place / f"erhvervspanel-{timezone.now().astimezone(UTC):{MOMENT}}{SUFFIX}"
    if path.exists():
        raise BackupProblem(f"Filen {path} findes allerede. Vælg et andet navn.")
    return path


@contextlib.contextmanager
def unfinished(path: Path) -> Iterator[BinaryIO]:
    """A file to write and to read that becomes `path` when the body has ended, whole and on the disk, and not before.

    Where the body fails there is nothing. One that was killed leaves a file with another name, which the next one removes.
    """
    clear_away(path.parent)
    aside, descriptor = begun(path)
    with os.fdopen(descriptor, "w+b") as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            aside.rename(path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
    sync(path.parent)


def begun(path: Path) -> tuple[Path, int]:
    """A new file beside `path` that its owner alone can read, and that this process holds."""
    while True:
        aside = path.with_name(f"{UNFINISHED}{secrets.token_hex(4)}-{path.name}")
        descriptor = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if aside.exists():  # somebody may have cleared it away before it was held
            return aside, descriptor
        os.close(descriptor)


def clear_away(folder: Path) -> None:
    """Removes what runs that were killed have left: nobody holds it any more."""
    for left in folder.glob(f"{UNFINISHED}*"):
        with contextlib.suppress(OSError), left.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()


def sync(folder: Path) -> None:
    """Makes the names in `folder` last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def backups(folder: Path) -> list[tuple[datetime, Path]]:
    """The finished backups in `folder` with the moment that each was begun, newest first."""
    found = ((NAME.fullmatch(path.name), path) for path in folder.iterdir())
    dated = [
        (datetime.strptime(match[1], MOMENT).replace(tzinfo=UTC), path) for match, path in found if match
    ]
    return sorted(dated, reverse=True)


def prune(folder: Path, *, keep: int | None) -> list[Path]:
    """Deletes the backups that are older than BACKUP_DAYS, and those beyond the `keep` newest. Returns which.

    The newest is never deleted.
    """
    oldest = timezone.now() - timedelta(days=settings.BACKUP_DAYS)
    gone = [
        path
        for place, (at, path) in enumerate(backups(folder))
        if place and (at < oldest or (keep is not None and place >= keep))
    ]
    for path in gone:
        path.unlink()
    return gone


def refuse_too_old(folder: Path, *, most: float) -> str:
    """Says which backup is the newest. Raises BackupProblem where it is older than `most` hours, or there is none."""
    found = backups(folder) if folder.is_dir() else []
    if not found:
        raise BackupProblem(f"Der er ingen sikkerhedskopi i {folder}.")
    run = latest(folder)
    if run and not run.ok:
        raise BackupProblem(f"Den seneste kørsel gik galt: {run.problem}")
    at, path = found[0]
    age = (timezone.now() - at) / timedelta(hours=1)
    told = f"Den nyeste sikkerhedskopi, {path.name}, er {age:.0f} timer gammel"
    if age > most:
        raise BackupProblem(f"{told}. Den må højst være {most:g}.")
    if path.stat().st_size != size_on_record(folder, path):
        raise BackupProblem(f"{path.name} har ikke den størrelse, som den blev skrevet med. Den er ikke hel.")
    return f"{told}."


def size_on_record(folder: Path, path: Path) -> int:
    """How many bytes `path` had when it was made; as many as it has, where the latest run made another."""
    run = latest(folder)
    return run.size if run and run.file == path.name else path.stat().st_size


def latest(folder: Path) -> Run | None:
    """The record of the latest run, if there is one that can be read."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        return Run(**json.loads((folder / RECORD).read_text()))
    return None


@contextlib.contextmanager
def recorded(folder: Path) -> Iterator[dict]:
    """Writes down how the body went. It puts in what it made: `file` and `size`."""
    begun, made = time.monotonic(), {}
    try:
        yield made
    except BaseException as error:
        note(folder, Run(timezone.now().isoformat(), ok=False, problem=str(error) or type(error).__name__))
        raise
    note(folder, Run(timezone.now().isoformat(), ok=True, seconds=round(time.monotonic() - begun, 1), **made))


def note(folder: Path, run: Run) -> None:
    """A folder that is full or gone is trouble enough, and told of already."""
    aside = folder / f".{RECORD}-{os.getpid()}"
    with contextlib.suppress(OSError):
        aside.write_text(json.dumps(asdict(run), ensure_ascii=False) + "\n")
        aside.rename(folder / RECORD)
