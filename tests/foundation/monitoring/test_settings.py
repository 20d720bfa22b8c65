"""What the settings of monitoring refuse, and what a demonstration writes."""

import json
import os
import subprocess
import sys

import pytest

READ = """
import django, logging
django.setup()
logging.getLogger("erhvervspanel.requests").info("Besvaret")
logging.getLogger("erhvervspanel").warning("Hallo", extra={"to": "aase@example.org"})
"""


def started(**settings: str) -> subprocess.CompletedProcess:
    """A process that reads the settings and writes two lines."""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "erhvervspanel.settings"} | settings
    return subprocess.run([sys.executable, "-c", READ], env=env, capture_output=True, text=True, check=False)  # noqa: S603 (our own)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("METRICS_TOKEN", "for-kort", "METRICS_TOKEN skal være på mindst 20 tegn."),
        ("SENTRY_DSN", "https://example.org/1", "SENTRY_DSN skal ligne https://nøgle@vært/nummer."),
        ("SENTRY_DSN", "noegle@example.org", "SENTRY_DSN skal ligne https://nøgle@vært/nummer."),
    ],
)
def test_a_bad_value_stops_the_start(name, value, sentence):
    ended = started(**{name: value})
    assert ended.returncode == 1
    assert sentence in ended.stderr


def test_production_writes_json():
    lines = [json.loads(line) for line in started(DEMO="false").stderr.splitlines()]
    assert [(line["level"], line["event"]) for line in lines] == [("info", "Besvaret"), ("warning", "Hallo")]


def test_a_demonstration_writes_for_people_and_leaves_requests_out():
    [line] = started(DEMO="true").stderr.splitlines()
    assert line.split()[1:] == ["[warning]", "Hallo", "[erhvervspanel]", "to=[fjernet]"]
