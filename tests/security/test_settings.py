"""What `check --deploy` says of dangerous settings, what production's cookies are called, and how long security.txt holds."""

import hashlib
import ipaddress
import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core import checks
from django.urls import reverse
from django.utils import timezone

from dev import supply
from dev.checks import PRODUCTION
from dev.supply import bill_of, packages_in
from erhvervspanel.foundation.checks import review_problem
from tests.factories import UserFactory

ROOT = Path(__file__).resolve().parents[2]
OURS = "erhvervspanel."
WITHOUT = {"erhvervspanel.E002", "erhvervspanel.E003", "erhvervspanel.W002"}


def found() -> set[str]:
    """What is said, but for what the tests do without: https, the second factor, a mail server."""
    told = checks.run_checks(tags=["security"], include_deployment_checks=True)
    return {message.id for message in told if message.id.startswith(OURS)} - WITHOUT


DANGEROUS = {
    "E004": {"ALLOWED_HOSTS": ["*"]},
    "E004 ": {"ALLOWED_HOSTS": [".rudersdal.dk"]},
    "E005": {"ALLOWED_HOSTS": ["andet.example.org"]},
    "E006": {"OIDC_SERVER_URL": "http://login.example.org"},
    "E007": {"LINK_CHECK_NETWORKS": [ipaddress.ip_network("0.0.0.0/0")]},
    "E007 ": {"LINK_CHECK_NETWORKS": [ipaddress.ip_network("169.254.169.254/32")]},
    "W001": {"CVR_BACKEND": "virk", "CVR_URL": "http://distribution.virk.dk/"},
    "W003": {"SECURITY_REVIEW_BY": None},
    "W006": {"RETENTION_APPROVED": ""},
}


@pytest.mark.parametrize("problem", DANGEROUS)
def test_a_dangerous_setting_is_named(settings, problem):
    assert found() == set()
    for name, value in DANGEROUS[problem].items():
        setattr(settings, name, value)
    assert found() == {f"{OURS}{problem.strip()}"}


def test_a_network_of_our_own_may_be_named(settings):
    settings.LINK_CHECK_NETWORKS = [ipaddress.ip_network("10.20.0.0/16")]
    assert found() == set()


def production(code: str, **extra: str) -> subprocess.CompletedProcess:
    """Runs `code` in a process with the settings of production."""
    environment = {**PRODUCTION, "DJANGO_SETTINGS_MODULE": "erhvervspanel.settings", "PATH": "", **extra}
    return subprocess.run(  # noqa: S603 (a command of ours)
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_productions_cookies_are_for_https_and_this_host_alone():
    names = ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE", "SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT", "USE_X_FORWARDED_HOST", "DEBUG"]  # fmt: skip
    told = production(
        f"from django.conf import settings; import json; print(json.dumps([getattr(settings, n) for n in {names}]))"
    )
    assert json.loads(told.stdout) == ["__Host-sessionid", "__Host-csrftoken", True, True, True, True, "Lax", "Lax", 31_536_000, True, False, False]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("LINK_CHECK_NETWORKS", "10.0.0.1/8", "skal være netværk med komma imellem"),
        ("SECURITY_REVIEW_BY", "næste år", "SECURITY_REVIEW_BY skal være en dag, for eksempel 2027-05-01."),
    ],
)
def test_a_setting_that_cannot_be_read_stops_the_start_by_name(name, value, sentence):
    told = production("from django.conf import settings; settings.DEBUG", **{name: value})
    assert told.returncode == 1
    assert sentence in told.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (366, ""), (31, ""), (367, "SECURITY_REVIEW_BY er mere end et år fremme."), (30, "security.txt udløber om 30 dage."),
        (1, "security.txt udløber om 1 dag."), (0, "security.txt er udløbet. Ingen behøver at tro på den."),
        (-9, "security.txt er udløbet. Ingen behøver at tro på den."),
    ],
)  # fmt: skip
def test_staff_are_told_a_month_before_security_txt_runs_out(settings, days, sentence):
    settings.SECURITY_REVIEW_BY = timezone.localdate() + timedelta(days=days)
    assert review_problem() == sentence
    assert found() == ({"erhvervspanel.W003"} if sentence else set())


@pytest.mark.django_db
def test_so_does_the_start_page_of_those_who_can_do_something_about_it(client, settings):
    settings.SECURITY_REVIEW_BY = timezone.localdate() + timedelta(days=3)
    client.force_login(UserFactory(superuser=True))
    assert "security.txt udløber om 3 dage." in client.get(reverse("admin:index")).text
    client.force_login(UserFactory(staff=True))
    assert "security.txt" not in client.get(reverse("admin:index")).text


def test_security_txt_says_the_day_that_somebody_set_also_when_it_has_passed(client, settings):
    day = timezone.localdate()
    settings.SECURITY_REVIEW_BY, settings.SECURITY_POLICY_URL = day, "https://example.org/sikkerhed"
    expected = [
        "Contact: mailto:sikkerhed@example.org",
        f"Expires: {day}T00:00:00Z",
        "Preferred-Languages: da, en",
        "Canonical: http://testserver/.well-known/security.txt",
        "Policy: https://example.org/sikkerhed",
    ]
    for now in (timezone.now(), timezone.now() + timedelta(days=400)):
        with time_machine.travel(now):
            assert client.get("/.well-known/security.txt").text.splitlines() == expected


def test_without_such_a_day_it_holds_for_a_quarter_of_a_year_at_a_time(client, settings):
    settings.SECURITY_REVIEW_BY = None
    with time_machine.travel("2026-03-01T12:00+01:00"):
        assert "Expires: 2026-05-30T00:00:00Z" in client.get("/.well-known/security.txt").text.splitlines()


def test_the_bill_and_the_audit_are_of_all_that_an_installation_may_run(monkeypatch, tmp_path):
    """Object storage takes more than the rest, and takes the rest as it is."""
    lists = {
        name: {(package.name, package.version) for package in packages_in(path.read_text())}
        for name, path in {"run": supply.ALWAYS, "all": supply.LOCKED}.items()
    }
    assert lists["run"] < lists["all"]
    (tmp_path / "audit" / "bin").mkdir(parents=True)
    (tmp_path / "audit" / "bin" / "pip-audit").touch()
    asked = []
    monkeypatch.setattr(supply, "VAR", tmp_path)
    monkeypatch.setattr(
        supply.subprocess,
        "run",
        lambda command, **_: asked.append(command) or subprocess.CompletedProcess(command, 0),
    )
    assert supply.audit() == 0
    assert asked[0][-2:] == ["-r", supply.LOCKED]
    assert "boto3" in {name for name, _ in lists["all"]}


def test_the_bill_of_materials_names_every_locked_package_with_its_hashes():
    lock = supply.LOCKED.read_text()
    packages = packages_in(lock)
    assert len(packages) == sum("==" in line for line in lock.splitlines() if not line.startswith(" "))
    assert sum(len(package.hashes) for package in packages) == lock.count("--hash=sha256:")
    bill = bill_of(packages, always={"django", "psycopg2-binary"})
    purls = [part["purl"] for part in bill["components"]]
    assert len(purls) == len(set(purls))
    assert {purl.partition("@")[0] for purl in purls} >= {
        "pkg:pypi/django",
        "pkg:pypi/psycopg2-binary",
        "pkg:pypi/boto3",
        "pkg:npm/dkfds",
    }
    scopes = {part["name"]: part.get("scope") for part in bill["components"]}
    assert (scopes["django"], scopes["dkfds"], scopes["boto3"]) == (None, None, "optional")
    [vendored] = [purl.partition("@")[2] for purl in purls if purl.startswith("pkg:npm/dkfds@")]
    assert [folder.name for folder in (ROOT / "static/vendor/dkfds").iterdir() if folder.is_dir()] == [
        vendored
    ]


# What is not text and is our own work.
OUR_FILES = {"docs/forside.png", "static/img/share.png", "locale/da/LC_MESSAGES/django.mo"}


def test_the_bill_of_materials_names_every_file_of_others_in_git_with_its_licence_and_hash():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    of_others = {
        name
        for name in tracked.stdout.splitlines()
        if name not in OUR_FILES
        and (
            re.match(r"static/vendor/\w+/[\d.]+/.*\.(css|svg|js)$", name)
            or b"\0" in (ROOT / name).read_bytes()
        )
    }
    assert "events/badges/fonts/DroidSansFallbackFull.ttf" in of_others
    parts = [part for whole in bill_of([], always=set())["components"] for part in whole["components"]]
    assert {part["name"] for part in parts} == of_others
    for part in parts:
        assert part["hashes"][0]["content"] == hashlib.sha256((ROOT / part["name"]).read_bytes()).hexdigest()
    licences = {Path(part["name"]).name: part["licenses"][0]["license"]["id"] for part in parts}
    assert licences["dkfds.css"] == "MIT"
    assert licences["IBMPlexSans-Regular-Latin1.woff2"] == "OFL-1.1"
    assert licences["icons.svg"] == licences["DroidSansFallbackFull.ttf"] == "Apache-2.0"


def test_each_check_has_an_id_of_its_own():
    """A check that is silenced by its id would silence another with it."""
    ids = [
        found
        for file in (ROOT / "erhvervspanel").rglob("*.py")
        for found in re.findall(r'id="(erhvervspanel\.[A-Z]\d+)"', file.read_text())
    ]
    assert len(ids) > 10
    assert len(ids) == len(set(ids))
