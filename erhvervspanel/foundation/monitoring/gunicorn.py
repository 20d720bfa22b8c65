"""Gunicorn's part, which `deploy/gunicorn.conf.py` takes over.

Its own words go through the same formatter, as they tell addresses; and its processes count in one folder. Gunicorn's main process
reads the environment alone and none of Django's settings, so that workers that it makes later read them anew.
"""

import logging
import os
import shutil
import tempfile

from gunicorn.glogging import Logger

from erhvervspanel.environment import Environment

__all__ = ["child_exit", "logger_class", "on_exit"]

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
OURS = f"{tempfile.gettempdir()}/erhvervspanel-metrics-"
env = Environment()
COUNTS = bool(env.str("METRICS_TOKEN", default=""))
READABLE = env.bool("DEBUG", default=False) or env.bool("DEMO", default=False)
if COUNTS and FOLDER not in os.environ:
    os.environ[FOLDER] = tempfile.mkdtemp(prefix=OURS)

# The library looks for the folder when it is imported.
from erhvervspanel.foundation.monitoring import metrics  # noqa: E402
from erhvervspanel.foundation.monitoring.logs import LineFormatter  # noqa: E402


class LineLogger(Logger):
    """Gunicorn's logger, with our lines."""

    def setup(self, cfg):
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(LineFormatter(readable=READABLE))


logger_class = LineLogger


def child_exit(server, worker) -> None:
    """Keeps what a process counted, when it has ended. Runs in gunicorn's main process, which must not fall over it."""
    if COUNTS:
        try:
            metrics.fold(worker.pid)
        except OSError:
            logging.getLogger("gunicorn.error").exception("Tallene fra en proces, der er stoppet, er tabt")


def on_exit(server) -> None:
    """Removes the folder that was made here, unless a main process that takes over goes on counting in it."""
    folder = os.environ.get(FOLDER, "")
    if folder.startswith(OURS) and not server.reexec_pid:
        shutil.rmtree(folder, ignore_errors=True)
