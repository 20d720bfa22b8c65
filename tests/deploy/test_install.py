"""The portal is installed on this machine, in a folder of its own, and upgraded while people use it.

Everything is real but systemd, which is not here (units.py): Caddy with a certificate of its own, PostgreSQL with the portal's roles,
the code with its settings. Packages are not fetched once more: the environment of the tests is used.
"""

import contextlib
import hashlib
import http.client
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
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

    def fill_in(self) -> None:
        """What only the municipality can say."""
        ours = {"SITE_URL": self.site, "ALLOWED_HOSTS": "localhost", "CONN_MAX_AGE": "60", "WEB_WORKERS": "1"}
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


@pytest.fixture(scope="module")
def machine():
    folder = Path(tempfile.mkdtemp(prefix="ep-"))
    folder.chmod(0o755)
    with ThrowawayServer() as database:
        made = Machine(folder, database)
        yield made
        made.end()
    shutil.rmtree(folder)


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

    # A release with a column more and another text, while people use the one before.
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
    with Crowd(machine.connect, ASKED, rest=0.2) as crowd:
        upgraded = machine.install("upgrade", checkout)
        crowd.wait_for(10)
    assert upgraded.returncode == 0, upgraded.stdout + upgraded.stderr
    crowd.assert_served()
    assert machine.get("/robots.txt").body.startswith(b"# udgave 2\n")
    after = machine.processes()
    assert set(after) == set(before)
    assert not set(after.values()) & set(before.values())
    # The style sheet that a page of the release before asks for is there still.
    old_sheet = next((machine.opt / "previous/var/static/css").glob("site.*.css")).name
    assert machine.get(f"/static/css/{old_sheet}").status == 200

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
    assert len((machine.etc / "caddy.env").read_text().partition("PORTALS=")[2].split()) == 2
    backed_up_and_restored(machine)

    told = (machine.folder / "caddy.log").read_text()
    assert "127.0.0.1:" not in "".join(line for line in told.splitlines() if "handled request" in line)


def backed_up_and_restored(machine: Machine) -> None:
    """By the units, as the roles that they run as, and by the steps of docs/operations.md."""
    assert "\nBACKUP_KEY=" not in (machine.etc / "portal.env").read_text()
    for unit in ("migrate", "backup", "erasures", "backup-check"):
        assert machine.units.run(f"erhvervspanel-{unit}.service") == 0, machine.units.log.read_text()
    [backup] = (machine.folder / "var/backups/erhvervspanel").glob("*.epbackup")
    names = list(machine.units.processes)
    for name in names:
        machine.units.stop(name)
    refused = machine.run(ROOT, "manage", "restore", backup, "--overwrite", "--no-input")
    assert (refused.returncode, "BACKUP_KEY mangler" in refused.stderr) == (1, True), refused.stderr
    for step in (("manage-owner", "restore", backup, "--overwrite", "--no-input"), ("grants",)):
        told = machine.run(ROOT, *step)
        assert told.returncode == 0, told.stdout + told.stderr
    for name in names:
        machine.units.start(name)
    deadline = time.monotonic() + STARTS_WITHIN
    while machine.get("/nyheder/").status != 200:
        assert time.monotonic() < deadline, machine.units.log.read_text()
    checked = machine.run(
        ROOT, "manage", "check", "--deploy", "--database", "default", "--fail-level", "ERROR"
    )
    assert (checked.returncode, "W004" in checked.stderr) == (0, False), checked.stderr
