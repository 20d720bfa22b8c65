"""How gunicorn serves the portal, the same in production, under `make run`, in the tests and in the benchmarks.

    python -m gunicorn --config deploy/gunicorn.conf.py

A stop or a restart drops nothing: a worker that is told to stop answers what it has taken, with `Connection: close`, and keeps
the connections that wait for a next request open for two seconds more (gunicorn's STOP_KEEPALIVE_LINGER). The proxy gives up an
idle connection after one (deploy/Caddyfile), so it never sends a request into one that is being closed.
"""

import ctypes
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from erhvervspanel.environment import Environment, choice, told_plainly

ROOT = Path(__file__).resolve().parent.parent
LEVELS = ("debug", "info", "warning", "error", "critical")

with told_plainly():
    env = Environment()
    if (ROOT / ".env").exists():
        env.read_env(ROOT / ".env")
    from erhvervspanel.foundation.monitoring.gunicorn import child_exit, logger_class, on_exit  # noqa: F401 (gunicorn's names)
    from erhvervspanel.foundation.web_worker import SharingWorker

    workers = env.number("WEB_WORKERS", default=2, least=1)
    threads = env.number("WEB_THREADS", default=4, least=1)
    # After so many requests, and up to half as many more, a worker makes room for a fresh one: not all of them at once. 0 is never.
    max_requests = env.number("WEB_MAX_REQUESTS", default=20_000)
    # Where it listens. A socket that systemd holds goes before it.
    bind = env.str("BIND", default="127.0.0.1:8000")
    loglevel = choice("WEB_LOG_LEVEL", env.str("WEB_LOG_LEVEL", default="warning"), LEVELS)

wsgi_app = "erhvervspanel.wsgi"
chdir = str(ROOT)
# Threads, as a request waits for the database, and so that a slow client holds a thread and not a process.
worker_class = SharingWorker
max_requests_jitter = max_requests // 2
# Each worker loads the code itself: no connection and no random state is made before the fork. What would be shared is some 20 MB
# a worker, which counting references unshares within minutes.
preload_app = False
# Longer than the proxy keeps its idle connections, so that it is always the proxy that closes them.
keepalive = 10
# A process whose main loop has hung for `timeout` is ended; a long import in a thread is not. A stop waits for what was taken for
# `graceful_timeout` at most (systemd's TimeoutStopSec and compose's stop_grace_period are longer).
timeout = 60
graceful_timeout = 30
# A sign of life is a touch of a file: in memory, where a disk that stalls cannot have a worker killed.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 (unlinked at once)
# No socket for remote control: nobody uses it, and it would have to be guarded.
control_socket_disable = True
# The proxy writes the access log, without who it was (deploy/Caddyfile).
accesslog = None
# Whom X-Forwarded-* is believed from is Django's to say, by BEHIND_PROXY.
forwarded_allow_ips = "127.0.0.1,::1"

# The C library gives each thread a pool of memory of its own, half empty: Python's threads take turns, and one pool will do. It takes
# some 8 MB less of a worker. Only glibc knows of it.
M_ARENA_MAX = -8
with suppress(AttributeError):
    ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)

# -- Hooks -----------------------------------------------------------------------------------------------------


def on_starting(server):
    """Ends the start on a bad setting, told once, before any worker would tell it."""
    command = [sys.executable, "-c", READ_SETTINGS]
    if code := subprocess.run(command, cwd=ROOT, check=False).returncode:  # noqa: S603 (our own)
        sys.exit(code)


READ_SETTINGS = """
from erhvervspanel.environment import told_plainly
with told_plainly():
    import erhvervspanel.settings
"""
