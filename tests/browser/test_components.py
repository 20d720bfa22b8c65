"""Every component, and every kind of field with and without errors."""

from pathlib import Path

import pytest
from django.conf import settings

from tests.browser.test_pages import TOO_WIDE, picture, violations


@pytest.fixture(autouse=True)
def _with_component_page(settings):
    settings.ROOT_URLCONF = "tests.component_urls"


def test_every_component_is_on_the_page():
    folder = Path(settings.BASE_DIR) / "templates" / "components"
    page = (folder / "page.html").read_text()
    # What stands on every page has no place of its own there.
    own = {path.name for path in folder.glob("[!_]*.*") if path.suffix in (".html", ".jinja")}
    own -= {"page.html", *(path.name for path in folder.glob("site_*"))}
    assert {name for name in own if f'"components/{name}"' not in page} == set()


@pytest.mark.parametrize("width", [1280, 320])
def test_components(visit, width, pictures):
    page = visit("/komponenter/", width=width)
    assert page.complaints == []
    # The list of errors takes the focus, so that the reader hears it first.
    assert page.evaluate("() => document.activeElement.matches('[data-error-summary]')")
    picture(page, pictures, f"components {width}")
    assert page.evaluate(TOO_WIDE) <= 0
    assert violations(page) == []
