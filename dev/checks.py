"""`make check` and `make fmt`: what can be seen of the code without running it."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dev import environment
from dev.console import ROOT, say, step

MANAGE = ("python", "manage.py")
# What the settings ask for before they let anything run. No connection is made.
PRODUCTION = {
    "DEBUG": "false",
    "DEMO": "false",
    "DATABASE_URL": "postgres://none@/none?host=/nonexistent",
    "SECRET_KEY": "8f1d-kun-til-kontrol-af-indstillingerne-aldrig-i-drift-æøå-27c4",
    "SITE_URL": "https://erhvervspanel.example.org",
    "ALLOWED_HOSTS": "erhvervspanel.example.org",
    "BEHIND_PROXY": "1",
    "EMAIL_URL": "smtp+tls://none:none@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "noreply@example.org",
    "REPLY_TO_EMAIL": "erhvervspanel@example.org",
    "WAS_URL": "https://www.was.digst.dk/example",
    "ACCESSIBILITY_EMAIL": "tilgaengelighed@example.org",
    "ACCESSIBILITY_PHONE": "00 00 00 00",
    "DPO_EMAIL": "dpo@example.org",
    "RETENTION_APPROVED": "2026-11-02, sag 26-0117",
    "SECURITY_CONTACT": "mailto:sikkerhed@example.org",
    "SECURITY_REVIEW_BY": f"{datetime.now(UTC).date() + timedelta(days=180)}",
}
CHECKS = {
    "ruff: formatet": ("ruff", "format", "--check", "--quiet", "."),
    "ruff: reglerne": ("ruff", "check", "--quiet", "."),
    "djlint: skabelonerne": ("djlint", "templates", "--lint", "--quiet"),
    "djlint: skabelonerne til Jinja2": (
        *("djlint", "templates", "--lint", "--quiet"),
        *("--extension", "jinja", "--profile", "jinja"),
    ),
    "import-linter: hvem der kender hvem": ("lint-imports", "--no-cache"),
    "deptry: pakkerne": ("deptry", "."),
    "Django: indstillingerne i drift": (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"),
    "Django: manglende migreringer": (*MANAGE, "makemigrations", "--check", "--dry-run"),
    "Migreringer: om de kan køre, mens portalen er i brug": ("python", "-m", "dev.migrations"),
}
MENDERS = (("ruff", "check", "--fix", "--quiet", "."), ("ruff", "format", "--quiet", "."))


def check() -> int:
    """Runs all checks, also after one has failed, and tells of those that did."""
    python = environment.prepare("dev")
    failures = []
    for name, command in CHECKS.items():
        with step(name):
            result = run(python, command, capture_output=True, text=True)
        if result.returncode:
            failures.append(name)
            say(result.stdout + result.stderr)
    say(f"\nFejl i: {', '.join(failures)}." if failures else "\nAlle kontroller er i orden.")
    return len(failures) and 1


def fmt() -> int:
    python = environment.prepare("dev")
    return max(run(python, command).returncode for command in MENDERS)


def run(python: Path, command: tuple[str, ...], **options) -> subprocess.CompletedProcess:
    settings = {
        **os.environ,
        **PRODUCTION,
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
        # Without a database Django only warns that it cannot see which migrations have run.
        "PYTHONWARNINGS": "ignore::RuntimeWarning",
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "erhvervspanel.settings",
    }
    return subprocess.run(command, cwd=ROOT, env=settings, check=False, **options)
