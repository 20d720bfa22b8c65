"""The municipality's own log-in by OpenID Connect, against a provider on loopback."""

import copy
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group

from erhvervspanel.foundation.models import LogIn, User
from erhvervspanel.portal.roles import setup_roles
from tests.factories import UserFactory
from tests.foundation.accounts.provider import CLIENT, Provider

PERSON = {
    "sub": "1",
    "email": "karen@example.org",
    "email_verified": True,
    "name": "Karen Holm",
    "preferred_username": "karho",
}


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
    provider.person = PERSON | {"groups": groups} | claims
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
    assert LogIn.objects.get().method == "kommunens log-in"


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
    assert "Bed en administrator om at blive lagt i den rigtige gruppe" in response.text
    assert not User.objects.exists()
    assert LogIn.objects.get().outcome == "refused"


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


def test_a_closed_account_stays_closed(client, provider):
    UserFactory(staff=True, email="karen@example.org", is_active=False)
    assert come(client, provider, groups=["gruppe-1"]).status_code == 403


def test_an_answer_that_was_not_asked_for_is_refused(client, provider):
    provider.person = PERSON | {"groups": ["gruppe-1"]}
    response = client.get("/konto/oidc/kommunen/login/callback/?code=c&state=vrøvl")
    assert "Log-in lykkedes ikke" in response.text
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
