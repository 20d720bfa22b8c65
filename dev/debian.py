"""What the tests need that is no Python package."""

import os
import shutil
import subprocess

from dev.console import Problem, step
from dev.postgresql import DEBIAN

# The first of them runs the tests of pages. Chromium without windows comes first: with them a page takes half as long again.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Debian's package, and how one sees that it is not needed.
PACKAGES = {
    "chromium-headless-shell": lambda: any(map(shutil.which, BROWSERS)),
    "haproxy": lambda: shutil.which("haproxy"),
    "redis-server": lambda: shutil.which("redis-server"),
    "postgresql": lambda: (
        any(DEBIAN.glob("*/bin/pg_dump")) or shutil.which("pg_dump") or os.environ.get("PG_BIN")
    ),
    # What reads the files of deploy/, and what is kept of the sources; Caddy serves in the tests too.
    "git": lambda: shutil.which("git"),
    "caddy": lambda: shutil.which("caddy"),
    "docker-compose": lambda: shutil.which("docker-compose"),
    "shellcheck": lambda: shutil.which("shellcheck"),
    "systemd": lambda: shutil.which("systemd-analyze"),
}


# What only the benchmarks need.
FOR_BENCH = {"wrk": lambda: shutil.which("wrk")}


def install_missing(packages: dict = PACKAGES) -> None:
    """Installs what is missing where that can be done: as root, with apt. Raises Problem, naming it, elsewhere."""
    missing = [name for name, is_here in packages.items() if not is_here()]
    if not missing:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        raise Problem(
            f"Testene mangler {' og '.join(missing)}. Installér med: apt-get install {' '.join(missing)}"
        )
    with step(f"Installerer {' og '.join(missing)}"):
        apt("update", "-q")
        apt("install", "-qy", "--no-install-recommends", *missing)


def apt(*arguments: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    result = subprocess.run(
        ["apt-get", *arguments], capture_output=True, text=True, env=environment, check=False
    )
    if result.returncode:
        lines = result.stderr.strip().splitlines()
        raise Problem(f"apt-get {arguments[0]} gik galt: {lines[-1] if lines else 'ingen besked'}")
