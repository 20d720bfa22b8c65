"""Gunicorn's part: `python -m gunicorn --config python:erhvervspanel.foundation.monitoring.gunicorn`.

Its own words go through the same formatter, as they tell addresses; and its processes count in one folder. A configuration file
of one's own takes these names over: `from erhvervspanel.foundation.monitoring.gunicorn import *`.
"""

import logging
import os
import shutil
import tempfile

from django.conf import ENVIRONMENT_VARIABLE, settings
from gunicorn.glogging import Logger

__all__ = ["child_exit", "logger_class", "on_exit"]

os.environ.setdefault(ENVIRONMENT_VARIABLE, "erhvervspanel.settings")
folder = ""
if settings.METRICS_TOKEN and not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    folder = os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="erhvervspanel-metrics-")

# The library looks for the folder when it is imported.
from erhvervspanel.foundation.monitoring import metrics  # noqa: E402
from erhvervspanel.foundation.monitoring.logs import LineFormatter  # noqa: E402


class LineLogger(Logger):
    """Gunicorn's logger, with our lines."""

    def setup(self, cfg):
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(LineFormatter(readable=settings.READABLE_LOGS))


logger_class = LineLogger


def child_exit(server, worker) -> None:
    """Keeps what a process counted, when it has ended. Runs in gunicorn's main process, which must not fall over it."""
    if settings.METRICS_TOKEN:
        try:
            metrics.fold(worker.pid)
        except OSError:
            logging.getLogger("gunicorn.error").exception("Tallene fra en proces, der er stoppet, er tabt")


def on_exit(server) -> None:
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
