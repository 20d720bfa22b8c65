"""PostgreSQL's own programs, found and told where the portal's database is."""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.db import connection
from psycopg2.extensions import make_dsn

from erhvervspanel.foundation.backups.problems import BackupProblem

DEBIAN = Path("/usr/lib/postgresql")
NEEDED = ("pg_dump", "pg_restore", "psql")
# What Django says to the driver and PostgreSQL's programs know nothing of, or must not be told on a command line.
NOT_TOLD = {"cursor_factory", "client_encoding", "options", "password"}


@dataclass(frozen=True)
class Programs:
    """One version of PostgreSQL's programs.

    Attributes:
        major: which.
    """

    folder: Path
    major: int

    @contextlib.contextmanager
    def run(self, name: str, *arguments: str, **streams) -> Iterator[subprocess.Popen]:
        """Runs a program while the body does. It is killed where the body fails.

        Raises BackupProblem with what it says where it ends badly.
        """
        with tempfile.TemporaryFile() as said:
            command = [self.folder / name, *arguments]
            process = subprocess.Popen(command, stderr=said, env=environment(), **streams)  # noqa: S603 (PostgreSQL's own)
            try:
                yield process
            except BaseException as error:
                process.kill()
                process.wait()
                if isinstance(error, BrokenPipeError):  # it has gone, and has said why
                    raise BackupProblem(f"{name} gik galt: {last_line(said)}") from error
                raise
            finally:
                close(process)
            if process.wait():
                raise BackupProblem(f"{name} gik galt: {last_line(said)}")


def programs(at_least: int) -> Programs:
    """The oldest that are of major version `at_least` or newer: what they write, the server understands.

    Raises BackupProblem where there are none.
    """
    here = all_here()
    for each in here:
        if each.major >= at_least:
            return each
    newest_here = f"og den nyeste her er {here[-1].major}" if here else "og er her ikke"
    raise BackupProblem(
        f"pg_dump, pg_restore og psql skal være version {at_least} eller nyere, {newest_here}. "
        f"Installér pakken postgresql-client-{at_least}, eller vælg deres mappe med PG_BIN."
    )


def newest() -> Programs:
    """Those that can read the most. Raises BackupProblem where there are none."""
    return programs(max((each.major for each in all_here()), default=15))


def all_here() -> list[Programs]:
    """The oldest first: those in `$PG_BIN` alone where that is set, else those in Debian's folders and on PATH."""
    found = (Programs(folder, major(folder)) for folder in folders() if has_all(folder))
    return sorted(found, key=lambda each: each.major)


def folders() -> Iterator[Path]:
    if chosen := os.environ.get("PG_BIN"):
        yield Path(chosen)
        return
    yield from DEBIAN.glob("*/bin")
    if found := shutil.which("pg_dump"):
        yield Path(found).parent


def has_all(folder: Path) -> bool:
    return all((folder / name).exists() for name in NEEDED)


def major(folder: Path) -> int:
    command = [folder / "pg_dump", "--version"]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603 (PostgreSQL's own)
    found = re.search(r"\d+", told)
    return int(found[0]) if found else 0


def where() -> str:
    """Where the portal's database is, for a command line: all but the password."""
    told = connection.get_connection_params()
    return make_dsn(**{name: value for name, value in told.items() if name not in NOT_TOLD})


def environment() -> dict[str, str]:
    password = connection.get_connection_params().get("password")
    return {**os.environ, "LC_ALL": "C.UTF-8"} | ({"PGPASSWORD": password} if password else {})


def close(process: subprocess.Popen) -> None:
    for stream in filter(None, (process.stdin, process.stdout)):
        with contextlib.suppress(BrokenPipeError):
            stream.close()


def last_line(said: IO[bytes]) -> str:
    """The first error that a program told of, or its last line."""
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    errors = [line for line in lines if "error" in line.lower() or "fatal" in line.lower()]
    return (errors or lines[-1:] or ["ingen besked"])[0]
