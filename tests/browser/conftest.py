"""A real Chromium against the real site on loopback."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import override_settings
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from dev.debian import BROWSERS

# Playwright runs an event loop in the test's thread; Django would refuse the ORM beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def playwright(django_db_setup):
    """Playwright, for as long as the worker runs.

    While its event loop runs, Django keeps another set of connections for this thread than it does before and after. Each
    set is closed where it is left, or the test database cannot be dropped.
    """
    connections.close_all()
    with sync_playwright() as started:
        yield started
        connections.close_all()


@pytest.fixture(scope="session")
def browser_type_launch_args():
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found, "Chromium mangler. Installér Debian-pakken chromium-headless-shell."
    return {"executable_path": found, "args": QUIET}


@pytest.fixture(scope="session")
def static_settings(static_files) -> dict:
    """What has pages name the static files as in production: the styles are one file there, and not thirty."""
    storage = {"BACKEND": "erhvervspanel.foundation.static_files.BundlingStorage"}
    return {"STATIC_ROOT": static_files, "STORAGES": django_settings.STORAGES | {"staticfiles": storage}}


@pytest.fixture(scope="session")
def live_server(static_settings) -> Iterator[LiveServer]:
    """The site, where WhiteNoise serves the static files. Django's own server would look for their sources."""
    server = LiveServer("localhost", start=False)
    server.thread.static_handler = lambda application: application
    with override_settings(**static_settings):
        server.start()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _static(settings, static_settings):
    for name, value in static_settings.items():
        setattr(settings, name, value)


@pytest.fixture(autouse=True)
def _database(transactional_db):
    """The live server sees only what is committed."""


@pytest.fixture(autouse=True)
def _cheap_passwords(settings):
    """A hash that takes half a second proves nothing here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def complains(message) -> bool:
    """Whether it is an error, or tells of a header that the browser does not understand; other warnings come and go with the load."""
    return message.type == "error" or message.text.startswith("Error with")


@pytest.fixture
def visit(browser, live_server):
    """Opens an address in a window of its own, and tells of anything the page complained about or fetched elsewhere."""
    contexts = []

    def open_page(path: str, *, width: int = 1280, **options):
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 900}, locale="da-DK", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on(
            "console",
            lambda message: page.complaints.append(message.text) if complains(message) else None,
        )
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith(live_server.url)
                else page.complaints.append(f"fetched {request.url}")
            ),
        )
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """Where to leave screenshots, if the environment names a folder."""
    folder = os.environ.get("SCREENSHOTS")
    return Path(folder) if folder else None
