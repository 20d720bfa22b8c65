"""The portal is installed on this machine, in a folder of its own, and upgraded while people use it.

Everything is real but systemd, which is not here (units.py): Caddy with a certificate of its own, PostgreSQL with the portal's roles,
the code with its settings. Packages are not fetched once more: the environment of the tests is used.
"""

import contextlib
import hashlib
import http.client
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.checks import PRODUCTION
from dev.postgresql import ThrowawayServer
from tests.deploy.units import Units
from tests.ports import free_port
from tests.served.crowd import Crowd

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", "tests", "bench", "docs")
STARTS_WITHIN = 60  # seconds
DAY = 24 * 60 * 60
TOKEN = "Prometheus-paa-besoeg"


class Machine:
    """A folder that stands for a machine, with its own PostgreSQL."""

    def __init__(self, folder: Path, database: str):
        self.folder, self.database = folder, database
        self.etc, self.opt = folder / "etc/erhvervspanel", folder / "opt/erhvervspanel"
        self.programs = folder / "programs"
        self.programs.mkdir()
        self.units = Units(folder / "etc/systemd/system", self.programs, sys.executable)
        self.prefix = str(free_port() // 10)
        self.port = free_port()
        self.site = f"https://localhost:{self.port}"
        self.use_packages_of_the_tests()

    def use_packages_of_the_tests(self) -> None:
        version = subprocess.run(["python3", "--version"], capture_output=True, check=True).stdout
        mark = hashlib.sha256(version + (ROOT / "requirements/run.txt").read_bytes()).hexdigest()[:16]
        (self.opt / "environments").mkdir(parents=True)
        (self.opt / "environments" / mark).symlink_to(ROOT / ".venv")

    def install(self, command: str, source: Path = ROOT, **settings: str) -> subprocess.CompletedProcess:
        host = self.database.partition("host=")[2]
        more = ("--no-packages", "--admin-database", self.database, "--database-host", host)
        return self.run(source, command, *more, "--port-prefix", self.prefix, **settings)

    def run(self, source: Path, *arguments, **settings: str) -> subprocess.CompletedProcess:
        """The installer of the checkout `source`, on a machine that is laid in a folder."""
        user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        return subprocess.run(
            [source / "deploy/install.sh", "--root", self.folder, "--user", user, *arguments],
            env={"PATH": f"{self.programs}:{os.environ['PATH']}", "HOME": str(self.folder), **settings},
            capture_output=True,
            text=True,
            check=False,
        )

    def fill_in(self, **settings: str) -> None:
        """What only the municipality can say."""
        ours = {"SITE_URL": self.site, "ALLOWED_HOSTS": "localhost", "CONN_MAX_AGE": "60", "WEB_WORKERS": "1"}
        ours |= {"METRICS_TOKEN": TOKEN} | settings
        kept = ("SECRET_KEY", "DATABASE_URL", "BEHIND_PROXY", "DEBUG", "DEMO")
        lines = (self.etc / "portal.env").read_text().splitlines()
        told = {name: value for name, value in PRODUCTION.items() if name not in kept} | ours
        filled = [
            f"{name}={told[name]}" if (name := line.partition("=")[0]) in told else line for line in lines
        ]
        (self.etc / "portal.env").write_text("\n".join(filled) + "\n")

    def start_proxy(self) -> None:
        settings = dict(line.split("=", 1) for line in (self.etc / "caddy.env").read_text().splitlines())
        own = {
            "XDG_DATA_HOME": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder),
            "HTTP_PORT": str(free_port()),
        }
        with (self.folder / "caddy.log").open("w") as log:
            self.proxy = subprocess.Popen(
                ["caddy", "run", "--config", self.etc / "Caddyfile"],
                env={"PATH": os.environ["PATH"], **settings, **own},
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + STARTS_WITHIN
        while not self.certificate.exists() or not self.answers():
            assert time.monotonic() < deadline, (self.folder / "caddy.log").read_text()
            time.sleep(0.1)

    @property
    def certificate(self) -> Path:
        return self.folder / "caddy/pki/authorities/local/root.crt"

    def ask_portal(self, number: int, path: str, **headers: str) -> http.client.HTTPResponse:
        """Portal `number` itself, as the proxy would ask it."""
        with contextlib.closing(
            http.client.HTTPConnection("127.0.0.1", int(f"{self.prefix}{number}"), timeout=30)
        ) as connection:
            site = {"Host": f"localhost:{self.port}", "X-Forwarded-Proto": "https"}
            connection.request("GET", path, headers=site | headers)
            response = connection.getresponse()
            response.body = response.read()
            return response

    def answers(self) -> bool:
        try:
            return self.get("/livez").status == 200
        except OSError:
            return False

    def connect(self) -> http.client.HTTPSConnection:
        trusted = ssl.create_default_context(cafile=str(self.certificate))
        return http.client.HTTPSConnection("localhost", self.port, timeout=90, context=trusted)

    def get(self, path: str, **headers: str) -> http.client.HTTPResponse:
        with contextlib.closing(self.connect()) as connection:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            response.body = response.read()
            return response

    def processes(self) -> dict[str, int]:
        return {name: process.pid for name, process in self.units.processes.items() if process.poll() is None}

    def end(self) -> None:
        self.units.end()
        if hasattr(self, "proxy"):
            self.proxy.terminate()
            self.proxy.wait(STARTS_WITHIN)


@contextlib.contextmanager
def new_machine() -> Iterator[Machine]:
    folder = Path(tempfile.mkdtemp(prefix="ep-"))
    folder.chmod(0o755)
    with ThrowawayServer() as database:
        made = Machine(folder, database)
        try:
            yield made
        finally:
            made.end()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with new_machine() as made:
        yield made


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A copy of the project, to be changed into another release."""
    copy = tmp_path / "checkout"
    shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
    return copy


def change(checkout: Path, path: str, old: str, new: str) -> None:
    text = (checkout / path).read_text()
    assert old in text
    (checkout / path).write_text(text.replace(old, new, 1))


ASKED = (("GET", "/"), ("GET", "/nyheder/"), ("POST", "/tilmelding/find/"))
NEXT_STEP = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "{last}")]
    operations = [migrations.AddField("news", "source", models.CharField(max_length=100, db_default=""))]
"""


def test_a_password_is_not_taken_where_a_list_of_processes_shows_it(tmp_path):
    options = ("--root", tmp_path / "machine", "--admin-database", "postgresql://postgres:hemmelig@db/")
    refused = subprocess.run(
        [ROOT / "deploy/install.sh", "install", *options], capture_output=True, text=True
    )
    assert refused.returncode == 1
    assert "giv den i PGPASSWORD" in refused.stderr
    assert list((tmp_path / "machine").iterdir()) == []


def test_a_machine_is_installed_upgraded_in_use_and_goes_back_from_a_broken_release(machine, checkout):
    first = machine.install("install")
    assert first.returncode == 1
    assert "SITE_URL mangler. Sæt den som vist i .env.example.\n" in first.stderr
    assert "portal.env er ikke i orden. Ret dem, og kør igen.\n" in first.stderr
    assert list((machine.opt / "releases").iterdir()) == []
    modes = {name: (machine.etc / name).stat().st_mode & 0o777 for name in ("portal.env", "owner.env")}
    assert modes == {"portal.env": 0o640, "owner.env": 0o600}

    machine.fill_in()
    secrets = (machine.etc / "owner.env").read_text()
    second = machine.install("install")
    assert second.returncode == 0, second.stdout + second.stderr + machine.units.log.read_text()
    assert (machine.etc / "owner.env").read_text() == secrets
    machine.start_proxy()
    assert (machine.folder / "var/lib/erhvervspanel/media").is_dir()
    page = machine.get("/", **{"Accept-Encoding": "gzip", "X-Forwarded-For": "198.51.100.7"})
    assert (page.status, page.headers["Content-Encoding"], page.headers["Server"]) == (200, "gzip", None)
    assert set(machine.units.processes) == {
        f"erhvervspanel-{kind}@{number}.service" for kind in ("portal", "worker") for number in (1, 2)
    }
    before = machine.processes()
    robots_asked = figures_are_those_of_both_portals(machine)

    make_another_release_of(checkout)
    as_it_would_be_after_forty_days(machine)
    with Crowd(machine.connect, ASKED, rest=0.2) as crowd:
        upgraded = machine.install("upgrade", checkout)
        crowd.wait_for(10)
    assert upgraded.returncode == 0, upgraded.stdout + upgraded.stderr
    crowd.assert_served()
    assert asked_for_robots(machine, 1) == robots_asked
    assert machine.get("/robots.txt").body.startswith(b"# udgave 2\n")
    after = machine.processes()
    assert set(after) == set(before)
    assert not set(after.values()) & set(before.values())
    old_files_are_kept_for_a_month_after_their_release(machine)
    release_is_read_by_all_and_has_no_secret(machine)

    # And one that cannot start.
    change(checkout, "erhvervspanel/wsgi.py", "application =", 'raise SystemExit("i stykker")\napplication =')
    with Crowd(machine.connect, ASKED, rest=0.2) as crowd:
        broken = machine.install("upgrade", checkout, READY_WITHIN="3")
        crowd.wait_for(10)
    assert broken.returncode == 1
    assert "Den nye udgivelse blev ikke klar, og den forrige kører igen." in broken.stderr
    crowd.assert_served()
    assert machine.get("/robots.txt").body.startswith(b"# udgave 2\n")
    assert "i stykker" in machine.units.log.read_text()

    # The proxy has both portals still.
    [portals] = re.findall("^PORTALS=(.*)$", (machine.etc / "caddy.env").read_text(), re.MULTILINE)
    assert len(portals.split()) == 2
    backed_up_and_restored(machine)

    told = (machine.folder / "caddy.log").read_text()
    assert "127.0.0.1:" not in "".join(line for line in told.splitlines() if "handled request" in line)


def make_another_release_of(checkout: Path) -> None:
    """With a column more, another text and another style sheet; and nobody but its owner may read it."""
    last = (checkout / "erhvervspanel/portal/migrations/max_migration.txt").read_text().strip()
    (checkout / f"erhvervspanel/portal/migrations/{int(last[:4]) + 1:04}_source.py").write_text(
        NEXT_STEP.format(last=last)
    )
    change(
        checkout,
        "erhvervspanel/portal/views/machines.py",
        '"User-agent: *",',
        '"# udgave 2", "User-agent: *",',
    )
    with (checkout / "static/css/base.css").open("a") as sheet:
        sheet.write(".udgave-2 { color: red; }\n")
    as_made_by_somebody_careful(checkout)


def figures_are_those_of_both_portals(machine: Machine) -> int:
    """Either may be asked: they count together, and go on counting after a restart."""
    for number in (1, 2, 2):
        assert machine.ask_portal(number, "/robots.txt").status == 200
    assert [asked_for_robots(machine, number) for number in (1, 2)] == [3, 3]
    return 3


def asked_for_robots(machine: Machine, number: int) -> int:
    told = machine.ask_portal(number, "/metrics", Authorization=f"Bearer {TOKEN}").body.decode()
    counted = re.search(r'^erhvervspanel_http_seconds_count{.*"portal:robots".*} (\d+)', told, re.MULTILINE)
    return int(counted[1]) if counted else 0


def as_made_by_somebody_careful(checkout: Path) -> None:
    """A checkout that nobody else may read, with the files of containers beside it."""
    (checkout / "deploy/secrets").mkdir()
    for file in ("secrets/secret_key", "portal.env", ".env"):
        (checkout / "deploy" / file).write_text("hemmelig\n")
    subprocess.run(["chmod", "-R", "go-rwx", checkout], check=True)


def release_is_read_by_all_and_has_no_secret(machine: Machine) -> None:
    current = machine.opt / "current"
    files = [
        file
        for file in current.resolve().rglob("*")
        if not file.is_symlink() and current.resolve() / "var" not in file.parents
    ]
    assert [file for file in files if not is_read_by_all(file)] == []
    assert [file for file in (".env", "portal.env", "secrets") if (current / "deploy" / file).exists()] == []


def is_read_by_all(path: Path) -> bool:
    needed = 0o055 if path.is_dir() else 0o044
    return path.stat().st_mode & needed == needed


def as_it_would_be_after_forty_days(machine: Machine) -> None:
    """The release that runs has done so for long, and some of its static files were those of the release before it."""
    static = machine.opt / "current/var/static"
    (static / "css/for-laengst.0123456789ab.css").write_text("p {}")
    then = time.time() - 40 * DAY
    for file in static.rglob("*"):
        os.utime(file, (then, then))
    # And a machine that was installed before the installer set this.
    settings = (machine.etc / "portal.env").read_text()
    (machine.etc / "portal.env").write_text(re.sub("(?m)^BACKUP_FOLDER=.*$", "BACKUP_FOLDER=", settings))


def old_files_are_kept_for_a_month_after_their_release(machine: Machine) -> None:
    [old] = (machine.opt / "previous/var/static/css").glob("site.*.css")
    sheets = (machine.opt / "current/var/static/css").glob("site.*.css")
    assert len({old.name, *(sheet.name for sheet in sheets)}) == 2
    for encoding in ("", "br"):
        page = machine.get(f"/static/css/{old.name}", **{"Accept-Encoding": encoding})
        assert (page.status, page.headers.get("Content-Encoding", "")) == (200, encoding)
    assert machine.get("/static/css/for-laengst.0123456789ab.css").status == 404


def backed_up_and_restored(machine: Machine) -> None:
    """By the units, as the roles that they run as, and by the steps of docs/operations.md."""
    assert "\nBACKUP_KEY=" not in (machine.etc / "portal.env").read_text()
    for unit in ("migrate", "backup", "erasures", "backup-check"):
        assert machine.units.run(f"erhvervspanel-{unit}.service") == 0, machine.units.log.read_text()
    [backup] = (machine.folder / "var/backups/erhvervspanel").glob("*.epbackup")
    carry_out(machine.run(ROOT, "manage-owner", "backup"))
    assert len(list(backup.parent.glob("*.epbackup"))) == 2
    running = set(machine.processes())
    carry_out(machine.run(ROOT, "stop"))
    assert machine.processes() == {}
    for number in (1, 2):
        with pytest.raises(ConnectionRefusedError):
            machine.ask_portal(number, "/livez")
    refused = machine.run(ROOT, "manage", "restore", backup, "--overwrite", "--no-input")
    assert (refused.returncode, "BACKUP_KEY mangler" in refused.stderr) == (1, True), refused.stderr
    carry_out(machine.run(ROOT, "manage-owner", "restore", backup, "--overwrite", "--no-input"))
    carry_out(machine.run(ROOT, "grants"))
    carry_out(machine.install("start"))
    assert set(machine.processes()) == running
    deadline = time.monotonic() + STARTS_WITHIN
    while machine.get("/nyheder/").status != 200:
        assert time.monotonic() < deadline, machine.units.log.read_text()
    checked = machine.run(
        ROOT, "manage", "check", "--deploy", "--database", "default", "--fail-level", "ERROR"
    )
    assert (checked.returncode, "W004" in checked.stderr) == (0, False), checked.stderr
    restored_on_a_new_machine(machine.opt / "current", backup, (machine.etc / "owner.env").read_text())


def restored_on_a_new_machine(release: Path, backup: Path, secrets: str) -> None:
    """By the drill of docs/operations.md: nothing runs and the database is empty until the backup is in it."""
    with new_machine() as machine:
        first = machine.install("prepare", release)
        assert (first.returncode, "SITE_URL mangler" in first.stderr) == (1, True), first.stderr
        machine.fill_in(EMAIL_URL="smtp://127.0.0.1:1")
        key = re.compile("^BACKUP_KEY=.*$", re.MULTILINE)
        own = machine.etc / "owner.env"
        own.write_text(key.sub(key.search(secrets)[0], own.read_text()))
        carry_out(machine.install("prepare", release))
        assert (machine.units.processes, machine.units.sockets) == ({}, {})
        folder = machine.folder / "var/backups/erhvervspanel"
        for file in (backup, backup.with_name("erasures.sealed")):
            shutil.copy(file, folder)
        carry_out(machine.run(ROOT, "manage-owner", "restore", "--dry-run", folder / backup.name))
        carry_out(machine.run(ROOT, "manage-owner", "restore", folder / backup.name))
        carry_out(machine.run(ROOT, "grants"))
        carry_out(machine.install("start"))
        assert machine.ask_portal(1, "/nyheder/").status == 200
        again = machine.install("prepare")
        assert (again.returncode, "Portalen kører" in again.stderr) == (1, True), again.stderr


def carry_out(step: subprocess.CompletedProcess) -> None:
    assert step.returncode == 0, step.stdout + step.stderr
