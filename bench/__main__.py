"""`make bench`: what the portal costs, as tables and in `bench/latest.json`. `make bench PART=pages` runs one part.

Machines are shared and noisy. What is compared is therefore measured in turn in one run, and told as ratios beside the times.
"""

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from dev.postgresql import DURABLE, THROWAWAY, ThrowawayServer
from tests.settings import SETTINGS

LATEST = Path(__file__).parent / "latest.json"
# Each part, and the server that it needs: what writes is measured at production's pace.
PARTS = {
    "pages": THROWAWAY,
    "registrations": DURABLE,
    "mails": DURABLE,
    "imports": DURABLE,
    "endurance": THROWAWAY,
    "starts": THROWAWAY,
    "failover": DURABLE,
}


def main(*parts: str) -> int:
    if unknown := set(parts) - PARTS.keys():
        sys.exit(f"Ukendt del: {', '.join(sorted(unknown))}. Der er {' og '.join(PARTS)}.")
    if len(parts) == 1:
        return measure(parts[0])
    # Each in a process of its own, as Django reads its settings once and each part has its own database.
    command = (sys.executable, "-m", "bench")
    return max(subprocess.run([*command, part], check=False).returncode for part in parts or PARTS)  # noqa: S603 (ourselves)


def measure(name: str) -> int:
    with ThrowawayServer(PARTS[name]) as url, TemporaryDirectory() as static:
        os.environ.update(
            SETTINGS
            | {"CONN_MAX_AGE": "600", "DATABASE_URL": url, "STATIC_ROOT": static, "PAGE_CACHE_MB": "8"}
            | {"DJANGO_SETTINGS_MODULE": "erhvervspanel.settings"}
        )
        import django  # noqa: PLC0415 (the settings come first)

        django.setup()
        results = import_module(f"bench.{name}").measure()
    latest = json.loads(LATEST.read_text()) if LATEST.exists() else {}
    kept = {part: latest[part] for part in PARTS if part in latest}
    LATEST.write_text(json.dumps(kept | {name: results}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
