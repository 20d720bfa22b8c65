"""The files of deploy/, looked over by the programs that read them."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from gunicorn.workers import gthread

from tests.deploy.caddy import buffers

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = (
    "portal@1.service", "portal@1.socket", "worker@1.service", "migrate.service", "task@check_links.service",
    "task@check_links.timer", "backup.service", "backup.timer", "erasures.service", "erasures.timer",
    "backup-check.service", "backup-check.timer",
)  # fmt: skip
# Of ten. What is left is the net, which they need, and a root of their own, which they have in a container.
MOST_EXPOSED = 1.5


def run(*command, **settings: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def machine(tmp_path_factory) -> Path:
    """A root with the units, as the installer lays them, and the programs that they name."""
    root = tmp_path_factory.mktemp("root")
    shutil.copytree("/usr/lib/systemd/system", root / "usr/lib/systemd/system", symlinks=True)
    shutil.copytree(DEPLOY / "systemd", root / "etc/systemd/system")
    for program in ("opt/erhvervspanel/current/.venv/bin/python", "bin/kill"):
        (root / program).parent.mkdir(parents=True, exist_ok=True)
        (root / program).write_text("#!/bin/sh\n")
        (root / program).chmod(0o755)
    return root


def test_systemd_reads_every_unit_without_a_word(machine):
    units = [machine / "etc/systemd/system" / f"erhvervspanel-{unit}" for unit in UNITS]
    told = run("systemd-analyze", f"--root={machine}", "verify", "--man=no", *units)
    ours = [line for line in told.stderr.splitlines() if "erhvervspanel" in line]
    assert (told.returncode, ours) == (0, [])


def test_every_unit_is_looked_over():
    named = {re.sub(r"@\w+", "@", f"erhvervspanel-{unit}") for unit in UNITS}
    assert {path.name for path in (DEPLOY / "systemd").iterdir() if path.is_file()} == named


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.endswith(".service")])
def test_a_service_may_do_little_but_its_work(machine, unit):
    told = run(
        "systemd-analyze",
        f"--root={machine}",
        "security",
        "--offline=true",
        "--no-pager",
        f"erhvervspanel-{unit}",
    )
    exposure = float(re.search(r"Overall exposure level for .*: ([\d.]+)", told.stdout)[1])
    assert exposure <= MOST_EXPOSED, told.stdout


OWNERS = ("migrate.service", "backup.service", "erasures.service", "backup-check.service")


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.endswith(".service")])
def test_a_service_has_the_portals_settings_and_after_them_the_owners_where_it_needs_them(unit):
    """systemd reads a unit and then its drop-ins, and of two files the later goes before the earlier."""
    name = re.sub(r"@\w+", "@", f"erhvervspanel-{unit}")
    lines = (DEPLOY / "systemd" / name).read_text().splitlines()
    files = [line.rpartition("/")[2] for line in lines if line.startswith("EnvironmentFile=")]
    assert files == (["portal.env", "owner.env"] if unit in OWNERS else ["portal.env"])
    assert "EnvironmentFile" not in (DEPLOY / "systemd/erhvervspanel-.service.d/hardening.conf").read_text()


def test_the_scripts_are_clean():
    assert run("shellcheck", *DEPLOY.glob("*.sh")).stdout == ""


def test_the_dockerfile_is_clean():
    assert run(Path(sys.executable).parent / "hadolint", DEPLOY / "Dockerfile").stdout == ""


def git(*arguments: str) -> list[str]:
    """The lines of what git tells. It refuses where the checkout is another user's, and then says nothing else."""
    told = run("git", *arguments)
    assert told.returncode == 0, told.stderr
    return told.stdout.splitlines()


def test_what_the_image_is_made_of_is_let_into_the_build_and_no_secret():
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    let_in = {line[1:] for line in lines if line.startswith("!")}
    tracked = git("ls-files")
    left_out = {"bench", "dev", "docs", "tests", "CHANGELOG.md", "Makefile", "README.md", "SECURITY.md"}
    assert {path.split("/")[0] for path in tracked if not path.startswith(".")} - left_out == let_in
    # The last line that fits counts.
    assert lines[0] == "*"
    assert lines[-2:] == ["deploy/*.env", "deploy/secrets"]
    secrets = ["deploy/.env", "deploy/portal.env", "deploy/secrets/secret_key"]
    assert git("check-ignore", *secrets) == secrets


def test_caddy_reads_its_file():
    settings = {
        "SITE_ADDRESS": "erhvervspanel.example.dk",
        "SITE_HOST": "erhvervspanel.example.dk",
    } | buffers()
    told = run("caddy", "adapt", "--config", DEPLOY / "Caddyfile", "--validate", **settings)
    assert told.returncode == 0, told.stderr
    assert "not formatted" not in told.stderr
    assert json.loads(told.stdout)["apps"]["http"]["servers"]["srv0"]["listen"] == [":443"]


# As docs/operations.md has it written: what compose is told at every call, from a shell or from cron.
OF_COMPOSE = "COMPOSE_PROJECT_NAME=erhvervspanel\nSITE_HOST=erhvervspanel.example.dk\nRELEASE=0.1.0\n"


@pytest.fixture(scope="module")
def compose(tmp_path_factory) -> dict:
    """The compose file as Compose itself reads it, with everything merged and filled in."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(DEPLOY, folder / "deploy", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "deploy/portal.env").write_text("SITE_URL=https://erhvervspanel.example.dk\n")
    (folder / "deploy/.env").write_text(OF_COMPOSE)
    told = run("docker-compose", "--file", folder / "deploy/compose.yaml", "config")
    assert told.returncode == 0, told.stderr
    return yaml.safe_load(told.stdout)


def test_what_compose_is_told_stands_in_a_file_that_it_reads_at_every_call(compose):
    services = compose["services"]
    assert (services["portal"]["image"], services["backup"]["image"]) == (
        "erhvervspanel:0.1.0",
        "erhvervspanel-database:0.1.0",
    )
    assert services["proxy"]["environment"]["SITE_HOST"] == "erhvervspanel.example.dk"


def test_an_image_can_be_held_fast_by_its_digest(compose, tmp_path):
    images = {name: compose["services"][name]["image"] for name in ("postgresql", "proxy")}
    assert not any("@" in image for image in images.values())
    shutil.copytree(DEPLOY, tmp_path / "deploy", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "deploy/portal.env").write_text("SITE_URL=https://erhvervspanel.example.dk\n")
    digests = {
        f"{name}_DIGEST": f"@sha256:{letter * 64}"
        for name, letter in zip(("POSTGRES", "CADDY", "PYTHON"), "abc", strict=True)
    }
    lines = [f"{name}={digest}" for name, digest in digests.items()]
    (tmp_path / "deploy/.env").write_text(OF_COMPOSE + "\n".join(lines))
    told = run("docker-compose", "--file", tmp_path / "deploy/compose.yaml", "config")
    held = yaml.safe_load(told.stdout)["services"]
    assert held["postgresql"]["image"] == images["postgresql"] + digests["POSTGRES_DIGEST"]
    assert held["proxy"]["image"] == images["proxy"] + digests["CADDY_DIGEST"]
    for name in ("portal", "backup"):
        assert held[name]["build"]["args"]["PYTHON_DIGEST"] == digests["PYTHON_DIGEST"]
    assert "FROM python:${PYTHON}${PYTHON_DIGEST}" in (DEPLOY / "Dockerfile").read_text()


def test_backups_are_looked_for_where_they_are_written(compose):
    for name in ("backup", "restore"):
        assert compose["services"][name]["environment"]["BACKUP_FOLDER"] == "/backups"


def test_every_container_is_shut_in(compose):
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service, name
        assert service["pids_limit"] <= 256, name


def test_only_the_proxy_is_reached_from_outside_and_the_database_from_inside_alone(compose):
    services = compose["services"]
    assert [name for name, service in services.items() if service.get("ports")] == ["proxy"]
    assert list(services["postgresql"]["networks"]) == ["inside"]
    assert compose["networks"]["inside"]["internal"] is True


def test_secrets_are_files_and_not_settings(compose):
    for name in ("portal", "worker", "migrate", "backup", "restore"):
        environment = compose["services"][name]["environment"]
        assert {"SECRET_KEY_FILE", "DATABASE_URL_FILE", "EMAIL_URL_FILE"} <= environment.keys(), name
        assert not {"SECRET_KEY", "DATABASE_URL", "EMAIL_URL"} & environment.keys(), name
    owner = "/run/secrets/owner_database_url"
    as_owner = {
        name for name, each in compose["services"].items() if owner in each.get("environment", {}).values()
    }
    assert as_owner == {"migrate", "backup", "restore"}
    with_key = {
        name for name, each in compose["services"].items() if "BACKUP_KEY_FILE" in each.get("environment", {})
    }
    assert with_key == {"backup", "restore"}
    volumes = (volume.split(":") for volume in compose["services"]["restore"]["volumes"])
    restores = {place: mode == "ro" for _name, place, mode in volumes}
    assert restores == {"/media": False, "/backups": False}


def test_nothing_serves_before_the_migrations_are_done(compose):
    for name in ("portal", "worker"):
        assert (
            compose["services"][name]["depends_on"]["migrate"]["condition"]
            == "service_completed_successfully"
        )


def test_a_stop_waits_longer_than_the_portal_needs(compose):
    """gunicorn's graceful_timeout, systemd's TimeoutStopSec and compose's stop_grace_period."""
    graceful = int(
        re.search(r"^graceful_timeout = (\d+)", (DEPLOY / "gunicorn.conf.py").read_text(), re.MULTILINE)[1]
    )
    unit = (DEPLOY / "systemd/erhvervspanel-portal@.service").read_text()
    assert int(re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)[1]) > graceful
    assert int(compose["services"]["portal"]["stop_grace_period"].removesuffix("s")) > graceful


def test_the_portal_in_its_container_is_reached_from_the_others_whatever_its_file_of_settings_leaves_open(
    compose,
):
    assert "\nBIND=\n" in (ROOT / ".env.example").read_text()  # an empty one is the machine itself alone
    assert compose["services"]["portal"]["environment"]["BIND"] == "0.0.0.0:8000"


def test_the_proxy_gives_up_an_idle_connection_before_the_portal_does():
    """Else a form could be sent into a connection that is being closed, and nobody may send it again."""
    caddy = json.loads(run("caddy", "adapt", "--config", DEPLOY / "Caddyfile", **buffers()).stdout)
    [kept] = re.findall(
        r'"idle_timeout": (\d+)', json.dumps(caddy["apps"]["http"]["servers"]["srv0"]["routes"])
    )
    lingers = re.search(r"STOP_KEEPALIVE_LINGER = ([\d.]+)", Path(gthread.__file__).read_text())[1]
    assert int(kept) / 1e9 < float(lingers)
