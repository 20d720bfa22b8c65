"""Logging in: with what, how often, and what is noted."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib import admin
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone

from erhvervspanel.foundation.accounts import attempts
from erhvervspanel.foundation.accounts.log import forget_old
from erhvervspanel.foundation.accounts.sealing import seal_anew
from erhvervspanel.foundation.models import LogIn
from erhvervspanel.foundation.throttle import Limit
from tests.factories import UserFactory
from tests.foundation.accounts.conftest import PASSWORD, code_of, log_in

LOG_IN = "/konto/log-ind/"


def noted() -> list[tuple]:
    return list(LogIn.objects.order_by("pk").values_list("user__username", "outcome", "method"))


def test_the_admin_leads_to_the_log_in_and_back(client, karen, secret):
    response = client.get("/admin/ideas/idea/", follow=True)
    assert response.redirect_chain[-1][0] == "/konto/log-ind/?next=%2Fadmin%2Fideas%2Fidea%2F"
    response = client.post(
        response.redirect_chain[-1][0], {"login": "karen", "password": PASSWORD, "next": "/admin/ideas/idea/"}
    )
    assert response.url == "/konto/totrin/kode/"
    response = client.post("/konto/totrin/kode/", {"code": code_of(secret)})
    assert response.url == "/admin/ideas/idea/"
    assert client.get(response.url).status_code == 200
    assert noted() == [("karen", "in", "adgangskode og kode")]


def test_a_password_alone_lets_nobody_in_who_has_an_app(client, karen, secret):
    log_in(client)
    assert client.get("/admin/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_wrong_password_tells_nothing_of_who_there_is(client, karen):
    wrong = log_in(client, password="forkert")
    unknown = log_in(client, username="findes-ikke")
    sentence = "Brugernavn eller adgangskode er forkert. Prøv igen."
    assert sentence in wrong.text
    assert sentence in unknown.text
    assert 'value="karen"' in wrong.text
    assert noted() == [("karen", "failed", "adgangskode"), (None, "failed", "adgangskode")]


def test_empty_fields_are_told(client):
    page = client.post(LOG_IN, {})
    assert "Skriv dit brugernavn." in page.text
    assert "Skriv din adgangskode." in page.text


def test_a_wrong_code_is_told_and_noted(client, karen, secret):
    log_in(client)
    page = client.post("/konto/totrin/kode/", {"code": "000000"})
    assert "Koden er forkert eller for gammel" in page.text
    assert noted() == [("karen", "failed", "kode")]


def test_a_code_works_once(client, karen, secret):
    log_in(client)
    code = code_of(secret)
    client.post("/konto/totrin/kode/", {"code": code})
    thief = Client()
    log_in(thief)
    assert "Koden er forkert" in thief.post("/konto/totrin/kode/", {"code": code}).text


def test_too_many_tries_from_one_network_shut_out_that_network_alone(karen, secret):
    attacker, owner = Client(REMOTE_ADDR="198.51.100.7"), Client(REMOTE_ADDR="203.0.113.9")
    for _ in range(10):
        log_in(attacker, password="gæt")
    page = log_in(attacker)
    assert "Der er prøvet for mange gange fra det netværk, du er på. Prøv igen kl." in page.text
    assert log_in(owner).url == "/konto/totrin/kode/"
    assert LogIn.objects.get(outcome="locked").network == "198.51.100.0/24"


def test_codes_cannot_be_tried_out(karen, secret):
    attacker = Client(REMOTE_ADDR="198.51.100.7")
    log_in(attacker)
    for _ in range(10):
        attacker.post("/konto/totrin/kode/", {"code": "000000"})
    assert "Prøv igen kl." in attacker.post("/konto/totrin/kode/", {"code": code_of(secret)}).text
    assert "_auth_user_id" not in attacker.session


def test_codes_cannot_be_tried_out_from_many_networks(karen, secret):
    """Whoever has a stolen password has as many networks as they rent."""
    networks = [Client(REMOTE_ADDR=f"2001:db8:{number}::1") for number in range(1, 6)]
    for attacker in networks:
        log_in(attacker)
        for _ in range(4):
            assert "Koden er forkert" in attacker.post("/konto/totrin/kode/", {"code": "000000"}).text
    refused = networks[0].post("/konto/totrin/kode/", {"code": code_of(secret)})
    assert "Der er prøvet for mange koder til kontoen. Prøv igen kl." in refused.text
    assert LogIn.objects.get(outcome="locked").method == "kode"
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        log_in(owner := Client())
        assert owner.post("/konto/totrin/kode/", {"code": code_of(secret)}).url == "/admin/"


def test_a_customer_with_many_networks_gets_no_further_than_one(karen, monkeypatch):
    monkeypatch.setattr(attempts, "NETWORK", Limit(5, timedelta(minutes=15), "For mange."))
    for number in range(5):
        log_in(Client(REMOTE_ADDR=f"2001:db8:1:{number}::1"), password="gæt")
    assert "For mange. Prøv igen kl." in log_in(Client(REMOTE_ADDR="2001:db8:1:ffff::1"), password="gæt").text
    assert "adgangskode er forkert" in log_in(Client(REMOTE_ADDR="2001:db8:2::1"), password="gæt").text


def test_a_closed_account_stays_out(client):
    UserFactory(username="karen", staff=True, password=PASSWORD, is_active=False)
    assert log_in(client).url == "/konto/lukket/"
    assert "Kontoen er lukket" in client.get("/konto/lukket/").text


def test_one_is_not_led_to_another_site(client, karen, secret):
    log_in(client, next="https://evil.example/")
    assert client.post("/konto/totrin/kode/", {"code": code_of(secret)}).url == "/admin/"


def test_the_session_gets_a_new_key(client, karen, secret):
    client.get(LOG_IN)
    session = client.session
    session["kept"] = 1
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    log_in(client)
    client.post("/konto/totrin/kode/", {"code": code_of(secret)})
    assert client.session.session_key != before


def test_logging_out_ends_it_and_is_noted(client, karen, secret):
    log_in(client)
    client.post("/konto/totrin/kode/", {"code": code_of(secret)})
    client.post("/admin/logout/")
    assert client.get("/admin/").status_code == 302
    assert noted()[-1] == ("karen", "out", "")


@pytest.mark.parametrize(
    "name", ["account_signup", "account_reset_password", "account_email", "socialaccount_signup"]
)
def test_there_is_no_way_to_sign_up_or_to_get_in_by_mail(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_no_admin_page_is_open_without_a_second_factor(client, karen):
    log_in(client)
    checked = 0
    for pattern in get_resolver("erhvervspanel.urls").url_patterns[-1].url_patterns:
        route = re.sub(r"<[^>]+>", "1", str(pattern.pattern)).strip("^$")
        response = client.get(f"/admin/{route}")
        if response.status_code == 200:
            assert route == "jsi18n/"
        checked += 1
    assert checked > 10
    assert all(
        client.get(f"/admin/{model._meta.app_label}/{model._meta.model_name}/").url == "/konto/totrin/"
        for model in admin.site._registry
    )


def test_who_has_none_sets_an_app_up_and_goes_on(client, karen):
    response = log_in(client)
    page = client.get(response.url, follow=True)
    assert "Sæt totrinslogin op, før du går videre" in page.text
    page = client.get("/konto/totrin/app/", follow=True)
    page = client.post(page.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    assert "<svg" in page.text
    assert (">Kode:<" in page.text, "Autentificeringskode" in page.text) == (True, False)
    secret = re.search(r'class="secret">(\w+)<', page.text)[1]
    page = client.post("/konto/totrin/app/", {"code": code_of(secret)}, follow=True)
    assert "Engangskoder" in page.text
    assert client.get("/admin/").status_code == 200
    assert Authenticator.objects.filter(user=karen, type="totp").exists()


def test_a_stolen_database_has_no_second_factor_in_it(karen, secret):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes  # noqa: PLC0415

    codes = RecoveryCodes.activate(karen)
    stored = {each.type: each.data for each in Authenticator.objects.all()}
    assert secret not in str(stored)
    assert stored["totp"]["secret"].startswith("gAAAA")
    assert stored["recovery_codes"]["seed"].startswith("gAAAA")
    assert (
        codes.get_unused_codes()
        == RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    )


def test_a_second_factor_outlives_a_change_of_the_key_and_none_fits_without_it(settings, karen, secret):
    factor = karen.authenticator_set.get()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "ny" * 20, [settings.SECRET_KEY]
    assert TOTP(factor).validate_code(code_of(secret))
    cache.clear()
    settings.SECRET_KEY_FALLBACKS = []
    assert not TOTP(factor).validate_code(code_of(secret))


def test_a_second_factor_from_before_secrets_were_sealed_still_fits(karen, secret):
    factor = karen.authenticator_set.get()
    factor.data = {"secret": secret}
    assert TOTP(factor).validate_code(code_of(secret))


def test_every_night_the_present_key_seals_what_it_has_not(settings, karen, secret):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes  # noqa: PLC0415

    codes = RecoveryCodes.activate(karen).get_unused_codes()
    plain = TOTP.activate(UserFactory(), "A" * 32).instance
    Authenticator.objects.filter(pk=plain.pk).update(data={"secret": "A" * 32})
    assert seal_anew() == 1
    assert seal_anew() == 0
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "ny" * 20, [settings.SECRET_KEY]
    assert seal_anew() == 3
    settings.SECRET_KEY_FALLBACKS = []
    factors = {each.pk: each for each in Authenticator.objects.all()}
    assert TOTP(factors.pop(plain.pk)).validate_code(code_of("A" * 32))
    mine = {each.type: each for each in factors.values()}
    assert TOTP(mine["totp"]).validate_code(code_of(secret))
    assert RecoveryCodes(mine["recovery_codes"]).get_unused_codes() == codes


def test_what_no_key_opens_is_left_as_it_is(settings, karen, secret):
    stored = Authenticator.objects.get().data
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "ny" * 20, []
    assert seal_anew() == 0
    assert Authenticator.objects.get().data == stored


def test_a_recovery_code_lets_one_in_once(client, karen, secret):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes  # noqa: PLC0415 (its models want the registry)

    code = RecoveryCodes.activate(karen).get_unused_codes()[0]
    log_in(client)
    assert client.post("/konto/totrin/kode/", {"code": code}).url == "/admin/"
    other = Client()
    log_in(other)
    assert "Koden er forkert" in other.post("/konto/totrin/kode/", {"code": code}).text


def test_an_administrator_resets_a_colleagues_factor(client, karen, secret):
    boss = UserFactory(superuser=True)
    client.force_login(boss)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session["account_authentication_methods_user"] = str(boss.pk)
    session.save()
    client.post("/admin/foundation/user/", {"action": "reset_second_factor", "_selected_action": [karen.pk]})
    assert not Authenticator.objects.filter(user=karen).exists()


def test_old_lines_are_forgotten(client, karen):
    log_in(client, password="forkert")
    LogIn.objects.update(at="2020-01-01T00:00Z")
    assert forget_old() == 1


def test_attempts_are_noted_with_the_account_that_they_are_on_whatever_its_case(client, karen):
    log_in(client, username="KAREN", password="forkert")
    assert noted() == [("karen", "failed", "adgangskode")]


def test_an_account_without_access_is_told_so_and_can_log_out(client):
    guest = UserFactory(username="gaest", password=PASSWORD)
    secret = generate_totp_secret()
    TOTP.activate(guest, secret)
    log_in(client, username="gaest")
    response = client.post("/konto/totrin/kode/", {"code": code_of(secret)}, follow=True)
    assert response.status_code == 403
    assert "Du har ikke adgang" in response.text
    assert f'action="{reverse("account_logout")}"' in response.text
    assert reverse("admin:logout") not in response.text
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session
    assert noted() == [("gaest", "in", "adgangskode og kode"), ("gaest", "out", "")]


def test_an_account_without_access_can_log_out_where_it_is_asked_for_a_second_factor(client):
    UserFactory(username="gaest", password=PASSWORD)
    page = client.get(log_in(client, username="gaest").url, follow=True)
    assert "Sæt totrinslogin op" in page.text
    assert f'action="{reverse("account_logout")}"' in page.text
