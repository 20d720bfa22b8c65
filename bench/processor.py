"""Time of the processor and memory, as Linux tells it under /proc (proc(5))."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1


def busy() -> float:
    """Seconds that the machine's cores have worked since it started, for whomever."""
    user, nice, system, _idle, _wait, irq, softirq, *_ = map(
        int, Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    )
    return (user + nice + system + irq + softirq) / TICKS


def used(pid: int) -> float:
    """Seconds that a process has worked."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def used_by_all(pid: int) -> float:
    """Seconds that a process has worked with all that it has started, those that it saw end included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    living = sum(used_by_all(child) for child in children(pid))
    return sum(map(int, fields[11:15])) / TICKS + living


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def resident(pid: int) -> int:
    """Memory of a process in kB, with what it shares with others counted whole."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
