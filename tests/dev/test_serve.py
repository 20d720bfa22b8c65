"""`make run` as somebody who has just cloned the project meets it."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import environ
import pytest

from dev import serve
from tests.ports import free_port

STARTS_WITHIN = 300  # seconds; a first start migrates, loads the sample and compresses static files


class Run:
    """`make run` in `checkout`, from its start until it is ready."""

    def __init__(self, checkout, port: int):
        self.log = checkout / f"{time.monotonic_ns()}.log"
        kept = {
            name: value
            for name, value in os.environ.items()
            if name in ("PATH", "HOME") or name.startswith("PIP_")
        }
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                ["make", "run"],
                cwd=checkout,
                env={**kept, "PORT": str(port)},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.site = f"http://127.0.0.1:{port}"

    @property
    def told(self) -> str:
        return self.log.read_text()

    def until_ready(self) -> "Run":
        deadline = time.monotonic() + STARTS_WITHIN
        while "Portalen er klar" not in self.told:
            assert time.monotonic() < deadline, self.told
            assert self.process.poll() is None, self.told
            time.sleep(0.1)
        return self

    def page(self, path: str) -> str:
        with urllib.request.urlopen(self.site + path, timeout=30) as answer:  # noqa: S310 (loopback)
            return answer.read().decode()

    def end(self, number: int) -> None:
        """Sends signal `number` to all that the terminal would, and waits for the end."""
        os.killpg(self.process.pid, number)
        self.process.wait(30)


def processes_in(folder: Path) -> dict[int, str]:
    """The command lines of the living processes that name `folder` or work in it."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_text().replace("\0", " ")
            place = (entry / "cwd").readlink()
        except OSError:
            continue
        if line and (str(folder) in line or place.is_relative_to(folder)):
            found[int(entry.name)] = line
    return found


def mail_worker(folder: Path, *, after: int = 0) -> int:
    """The process that sends mails, once there is one; with `after`, another one than that."""
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        for key, line in processes_in(folder).items():
            if "manage.py worker" in line and key != after:
                return key
        time.sleep(0.1)
    raise AssertionError(processes_in(folder))


def nothing_left(folder) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not processes_in(folder):
            return True
        time.sleep(0.1)
    return False


def test_run_serves_the_sample_keeps_data_and_leaves_nothing(checkout):
    port = free_port()
    first = Run(checkout, port).until_ready()
    password = re.search("adgangskoden »(.+)«", first.told)[1]
    assert "Grøn omstilling" in first.page("/")
    assert processes_in(checkout)
    first.end(signal.SIGTERM)
    assert nothing_left(checkout), processes_in(checkout)

    second = Run(checkout, port).until_ready()
    assert "Indlæser eksempelprogrammet" not in second.told
    assert re.search("adgangskoden »(.+)«", second.told)[1] == password
    # All at once, the database too: nothing gets to tidy up.
    for process in processes_in(checkout):
        os.kill(process, signal.SIGKILL)
    second.process.wait(30)

    third = Run(checkout, port).until_ready()
    assert "2021-07" in third.page("/ideer/2021-07/")
    worker = mail_worker(checkout)
    os.kill(worker, signal.SIGKILL)
    mail_worker(checkout, after=worker)
    assert "Udsendelsen af mails stoppede (kode -9). Den starter igen." in third.told
    assert "2021-07" in third.page("/ideer/2021-07/")
    third.end(signal.SIGINT)
    assert nothing_left(checkout), processes_in(checkout)


def test_a_run_that_is_stopped_while_postgresql_starts_leaves_nothing(checkout):
    run = Run(checkout, free_port())
    deadline = time.monotonic() + STARTS_WITHIN
    while not (checkout / "var/postgresql/data/postmaster.pid").exists():
        assert time.monotonic() < deadline, run.told
        time.sleep(0.001)
    assert run.told.endswith("Starter PostgreSQL … ")
    run.end(signal.SIGTERM)
    assert "Stoppet." in run.told
    assert nothing_left(checkout), processes_in(checkout)


def test_two_runs_share_the_database_and_the_last_one_stops_it(checkout):
    one, other = Run(checkout, free_port()), Run(checkout, free_port())
    for each in (one, other):
        each.until_ready()
    one.end(signal.SIGTERM)
    assert "2021-07" in other.page("/ideer/2021-07/")
    other.end(signal.SIGTERM)
    assert nothing_left(checkout), processes_in(checkout)


def test_a_taken_port_is_told_in_one_sentence(checkout):
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = Run(checkout, port)
        assert run.process.wait(30) != 0
    assert f"Port {port} på 127.0.0.1 er optaget" in run.told
    assert f"PORT={port + 1} make run" in run.told
    assert "Traceback" not in run.told


@pytest.mark.parametrize("port", ["otte", "0", "70000"])
def test_a_port_that_is_none_is_refused(checkout, port):
    result = subprocess.run(
        ["make", "run"],
        cwd=checkout,
        env={**os.environ, "PORT": port},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert f"PORT={port} er ikke et portnummer" in result.stderr


@pytest.mark.parametrize("folder", ["mails", "a+b #1 & 50%/mails"])
def test_mails_are_put_where_it_says_they_are(monkeypatch, tmp_path, folder):
    monkeypatch.setattr(serve, "kept_secret", lambda name, length: "hemmeligt")
    monkeypatch.setattr(serve, "MAILS", tmp_path / folder)
    monkeypatch.delenv("EMAIL_URL", raising=False)
    settings = serve.demonstration("postgres://", "http://127.0.0.1:8000", "127.0.0.1", "127.0.0.1")
    config = environ.Env.email_url_config(settings["EMAIL_URL"])
    assert config["EMAIL_FILE_PATH"] == str(serve.MAILS)


def test_somebody_is_said_to_look_the_demonstrations_security_txt_over(monkeypatch):
    monkeypatch.setattr(serve, "kept_secret", lambda name, length: "hemmeligt")
    monkeypatch.delenv("SECURITY_REVIEW_BY", raising=False)
    settings = serve.demonstration("postgres://", "http://127.0.0.1:8000", "127.0.0.1", "127.0.0.1")
    ahead = date.fromisoformat(settings["SECURITY_REVIEW_BY"]) - datetime.now(UTC).date()
    assert timedelta(days=31) < ahead < timedelta(days=366)
