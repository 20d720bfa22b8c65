"""A member of staff who logs in for real, with a second factor demanded."""

import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache

from tests.factories import UserFactory

PASSWORD = "en lang adgangskode"


@pytest.fixture(autouse=True)
def _demanding(settings, db):
    settings.STAFF_SECOND_FACTOR = True
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # a slow one proves nothing here
    cache.clear()  # where used codes are remembered


@pytest.fixture
def karen():
    return UserFactory(superuser=True, username="karen", password=PASSWORD)


@pytest.fixture
def secret(karen) -> str:
    """The secret of Karen's app with codes."""
    made = generate_totp_secret()
    TOTP.activate(karen, made)
    return made


def code_of(secret: str, *, later: int = 0) -> str:
    """What the app shows, or shows so many codes `later`."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def log_in(client, *, password: str = PASSWORD, username: str = "karen", **extra):
    return client.post("/konto/log-ind/", {"login": username, "password": password, **extra})
