"""What takes long to make is made once, by the first process of a run that asks for it."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.db import connections

from dev.locks import alone

ROOT = Path(__file__).resolve().parents[1]
# Files whose few tests take minutes. Begun last they would keep one process at work when the others are done.
LONG = (
    "tests/deploy/test_install.py",
    "tests/dev/test_serve.py",
    "tests/browser/test_pages.py",
    "tests/browser/test_admin.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Has the LONG files begin first; all else stays in the order of chance."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(scope="session")
def made_once(tmp_path_factory) -> Path:
    """A folder that all processes of the run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def static_files(made_once) -> Path:
    """The folder of the static files as production serves them: bundled, hashed and compressed."""
    folder = made_once / "static"
    with alone(made_once / "static.lock"):
        if not (folder / "staticfiles.json").exists():
            manage("collectstatic", "--no-input", STATIC_ROOT=str(folder))
    return folder


@pytest.fixture(scope="session")
def migrated(made_once) -> str:
    """The name of a migrated database, there to be copied."""
    name, done = "migrated", made_once / "migrated"
    with alone(made_once / "migrated.lock"):
        if not done.exists():
            server = urlsplit(os.environ["DATABASE_URL"])
            with contextlib.closing(psycopg2.connect(urlunsplit(server))) as connection:
                connection.autocommit = True
                connection.cursor().execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
                connection.cursor().execute(f"CREATE DATABASE {name}")
            manage("migrate", DATABASE_URL=urlunsplit(server._replace(path=f"/{name}")))
            done.touch()
    return name


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, migrated) -> None:
    """Has the tests' database be such a copy."""
    connections["default"].settings_dict["TEST"]["TEMPLATE"] = migrated


def manage(command: str, *arguments: str, **settings: str) -> None:
    subprocess.run(  # noqa: S603 (the portal itself)
        [sys.executable, "manage.py", command, *arguments, "--verbosity=0"],
        cwd=ROOT,
        env=os.environ | settings,
        check=True,
    )
