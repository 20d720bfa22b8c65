"""What the commands tell while they work."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What a checkout makes for itself: the database, static files, locks. Git ignores it.
VAR = ROOT / "var"


class Problem(Exception):
    """What stops a command: a Danish sentence that says what is wrong and how to mend it."""


@contextmanager
def step(text: str) -> Iterator[None]:
    """Shows `text` while the body runs, and then how long it took."""
    started = time.monotonic()
    say(f"{text} … ", end="")
    try:
        yield
    except BaseException:
        say("")
        raise
    say(seconds(time.monotonic() - started))


def say(text: str, end: str = "\n") -> None:
    sys.stdout.write(text + end)
    sys.stdout.flush()


def seconds(duration: float) -> str:
    return f"{duration:.1f} s".replace(".", ",")
