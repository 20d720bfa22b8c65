"""Every component, and every kind of field with and without errors."""

import pytest

from tests.browser.test_pages import TOO_WIDE, picture, violations


@pytest.fixture(autouse=True)
def _with_component_page(settings):
    settings.ROOT_URLCONF = "tests.component_urls"


@pytest.mark.parametrize("width", [1280, 320])
def test_components(visit, width, pictures):
    page = visit("/komponenter/", width=width)
    assert page.complaints == []
    # The list of errors takes the focus, so that the reader hears it first.
    assert page.evaluate("() => document.activeElement.matches('[data-error-summary]')")
    picture(page, pictures, f"components {width}")
    assert page.evaluate(TOO_WIDE) <= 0
    assert violations(page) == []
