"""A pytest plugin, loaded before Django's settings are: settings as in production, and a database to use.

Without DATABASE_URL the run gets a throw-away PostgreSQL of its own, which its worker processes inherit.
"""

import os
import tempfile
from pathlib import Path

from dev.postgresql import ThrowawayServer
from tests.settings import SETTINGS

os.environ.update(SETTINGS)
server = None if "DATABASE_URL" in os.environ else ThrowawayServer()
if server is not None:
    os.environ["DATABASE_URL"] = server.__enter__()
    os.environ["STATIC_ROOT"] = tempfile.mkdtemp(dir=server.folder)
    os.environ["MEDIA_URL"] = f"file://{tempfile.mkdtemp(dir=server.folder)}"


def pytest_unconfigure():
    if server is not None:
        server.__exit__()


def pytest_report_header():
    return f"database: {os.environ['DATABASE_URL']}, temporary files: {Path(tempfile.gettempdir())}"
