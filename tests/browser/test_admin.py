"""The back office in a real browser: nothing that its policy forbids, and nothing that axe finds."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model

from tests.chains import chain

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PASSWORD = "en lang adgangskode"

# The admin makes its look-ups some time after the page has loaded; they are to be judged too.
LOOKUPS_READY = """() => !document.querySelector(
    "select.admin-autocomplete:not(.select2-hidden-accessible):not([name*=__prefix__])")"""

PAGES = {
    "start page": lambda rows: "/admin/",
    "ideas": lambda rows: "/admin/ideas/idea/",
    "idea": lambda rows: f"/admin/ideas/idea/{rows.ideas[0].pk}/change/",
    "new idea": lambda rows: "/admin/ideas/idea/add/",
    "idea's history": lambda rows: f"/admin/ideas/idea/{rows.ideas[0].pk}/history/",
    "initiative": lambda rows: f"/admin/initiatives/initiative/{rows.initiatives[0].pk}/change/",
    "decision": lambda rows: f"/admin/panels/decision/{rows.decision.pk}/change/",
    "event": lambda rows: f"/admin/events/event/{rows.events[0].pk}/change/",
}


@pytest.fixture
def staff(visit):
    """A browser where a member of staff has logged in by the form."""
    get_user_model().objects.create_superuser("karen", password=PASSWORD)
    page = visit("/admin/")
    page.get_by_label("Brugernavn").fill("karen")
    page.get_by_label("Adgangskode").fill(PASSWORD)
    page.get_by_role("button", name="Log ind").click()
    page.get_by_role("heading", name="Overblik").or_(page.locator("#site-name")).first.wait_for()
    return page


def violations(page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


def test_log_in_page(visit, pictures):
    page = visit("/admin/login/")
    assert page.complaints == []
    if pictures:
        page.screenshot(path=pictures / "admin log-in.png")
    assert violations(page) == []


@pytest.mark.parametrize("title", PAGES)
def test_admin_page(staff, title, pictures):
    staff.goto(PAGES[title](chain(2)))
    staff.wait_for_function(LOOKUPS_READY)
    assert staff.complaints == []
    if pictures:
        staff.screenshot(path=pictures / f"admin {title}.png", full_page=True)
    assert violations(staff) == []
