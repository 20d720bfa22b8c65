"""Locks between commands that run at once. The system lets go of them when a process dies, however it dies."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from dev.console import say


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Waits until no other command holds `path`, and holds it while the body runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        if not taken(file, fcntl.LOCK_EX):
            say("Venter på en anden make-kommando, der er i gang …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Users:
    """Those who use a shared thing at the moment, counted by a lock that each of them holds."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file = path.open("a")

    def join(self) -> None:
        fcntl.flock(self.file, fcntl.LOCK_SH)

    def is_last(self) -> bool:
        """Whether nobody else uses the thing. From then on nobody can join, until `leave`."""
        return taken(self.file, fcntl.LOCK_EX)

    def leave(self) -> None:
        fcntl.flock(self.file, fcntl.LOCK_UN)
        self.file.close()


def taken(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
