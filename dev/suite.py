"""`make test` and `make bench`: the code at work, on real parts."""

import os
import subprocess

from dev import checks, debian, environment
from dev.console import ROOT, say


def test(*paths: str) -> int:
    """The checks and the whole suite; with `paths`, only those tests."""
    python = environment.prepare("dev")
    debian.install_missing()
    if not paths and checks.check():
        return 1
    say("")
    # One process more than processors: a third of the time goes with waiting for servers, browsers and clocks.
    workers = (os.cpu_count() or 1) + 1
    return run(python, "-m", "pytest", "--numprocesses", str(workers), *paths)


def bench(*parts: str) -> int:
    """The benchmarks, or only those `parts` of them. They are no tests: a slow machine is no mistake."""
    python = environment.prepare("dev")
    debian.install_missing(debian.PACKAGES | debian.FOR_BENCH)
    return run(python, "-m", "bench", *parts)


def run(python, *arguments: str) -> int:
    return subprocess.run([python, *arguments], cwd=ROOT, check=False).returncode
