"""The unbroken chain, walked by clicking alone: from the front page to a measured outcome, and back."""

import re

import pytest

from erhvervspanel.portal.management.commands.load_programme import SAMPLE
from erhvervspanel.portal.programme import load_programme
from tests.browser.steps import follow


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_the_front_page_to_a_measured_outcome_and_back(visit, javascript):
    load_programme(SAMPLE[0])
    page = visit("/", java_script_enabled=javascript)

    def click(name, *, within="main"):
        follow(page.locator(within).get_by_role("link", name=name).first)

    click("Læs om temaet")
    assert page.url.endswith("/temaer/2021/")
    click(re.compile("40"))
    follow(page.get_by_role("link", name=re.compile("Lettere adgang til rådgivning fra forskere")).first)
    assert page.url.endswith("/ideer/2021-07/")
    assert page.get_by_text("nævnt i flest grupper").is_visible()
    click(re.compile("Erhvervsudvalget"))
    assert "/beslutninger/" in page.url
    page.go_back()
    click(re.compile("Én indgang til viden"))
    assert page.url.endswith("/initiativer/en-indgang-til-viden/")
    assert page.get_by_role("cell", name="83").first.is_visible()
    click(re.compile("2021-07|Lettere adgang"))
    assert page.url.endswith("/ideer/2021-07/")
    follow(page.get_by_role("link", name="Grøn omstilling og bæredygtig udvikling").first)
    assert page.url.endswith("/temaer/2021/")
    follow(page.locator("header").get_by_role("link", name=re.compile("Erhvervspanel")).first)
    assert page.url.rstrip("/").count("/") == 2
    assert page.complaints == []
