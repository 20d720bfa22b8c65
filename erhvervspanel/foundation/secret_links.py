"""The secrets of personal links: whoever has the link acts as the person. At rest there is only a hash of them."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from django.conf import settings
from django.utils.crypto import salted_hmac

SECRET_BYTES = 24  # 192 bits; 128 are enough for a link that nobody can guess


def hash_of(secret: str) -> str:
    """What is kept of `secret`, to find by it what it opens."""
    return sha256(secret.encode()).hexdigest()


def secret_of(name: str, *, salt: str, hashed: str = "") -> str:
    """The secret of what goes by `name`, made anew from the portal's key.

    After a change of keys it is still the one that was mailed, for as long as the old key is a fallback.

    Args:
        salt: tells this use of the key from others.
        hashed: the hash that is kept of it, where one is.
    """
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    secrets = [made_by(key, name, salt) for key in keys]
    return next((secret for secret in secrets if hash_of(secret) == hashed), secrets[0])


def made_by(key: str, name: str, salt: str) -> str:
    digest = salted_hmac(salt, name, secret=key, algorithm="sha256").digest()
    return urlsafe_b64encode(digest[:SECRET_BYTES]).decode()
