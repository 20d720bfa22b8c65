"""The municipality's own log-in by OpenID Connect, against a provider on loopback."""

import copy
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone

from erhvervspanel.foundation.accounts.adapters import give_roles
from erhvervspanel.foundation.models import LogIn, User
from erhvervspanel.portal.roles import setup_roles
from tests.events.test_registering import come as register_for
from tests.events.test_registering import open_event
from tests.factories import UserFactory
from tests.foundation.accounts.conftest import PASSWORD, log_in
from tests.foundation.accounts.provider import CLIENT, Provider

PERSON = {
    "sub": "1",
    "email": "karen@example.org",
    "email_verified": True,
    "name": "Karen Holm",
    "preferred_username": "karho",
}

UNSAID = object()  # for a claim that is left out


@pytest.fixture
def provider(settings):
    setup_roles()
    with Provider() as provider:
        settings.OIDC_ROLES = {"gruppe-1": "Idekurator", "gruppe-2": "Læser"}
        providers = copy.deepcopy(settings.SOCIALACCOUNT_PROVIDERS)
        providers["openid_connect"]["APPS"] = [
            {
                "provider_id": "kommunen",
                "name": "Rudersdal Kommune",
                "client_id": CLIENT,
                "secret": "s",
                "settings": {"server_url": provider.url},
            }
        ]
        settings.SOCIALACCOUNT_PROVIDERS = providers
        yield provider


def come(client, provider, *, groups: list[str], **claims):
    """Logs in at the provider as PERSON with `groups`."""
    told = PERSON | {"groups": groups} | claims
    provider.person = {name: value for name, value in told.items() if value is not UNSAID}
    leads_to = client.post("/konto/oidc/kommunen/login/").url
    assert urlsplit(leads_to).path == "/authorize"
    back = urlsplit(provider.back_from(leads_to))
    return client.get(f"{back.path}?{back.query}")


def roles(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def test_a_new_colleague_gets_in_with_the_roles_of_the_groups_and_no_second_factor_of_ours(client, provider):
    response = come(client, provider, groups=["gruppe-1", "noget-andet"])
    assert response.url == "/admin/"
    assert client.get("/admin/").status_code == 200
    user = User.objects.get()
    assert (user.username, user.get_full_name(), user.is_staff, user.is_superuser) == (
        "karho",
        "Karen Holm",
        True,
        False,
    )
    assert roles(user) == {"Idekurator"}
    assert not user.has_usable_password()
    assert LogIn.objects.get().method == "kommunens login"


def test_roles_follow_the_groups_at_each_log_in_and_others_stay(client, provider):
    come(client, provider, groups=["gruppe-1"])
    user = User.objects.get()
    user.groups.add(Group.objects.create(name="Praktikanter"))
    client.post("/admin/logout/")
    come(client, provider, groups=["gruppe-2"])
    assert User.objects.count() == 1
    assert roles(user) == {"Læser", "Praktikanter"}


def test_a_single_group_may_come_as_a_text(client, provider):
    come(client, provider, groups="gruppe-1")
    assert roles(User.objects.get()) == {"Idekurator"}


@pytest.mark.parametrize("groups", [[], ["ukendt"]])
def test_who_has_no_group_of_ours_is_told_what_to_do(client, provider, groups):
    response = come(client, provider, groups=groups)
    assert response.status_code == 403
    assert "Bed en administrator om at lægge dig i den rigtige gruppe" in response.text
    assert not User.objects.exists()
    assert LogIn.objects.get().outcome == "refused"


def test_who_is_taken_out_of_the_last_group_loses_the_roles_though_there_is_a_password_too(client, provider):
    karen = UserFactory(staff=True, email="karen@example.org")
    come(client, provider, groups=["gruppe-1"])
    karen.groups.add(own := Group.objects.create(name="Praktikanter"))
    assert roles(karen) == {"Idekurator", own.name}
    other = Client()
    assert come(other, provider, groups=["noget-andet"]).status_code == 403
    assert roles(karen) == {own.name}
    assert client.get("/admin/ideas/idea/").status_code == 403  # in the session that is open, too
    assert LogIn.objects.order_by("pk").last().outcome == "refused"


def test_who_logs_in_for_the_first_time_without_a_group_loses_nothing_that_somebody_else_gave(
    client, provider
):
    karen = UserFactory(staff=True, email="karen@example.org")
    karen.groups.add(Group.objects.get(name="Idekurator"))
    assert come(client, provider, groups=[]).status_code == 403
    assert roles(karen) == {"Idekurator"}


def test_who_is_no_staff_here_any_more_does_not_become_it_by_being_refused(client, provider):
    come(client, provider, groups=["gruppe-1"])
    User.objects.update(is_staff=False)
    assert come(Client(), provider, groups=[]).status_code == 403
    assert not User.objects.get().is_staff


def test_who_has_an_app_with_codes_here_is_not_asked_for_one_besides(client, provider):
    TOTP.activate(UserFactory(staff=True, email="karen@example.org"), generate_totp_secret())
    assert come(client, provider, groups=["gruppe-1"]).url == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert LogIn.objects.get().method == "kommunens login"


DANGEROUS = "/admin/foundation/user/add/"


def come_once_more(client, provider, asked: str, **claims):
    """Answers the question at `asked` by logging in at the provider."""
    provider.person |= claims
    leads_to = client.post(asked).url
    assert parse_qs(urlsplit(leads_to).query)["prompt"] == ["login"]
    back = urlsplit(provider.back_from(leads_to))
    return client.get(f"{back.path}?{back.query}")


@pytest.fixture
def boss(client, provider):
    """Somebody in `client` from the municipality, who may do all."""
    come(client, provider, groups=["gruppe-1"])
    User.objects.update(is_superuser=True)
    return User.objects.get()


def test_what_is_dangerous_sends_there_once_more_and_keeps_what_was_filled_in(client, provider, boss):
    event = open_event()
    register_for(event)
    url = f"/admin/events/event/{event.pk}/hent/"
    asked = client.post(url, {"states": ["pending"], "file_format": "csv", "purpose": "Dørliste"}).url
    assert asked.startswith("/konto/oidc/bekraeft/?next=")
    assert "Er det dig?" in client.get(asked).text
    back = come_once_more(client, provider, asked, auth_time=int(time.time()))
    assert "attachment" in client.get(back.url)["Content-Disposition"]
    assert client.get(DANGEROUS).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert client.get(DANGEROUS).url.startswith("/konto/oidc/bekraeft/")


@pytest.mark.parametrize("claims", [{"sub": "2", "email": "andre@example.org"}, {"auth_time": 1_700_000_000}])
def test_another_or_one_who_was_not_asked_there_does_not_answer(client, provider, boss, claims):
    asked = client.get(DANGEROUS).url
    page = client.get(come_once_more(client, provider, asked, **claims).url)
    assert "Du skal selv logge ind igen" in page.text
    assert client.get(DANGEROUS).status_code == 302
    assert client.session["_auth_user_id"] == str(boss.pk)
    assert LogIn.objects.order_by("pk").last().outcome == "failed"


def test_a_session_that_was_begun_here_is_not_answered_for_there(provider, boss, settings):
    """Where a session is open at the municipality's, nobody is asked there."""
    settings.STAFF_SECOND_FACTOR = False
    boss.set_password(PASSWORD)
    boss.save()
    client = Client()
    log_in(client, username=boss.username)
    asked = client.get(DANGEROUS).url
    assert asked.startswith("/konto/bekraeft/")
    leads_to = client.post(
        f"/konto/oidc/kommunen/login/?{urlencode({'process': 'redirect', 'next': DANGEROUS})}"
    ).url
    back = urlsplit(provider.back_from(leads_to))
    assert client.get(f"{back.path}?{back.query}").url == DANGEROUS
    assert client.get(DANGEROUS).url == asked


def test_an_app_that_is_set_up_meanwhile_does_not_answer(client, provider, boss):
    TOTP.activate(boss, generate_totp_secret())
    assert client.get(DANGEROUS).url.startswith("/konto/oidc/bekraeft/")
    assert client.get("/konto/totrin/bekraeft/").url.startswith("/konto/oidc/bekraeft/")


def test_somebody_with_an_account_comes_into_it(client, provider):
    there = UserFactory(staff=True, email="Karen@example.org")
    come(client, provider, groups=["gruppe-1"])
    assert User.objects.get() == there
    assert roles(there) == {"Idekurator"}


@pytest.mark.parametrize("tells_all", [False, True])
def test_an_address_that_nobody_vouches_for_opens_no_account(client, provider, tells_all):
    provider.tells_all = tells_all
    boss = UserFactory(superuser=True, email="karen@example.org")
    come(client, provider, groups=["gruppe-2"], email_verified=False)
    assert client.session["_auth_user_id"] != str(boss.pk)


@pytest.mark.parametrize("vouched_for", [False, True])
def test_an_address_that_nothing_is_said_of_opens_an_account_where_the_operator_vouches(
    client, provider, settings, vouched_for
):
    settings.OIDC_EMAIL_VERIFIED = vouched_for
    there = UserFactory(staff=True, email="karen@example.org")
    come(client, provider, groups=["gruppe-1"], email_verified=UNSAID)
    assert (client.session["_auth_user_id"] == str(there.pk)) == vouched_for


@pytest.mark.parametrize("beyond", ["a role", "a right"])
def test_an_account_that_may_more_than_groups_give_is_not_opened_by_its_address(client, provider, beyond):
    boss = UserFactory(staff=True, email="karen@example.org")
    if beyond == "a role":
        boss.groups.add(Group.objects.get(name="Administrator"))
    else:
        boss.user_permissions.add(Permission.objects.first())
    come(client, provider, groups=["gruppe-2"])
    assert client.session["_auth_user_id"] != str(boss.pk)
    assert User.objects.count() == 2


@pytest.mark.parametrize("tells_all", [False, True])
def test_what_is_not_looked_at_is_not_stored(client, provider, tells_all):
    provider.tells_all = tells_all
    for _ in range(2):  # the first time, and the next
        come(client, provider, groups=["gruppe-1", "tillidsfolk"], cpr="0101901234", phone_number="12345678")
        kept = SocialAccount.objects.get().extra_data
        assert kept == PERSON | {"groups": ["gruppe-1"]}


def test_a_closed_account_stays_closed(client, provider):
    UserFactory(staff=True, email="karen@example.org", is_active=False)
    assert come(client, provider, groups=["gruppe-1"]).status_code == 403


def test_an_answer_that_was_not_asked_for_is_refused(client, provider):
    provider.person = PERSON | {"groups": ["gruppe-1"]}
    response = client.get("/konto/oidc/kommunen/login/callback/?code=c&state=vrøvl")
    assert "Det lykkedes ikke at logge ind" in response.text
    assert "/token" not in provider.asked
    assert not User.objects.exists()


def test_the_log_in_page_offers_it_only_where_it_is_set_up(client, provider, settings):
    assert "Log ind med Rudersdal Kommune" in client.get("/konto/log-ind/").text
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "Log ind med Rudersdal" not in client.get("/konto/log-ind/").text


@pytest.mark.parametrize("tells_all", [False, True])
def test_an_account_that_may_do_all_is_not_opened_from_there(client, provider, tells_all):
    """Whoever can change an address in the municipality's directory would have it."""
    provider.tells_all = tells_all
    boss = UserFactory(superuser=True, email="karen@example.org")
    come(client, provider, groups=["gruppe-2"])
    assert client.session.get("_auth_user_id") != str(boss.pk)
    assert roles(boss) == set()


@pytest.mark.django_db
def test_a_role_that_there_is_not_lets_nobody_in(settings):
    setup_roles()
    settings.OIDC_ROLES = {"x": "Findesikke", "y": "Læser"}
    user = UserFactory()
    give_roles(user, {"Findesikke"})
    assert not user.is_staff
    give_roles(user, {"Findesikke", "Læser"})
    assert user.is_staff
