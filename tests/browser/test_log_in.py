"""The log-in in a real browser: with a passkey, and pages that axe finds nothing on."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import get_user_model

from tests.browser.steps import follow
from tests.browser.test_admin import PASSWORD, violations
from tests.foundation.accounts.conftest import code_of


@pytest.fixture
def demanding(settings):
    settings.STAFF_SECOND_FACTOR = True


def told(page, pictures, name: str) -> None:
    if pictures:
        page.screenshot(path=pictures / f"log-in {name}.png", full_page=True)
    assert page.complaints == []
    assert violations(page) == []
    page.complaints.clear()  # of what axe itself tried


def log_in(page) -> None:
    page.get_by_label("Brugernavn").fill("karen")
    page.get_by_label("Adgangskode").fill(PASSWORD)
    follow(page.get_by_role("button", name="Log ind"))


def test_a_passkey_is_set_up_and_logs_one_in(visit, demanding, pictures):
    get_user_model().objects.create_superuser("karen", password=PASSWORD)
    page = visit("/admin/ideas/idea/")
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    keys.send(
        "WebAuthn.addVirtualAuthenticator", {"options": options | {"automaticPresenceSimulation": True}}
    )
    log_in(page)
    page.get_by_role("heading", name="Totrinslogin").wait_for()
    told(page, pictures, "second factors")
    follow(page.get_by_role("link", name="Tilføj en adgangsnøgle"))
    page.get_by_label("Adgangskode").fill(PASSWORD)
    told(page, pictures, "once more")
    follow(page.get_by_role("button", name="Fortsæt"))
    told(page, pictures, "new key")
    follow(page.get_by_role("button", name="Tilføj"))
    page.get_by_role("heading", name="Engangskoder").wait_for()
    told(page, pictures, "recovery codes")
    page.goto("/admin/")
    follow(page.get_by_role("button", name="Log ud"))
    page.goto("/admin/")
    log_in(page)
    page.get_by_role("heading", name="Skriv koden").wait_for()
    told(page, pictures, "second factor")
    follow(page.get_by_role("button", name="Brug adgangsnøglen"))
    page.get_by_role("heading", name="Overblik").wait_for()


def test_an_app_with_codes_needs_no_javascript(visit, demanding, pictures):
    user = get_user_model().objects.create_superuser("karen", password=PASSWORD)
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    page = visit("/admin/", width=320, java_script_enabled=False)
    log_in(page)
    page.get_by_label("Kode").fill(code_of(secret))
    follow(page.get_by_role("button", name="Log ind"))
    page.get_by_role("heading", name="Overblik").wait_for()


def test_setting_up_an_app_on_a_telephone(visit, demanding, pictures):
    get_user_model().objects.create_superuser("karen", password=PASSWORD)
    page = visit("/konto/totrin/app/", width=320)
    log_in(page)
    page.get_by_label("Adgangskode").fill(PASSWORD)
    follow(page.get_by_role("button", name="Fortsæt"))
    page.locator(".qr svg").wait_for()
    told(page, pictures, "app")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
