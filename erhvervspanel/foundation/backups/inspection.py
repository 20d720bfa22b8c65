"""Reading a backup from end to end, to know that it is whole and says of itself what is true."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from subprocess import PIPE
from threading import Thread
from typing import BinaryIO

from erhvervspanel.foundation.backups.archive import DATABASE, MANIFEST, Manifest, Part, parts
from erhvervspanel.foundation.backups.problems import BackupProblem
from erhvervspanel.foundation.backups.programs import newest
from erhvervspanel.foundation.backups.sealing import DAMAGED

POLICY = re.compile(rb'CREATE POLICY .* TO "?(\w+)"?')
COPY, FROM, OVER = b"COPY ", b" FROM stdin;\n", b"\\.\n"


def verified(file: BinaryIO) -> Manifest:
    """The manifest of the backup in `file`, once all that it says has been found true.

    Every byte has been opened with the key, every part has the size and the digest that it was written with, `pg_restore` can
    read the whole dump, and each table has as many rows in it as it had. Nothing is written anywhere. Raises BackupProblem.
    """
    seen, rows, packed = [], None, b""
    for name, blocks in parts(file):
        if packed:  # nothing comes after the manifest
            raise BackupProblem(DAMAGED)
        digest = Digested(blocks)
        if name == DATABASE:
            rows = rows_in(digest)
        elif name == MANIFEST:
            packed = b"".join(digest)
        for _ in digest:
            pass
        seen.append(Part(name, digest.size, digest.made.hexdigest()))
    manifest = Manifest.unpacked(packed)
    if seen[:-1] != manifest.parts:
        raise BackupProblem("Sikkerhedskopiens dele svarer ikke til dens indholdsfortegnelse. Brug en anden.")
    if rows is None:
        raise BackupProblem("Sikkerhedskopien har ingen database. Brug en anden.")
    refuse_other_rows(manifest.tables, rows)
    return manifest


def refuse_other_rows(expected: dict[str, int], found: dict[str, int]) -> None:
    for table in sorted(expected.keys() | found.keys()):
        wanted, there = expected.get(table, 0), found.get(table, 0)
        if wanted != there:
            raise BackupProblem(
                f"Sikkerhedskopien har {there} rækker i {table} og skulle have {wanted}. Brug en anden."
            )


class Digested:
    """Blocks that are counted and digested as they are read."""

    def __init__(self, blocks: Iterable[bytes]):
        self.blocks, self.size, self.made = iter(blocks), 0, hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        block = next(self.blocks)
        self.size += len(block)
        self.made.update(block)
        return block


def rows_in(dump: Iterable[bytes]) -> dict[str, int]:
    """How many rows each table has in `dump`, which `pg_restore` reads as if to restore it."""
    rows, counted = Counter(), None
    with script_of(dump) as script:
        for line in script:
            if counted is None:
                if line.startswith(COPY) and line.endswith(FROM):
                    counted = line[len(COPY) :].split(b" (")[0].decode()
            elif line == OVER:
                counted = None
            else:
                rows[counted] += 1
    return dict(rows)


def roles_in(dump: Iterable[bytes]) -> set[str]:
    """The roles that policies in `dump` are for: without them it cannot be restored."""
    with script_of(dump) as script:
        return {found[1].decode() for line in script if (found := POLICY.match(line))}


@contextmanager
def script_of(dump: Iterable[bytes]) -> Iterator[BinaryIO]:
    """The SQL that `dump` would be restored with, as a file to read."""
    with newest().run("pg_restore", "--file=-", stdin=PIPE, stdout=PIPE) as process:
        feeder = Feeder(dump, process.stdin)
        feeder.start()
        try:
            yield process.stdout
        except BaseException:
            process.kill()
            raise
        finally:
            feeder.join()
        if feeder.problem:
            raise feeder.problem


class Feeder(Thread):
    """Writes blocks into a program while its output is read by somebody else.

    Attributes:
        problem: what stopped it, if anything did.
    """

    def __init__(self, blocks: Iterable[bytes], into: BinaryIO):
        super().__init__(daemon=True)
        self.blocks, self.into, self.problem = blocks, into, None

    def run(self) -> None:
        try:
            with self.into:
                for block in self.blocks:
                    self.into.write(block)
        except Exception as error:  # raised again in the other thread
            self.problem = error
