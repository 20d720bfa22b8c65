"""How a test goes from page to page."""

from playwright.sync_api import Locator


def follow(target: Locator) -> None:
    """Clicks a link or a button that leads to a page, and waits until that page is there.

    A click alone returns as soon as the browser has set out: what is asked next may meet the old page, the new one, or one
    that has no content yet.
    """
    with target.page.expect_navigation():
        target.click()
