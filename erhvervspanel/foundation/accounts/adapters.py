"""How django-allauth is to behave here."""

import time

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import Group
from django.db import transaction
from django.shortcuts import render
from django.utils.safestring import SafeString
from segno import make_qr

from erhvervspanel.foundation.accounts.attempts import admit
from erhvervspanel.foundation.accounts.gate import municipal_log_in
from erhvervspanel.foundation.accounts.log import note
from erhvervspanel.foundation.accounts.sealing import opened, sealed
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.models import LogInOutcome, User
from erhvervspanel.foundation.throttle import TooMany

# What is looked at of what the municipality's log-in tells, besides the groups.
NEEDED = ("sub", "email", "email_verified", "name", "preferred_username", "auth_time")
METHODS = {
    "password": "adgangskode",
    "totp": "kode",
    "webauthn": "adgangsnøgle",
    "recovery_codes": "engangskode",
    "socialaccount": "kommunens login",
}


class StaffAdapter(DefaultAccountAdapter):
    """Nobody signs up, attempts are counted in the database, and each log-in is noted."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "Brugernavn eller adgangskode er forkert. Prøv igen.",
        "invalid_login": "Brugernavn eller adgangskode er forkert. Prøv igen.",
        "incorrect_password": "Adgangskoden er forkert. Prøv igen.",
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        return ["erhvervspanel.foundation.accounts.stages.SecondFactor"]

    def get_reauthentication_methods(self, user) -> list[dict]:
        """Who came from the municipality answers there, and not with a factor that whoever has the browser could set up here."""
        if municipal_log_in(context.request):
            return [{"id": "socialaccount", "url": link("account_reauthenticate_at_the_municipality")}]
        return super().get_reauthentication_methods(user)

    def pre_authenticate(self, request, **credentials):
        name = credentials.get("username", "")
        try:
            admit(request, name)
        except TooMany as too_many:
            note(request, LogInOutcome.LOCKED, named(name), METHODS["password"])
            raise forms.ValidationError(too_many.sentence) from None

    def authentication_failed(self, request, **credentials):
        note(request, LogInOutcome.FAILED, named(credentials.get("username", "")), METHODS["password"])

    def post_login(self, request, user, **kwargs):
        note(request, LogInOutcome.IN, user, methods_of(request, user))
        return super().post_login(request, user, **kwargs)

    def logout(self, request):
        if request.user.is_authenticated:
            note(request, LogInOutcome.OUT, request.user)
        super().logout(request)

    def add_message(self, *args, **kwargs):
        """The pages say themselves what has happened."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """A code from an app, or a passkey."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Koden er forkert eller for gammel. Vent på den næste, og prøv igen.",
    }

    def encrypt(self, text: str) -> str:
        return sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        return opened(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        return SafeString(make_qr(url, error="m").svg_inline(scale=5, dark="#000", light="#fff"))


class MunicipalAdapter(DefaultSocialAccountAdapter):
    """The municipality's own log-in: its groups give the roles at each log-in, and take them away again."""

    def pre_social_login(self, request, sociallogin):
        roles = roles_of(sociallogin)
        user = sociallogin.user if sociallogin.is_existing else colleague(sociallogin)
        if sociallogin.is_existing:
            give_roles(user, roles)  # before anybody is refused: there may be a password here to come in by
        if not roles or (user is not None and not user.is_active):
            note(request, LogInOutcome.REFUSED, user if user and user.pk else None, METHODS["socialaccount"])
            raise ImmediateHttpResponse(render(request, "account/no_role.html", status=403))
        if sociallogin.state.get("process") == AuthProcess.REDIRECT:
            answer_question(request, sociallogin)
        elif user is None:
            sociallogin.email_addresses = []  # one that is taken is no ground to ask for another: there is no such page
        elif not sociallogin.is_existing:
            with transaction.atomic():
                sociallogin.connect(request, user)
                give_roles(user, roles)

    def populate_user(self, request, sociallogin, data):
        """By what the token says too: not every provider tells all of it on its page of the person. The rest is not stored."""
        sociallogin.account.extra_data = claims = needed(claims_of(sociallogin))
        told = {"username": "preferred_username", "email": "email", "name": "name"}
        given = {name: claims[claim] for name, claim in told.items() if claims.get(claim)}
        return super().populate_user(request, sociallogin, data | given)

    def is_open_for_signup(self, request, sociallogin) -> bool:
        return bool(roles_of(sociallogin))

    @transaction.atomic
    def save_user(self, request, sociallogin, form=None):
        sociallogin.user.is_staff = True
        user = super().save_user(request, sociallogin, form)
        give_roles(user, roles_of(sociallogin))
        return user


def answer_question(request, sociallogin) -> None:
    """Takes down that whoever has the session has logged in at the municipality once more.

    Only where it was they, just now, and the session was begun there too: one that was begun here asks for what is kept here.
    """
    told = claims_of(sociallogin).get("auth_time")
    is_new = told is None or time.time() - told < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    if municipal_log_in(request) and sociallogin.user == request.user and is_new:
        record_authentication(
            request,
            request.user,
            "socialaccount",
            provider=sociallogin.account.provider,
            uid=sociallogin.account.uid,
            reauthenticated=True,
        )
    else:
        user = request.user if request.user.is_authenticated else None
        note(request, LogInOutcome.FAILED, user, METHODS["socialaccount"])
        messages.error(request, "Du skal selv logge ind igen med din adgangskode. Prøv igen.")


def named(username: str) -> User | None:
    """The account that a log-in by `username` is tried on: case does not matter."""
    return User.objects.filter(username__iexact=username.strip()).order_by("pk").first()


def methods_of(request, user: User) -> str:
    """How `user` has logged in, in Danish."""
    records = get_authentication_records(request, user)
    kinds = dict.fromkeys(record.get("type", record["method"]) for record in records)
    return " og ".join(METHODS.get(kind, kind) for kind in kinds)


def claims_of(sociallogin) -> dict:
    """What the municipality says of the person, in the token and on its page of the person together."""
    data = sociallogin.account.extra_data
    return {**data.get("userinfo", {}), **data.get("id_token", {})} or data


def needed(claims: dict) -> dict:
    """Those of `claims` that are looked at: a provider may tell much more of a person, the CPR number included."""
    kept = {name: claims[name] for name in NEEDED if name in claims}
    return kept | {
        settings.OIDC_GROUPS_CLAIM: [group for group in groups_in(claims) if group in settings.OIDC_ROLES]
    }


def groups_in(claims: dict) -> list[str]:
    told = claims.get(settings.OIDC_GROUPS_CLAIM) or []
    return [told] if isinstance(told, str) else told


def roles_of(sociallogin) -> set[str]:
    """The names of the roles that the person's groups give."""
    groups = groups_in(claims_of(sociallogin))
    return {settings.OIDC_ROLES[group] for group in groups if group in settings.OIDC_ROLES}


def colleague(sociallogin) -> User | None:
    """The one account that has the person's e-mail, where the municipality vouches for the address.

    Never one that may do more than the municipality's groups can give, everything least of all: an address in its directory is
    easier to change than a password here.
    """
    claims = claims_of(sociallogin)
    email = claims.get("email", "")
    if not email or claims.get("email_verified", settings.OIDC_EMAIL_VERIFIED) is not True:
        return None
    with_email = User.objects.filter(email__iexact=email, is_staff=True)
    [found, *others] = [*with_email[:2]] or [None]
    if found is None or others or found.is_superuser:
        return None
    beyond = found.groups.exclude(name__in=settings.OIDC_ROLES.values())
    return None if beyond.exists() or found.user_permissions.exists() else found


@transaction.atomic
def give_roles(user: User, roles: set[str]) -> None:
    """Makes `roles` those that `user` has, of all that the municipality's groups can give. Who has any that there is, is staff."""
    ours = Group.objects.filter(name__in=settings.OIDC_ROLES.values())
    given = ours.filter(name__in=roles)
    user.groups.remove(*ours.exclude(name__in=roles))
    user.groups.add(*given)
    if given and not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
