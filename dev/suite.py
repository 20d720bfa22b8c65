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
    # As many processes as processors, which they keep busy; and two at the least, as some of the tests wait.
    workers = max(2, os.cpu_count() or 1)
    return run(python, "-m", "pytest", "--numprocesses", str(workers), *paths)


def bench(*parts: str) -> int:
    """The benchmarks, or only those `parts` of them. They are no tests: a slow machine is no mistake."""
    python = environment.prepare("dev")
    debian.install_missing(debian.PACKAGES | debian.FOR_BENCH)
    return run(python, "-m", "bench", *parts)


def run(python, *arguments: str) -> int:
    return subprocess.run([python, *arguments], cwd=ROOT, check=False).returncode
