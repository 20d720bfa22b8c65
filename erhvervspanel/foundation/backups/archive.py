"""What a sealed backup holds: parts with a name each, the manifest last."""

import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from io import BufferedReader
from typing import BinaryIO

from erhvervspanel.foundation.backups import keys
from erhvervspanel.foundation.backups.problems import BackupProblem
from erhvervspanel.foundation.backups.sealing import CHUNK, DAMAGED, Sealer, Unsealer

# A backup is frames: what it is, how many bytes follow, and they.
FRAME = struct.Struct(">cI")
NAME, DATA, END = b"N", b"D", b"E"
MANIFEST = "manifest"
DATABASE = "database"
MEDIA = "media/"  # and the file's name in the storage


@dataclass(frozen=True)
class Part:
    """A part as it was when it was written.

    Attributes:
        size: in bytes.
        digest: SHA-256 in hexadecimal.
    """

    name: str
    size: int
    digest: str


@dataclass
class Manifest:
    """What a backup says of itself.

    Attributes:
        made_at: the moment that the database is as it was at.
        server: the major version of the PostgreSQL that it was made from.
        dumped_by: the major version of the `pg_dump` that made it.
        migrations: those that had run, as »app.name«.
        tables: how many rows each table has in the backup, by the name that `pg_dump` gives it.
        database_size: what the database took on disk, in bytes.
        missing: files that the database names and the storage did not have.
    """

    made_at: datetime
    server: int
    dumped_by: int
    migrations: list[str]
    tables: dict[str, int]
    database_size: int
    missing: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def files(self) -> list[Part]:
        """The files of the storage."""
        return [part for part in self.parts if part.name.startswith(MEDIA)]

    def packed(self) -> bytes:
        return json.dumps(asdict(self) | {"made_at": self.made_at.isoformat()}).encode()

    @classmethod
    def unpacked(cls, data: bytes) -> "Manifest":
        """Raises BackupProblem where `data` is no manifest of ours."""
        try:
            fields = json.loads(data)
            parts = [Part(**part) for part in fields.pop("parts")]
            return cls(parts=parts, **fields | {"made_at": datetime.fromisoformat(fields["made_at"])})
        except (ValueError, KeyError, TypeError) as error:
            raise BackupProblem(DAMAGED) from error


class Writer:
    """Writes a backup to `file`, part by part."""

    def __init__(self, file: BinaryIO):
        self.sealer = Sealer(file, keys.present())
        self.parts: list[Part] = []

    def add(self, name: str, blocks: Iterable[bytes]) -> None:
        """Writes a part that holds `blocks`, one at a time."""
        size, digest = 0, sha256()
        self.frame(NAME, name.encode())
        for block in blocks:
            self.frame(DATA, block)
            size += len(block)
            digest.update(block)
        self.frame(END)
        self.parts.append(Part(name, size, digest.hexdigest()))

    def finish(self, manifest: Manifest) -> None:
        """Writes `manifest`, which gets the parts that were added. Nothing can be added after it."""
        manifest.parts = self.parts
        self.add(MANIFEST, [manifest.packed()])
        self.sealer.close()

    def frame(self, kind: bytes, data: bytes = b"") -> None:
        self.sealer.write(FRAME.pack(kind, len(data)))
        self.sealer.write(data)


def parts(file: BinaryIO) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The parts of the backup in `file`, from its beginning: each with its name and its blocks.

    A part can be read until the next one is asked for. What is not read of it is opened all the same: when the last part has
    been given and no more come, the whole file was as it was written. Raises BackupProblem where it is not.
    """
    file.seek(0)
    stream = BufferedReader(Unsealer(file, keys.known()), CHUNK)
    while head := stream.read(FRAME.size):
        kind, name = frame(stream, head)
        if kind != NAME:
            raise BackupProblem(DAMAGED)
        blocks = blocks_of(stream)
        yield name.decode(), blocks
        for _ in blocks:
            pass


def blocks_of(stream: BufferedReader) -> Iterator[bytes]:
    while True:
        kind, data = frame(stream, stream.read(FRAME.size))
        if kind == END:
            return
        yield data


def frame(stream: BufferedReader, head: bytes) -> tuple[bytes, bytes]:
    if len(head) < FRAME.size:
        raise BackupProblem(DAMAGED)
    kind, size = FRAME.unpack(head)
    data = stream.read(size)
    if len(data) < size:
        raise BackupProblem(DAMAGED)
    return kind, data
