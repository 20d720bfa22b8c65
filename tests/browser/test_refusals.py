"""What is told to those who must wait, in a real browser."""

from datetime import timedelta

import pytest

from erhvervspanel.foundation import throttle
from tests.browser.steps import follow
from tests.browser.test_pages import TOO_WIDE, picture, violations
from tests.events.test_registering import open_event
from tests.events.test_sign_up import address


@pytest.mark.parametrize("width", [1280, 320])
def test_one_who_must_wait_is_told_so_and_has_lost_nothing(visit, pictures, monkeypatch, width):
    monkeypatch.setattr(throttle, "ADDRESS", throttle.Limit(0, timedelta(hours=1), throttle.ADDRESS.sentence))
    monkeypatch.setattr("erhvervspanel.foundation.guarded_forms.FASTEST", timedelta(0))
    page = visit(address(open_event()), width=width)
    page.get_by_label("Navn").fill("Åse Øst")
    page.get_by_label("E-mail").fill("aase@example.org")
    follow(page.get_by_role("button", name="Fortsæt"))
    follow(page.get_by_role("button", name="Tilmeld"))
    alert = page.get_by_role("alert")
    assert "det, du har skrevet, er ikke gået tabt" in alert.inner_text()
    assert "Prøv igen kl. " in alert.inner_text()
    assert page.get_by_label("E-mail").input_value() == "aase@example.org"
    picture(page, pictures, f"too many {width}")
    assert page.evaluate(TOO_WIDE) <= 0
    assert violations(page) == []
