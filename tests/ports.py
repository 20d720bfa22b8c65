"""Ports on loopback that nobody else will take."""

import random
import socket
from contextlib import closing
from pathlib import Path

# From here on the kernel hands ports out to whoever connects; one of those can be gone before a server has taken it.
HANDED_OUT = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])


def free_port() -> int:
    """A port that is free now, and stays so: it can be taken by a server, left, and taken again."""
    while True:
        port = random.randrange(10_000, HANDED_OUT)  # noqa: S311 (no secret)
        with closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
