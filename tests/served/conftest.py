"""The portal as it runs in production: a real gunicorn on collected static files, with the sample programme."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from dev.serve import web_command
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 30  # seconds


@dataclass(frozen=True)
class Answer:
    """One response, with its body as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Portal:
    """A portal that is running.

    Attributes:
        pid: gunicorn's main process.
        log: what it and its workers have written to stderr.
    """

    port: int
    pid: int
    log: Path

    def get(self, path: str, **headers: str) -> Answer:
        """GET as a browser does it: `Accept-Encoding` offers Brotli and gzip."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("GET", path, headers={"Accept-Encoding": "br, gzip", **headers})
            response = connection.getresponse()
            fields = {}
            for name, value in response.getheaders():
                fields[name.lower()] = ", ".join(filter(None, (fields.get(name.lower()), value)))
            return Answer(response.status, fields, response.read())

    def text(self, path: str) -> str:
        return self.get(path, **{"Accept-Encoding": "identity"}).body.decode()


@pytest.fixture(scope="session")
def own_database(migrated) -> Iterator[str]:
    """The address of a database beside the tests' own, which another process can use."""
    server = urlsplit(os.environ["DATABASE_URL"])
    name = f"served_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with contextlib.closing(psycopg2.connect(urlunsplit(server))) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.cursor().execute(f"CREATE DATABASE {name} TEMPLATE {migrated}")
        yield urlunsplit(server._replace(path=f"/{name}"))
        connection.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def environment(own_database, static_files) -> dict[str, str]:
    settings = os.environ | {
        "DATABASE_URL": own_database,
        "STATIC_ROOT": str(static_files),
        "DEMO": "true",
        "PAGE_CACHE_MB": "8",
    }
    subprocess.run(
        [sys.executable, "manage.py", "load_programme", "--verbosity=0"], cwd=ROOT, env=settings, check=True
    )
    return settings


@pytest.fixture(scope="session")
def serve(environment, tmp_path_factory) -> Iterator[Callable[..., Portal]]:
    """Starts the portal with settings of its own, on a port of its own."""
    with contextlib.ExitStack() as stack:

        def start(application: str = "erhvervspanel.wsgi", workers: int = 1, **settings: str) -> Portal:
            port, log = free_port(), tmp_path_factory.mktemp("portal") / "log"
            command = web_command(sys.executable, "127.0.0.1", port, workers=workers, application=application)
            env = environment | {"SITE_URL": f"http://127.0.0.1:{port}"} | settings
            process = subprocess.Popen(command, cwd=ROOT, env=env, stderr=stack.enter_context(log.open("w")))
            stack.callback(process.wait, 20)
            stack.callback(process.terminate)
            wait_for(port, process, log)
            return Portal(port, process.pid, log)

        yield start


def wait_for(port: int, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.05)
    raise AssertionError("The portal does not answer.")


@pytest.fixture(scope="session")
def portal(serve) -> Portal:
    return serve()
