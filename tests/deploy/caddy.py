"""How the Caddy of this machine is told what deploy/Caddyfile leaves to its version, as deploy/install.sh does it."""

import re
import subprocess


def version() -> tuple[int, ...]:
    told = subprocess.run(["caddy", "version"], capture_output=True, text=True, check=True).stdout
    return tuple(map(int, re.match(r"v?(\d+)\.(\d+)\.(\d+)", told).groups()))


def buffers() -> dict[str, str]:
    """The settings by which it keeps a form until it is there."""
    older = {"REQUEST_BUFFERS": "max_buffer_size", "BUFFERING": "buffer_requests"}
    return older if version() < (2, 6, 3) else {}
