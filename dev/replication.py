"""A second PostgreSQL that follows the first and takes over from it: streaming replication on sockets, for tests and drills."""

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

from dev.console import Problem
from dev.postgresql import NAME, Server, find_programs, last_line

WITHIN = 30  # seconds for a server to follow, to lead or to be gone


def address(*servers: Server) -> str:
    """The address of whichever of `servers` takes writes."""
    hosts = ",".join(str(server.sockets) for server in servers)
    return f"postgres://{NAME}@/{NAME}?host={hosts}&target_session_attrs=read-write"


def follow(primary: Server, standby: Server) -> None:
    """Makes `standby` a copy of `primary` that follows it, in place of whatever lay there, and starts it."""
    programs = find_programs()
    standby.owner.make(standby.home)
    shutil.rmtree(standby.data, ignore_errors=True)
    made = standby.owner.run(
        *(programs / "pg_basebackup", "-h", primary.sockets, "-U", NAME, "-D", standby.data),
        *("--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"),
    )
    if made.returncode:
        raise Problem(f"Kopien kan ikke laves: {last_line(made.stdout)}")
    (standby.home / "database-is-made").touch()  # it came along
    standby.start()


def crash(server: Server) -> None:
    """Kills all processes of `server` at once, as when its machine is gone."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        postmaster = int((server.data / "postmaster.pid").read_text().split()[0])
        backends = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for pid in (postmaster, *map(int, backends)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    until(lambda: not server.answers(), "Serveren vil ikke dø.")


def promote(server: Server) -> None:
    """Makes a standby the primary, and returns when it takes writes."""
    told = server.owner.run(find_programs() / "pg_ctl", "-D", server.data, "-w", "-t", WITHIN, "promote")
    if told.returncode:
        raise Problem(f"Kopien kan ikke tage over: {last_line(told.stdout, server.log)}")


def until(holds: Callable[[], bool], otherwise: str, *, within: float = WITHIN) -> None:
    """Waits until `holds`. Raises Problem, with the sentence `otherwise`, after so many seconds."""
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            raise Problem(otherwise)
        time.sleep(0.02)
