"""The uploaded files, through Django's storage: a folder, or object storage."""

import hashlib
import tempfile
from collections.abc import Iterator

from django.core.files import File
from django.core.files.storage import default_storage

from erhvervspanel.foundation.backups.problems import BackupProblem
from erhvervspanel.foundation.backups.sealing import CHUNK


def names(folder: str = "") -> Iterator[str]:
    """The names of all files in the storage, below `folder`."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever uploaded, or the folder has just gone
        return
    inside = f"{folder}/" if folder else ""
    for name in sorted(filter(None, files)):
        yield f"{inside}{name}"
    for name in sorted(filter(None, folders)):
        yield from names(f"{inside}{name}")


def blocks(name: str) -> Iterator[bytes] | None:
    """What the file `name` holds, or None where it has gone."""
    try:
        file = default_storage.open(name)
    except FileNotFoundError:
        return None
    return read(file)


def read(file: File) -> Iterator[bytes]:
    with file:
        yield from file.chunks(CHUNK)


def digest(name: str) -> str:
    """SHA-256 of the file `name`, in hexadecimal."""
    made = hashlib.sha256()
    for block in read(default_storage.open(name)):
        made.update(block)
    return made.hexdigest()


def put(name: str, content: Iterator[bytes]) -> None:
    """Writes `content` as the file `name`, in place of one that is there."""
    with tempfile.TemporaryFile() as copy:  # object storage wants to go back and forth in what it takes
        copy.writelines(content)
        remove(name)
        saved = default_storage.save(name, File(copy, name))
    if saved != name:
        remove(saved)
        raise BackupProblem(f"Lageret kalder filen »{name}« for »{saved}«. Ryd op i lageret, og prøv igen.")


def remove(name: str) -> None:
    """Deletes the file `name`, if it is there."""
    if default_storage.exists(name):
        default_storage.delete(name)
