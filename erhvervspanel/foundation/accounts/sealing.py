"""How the secrets of second factors are stored: sealed with the portal's key, so that nobody has them who reads the database, a backup or
a replica."""

from base64 import urlsafe_b64encode
from contextlib import suppress

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction

from erhvervspanel.foundation.due_jobs import for_each

SEALED = "gAAAA"  # how what Fernet seals begins; a secret of an app has capital letters alone
SECRETS = ("secret", "seed")  # what allauth calls them: an app's, and that of recovery codes


def seals() -> list[Fernet]:
    """Of the portal's key, and of its former ones."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    derived = (HKDF(algorithm=SHA256(), length=32, salt=None, info=b"erhvervspanel mfa") for _ in keys)
    return [
        Fernet(urlsafe_b64encode(each.derive(key.encode()))) for each, key in zip(derived, keys, strict=True)
    ]


def sealed(secret: str) -> str:
    return seals()[0].encrypt(secret.encode()).decode()


def opened(stored: str) -> str:
    """A secret that was stored. One that no key opens any more is another each time, which no code fits."""
    if not stored.startswith(SEALED):
        return stored  # from before secrets were sealed
    try:
        return MultiFernet(seals()).decrypt(stored.encode()).decode()
    except InvalidToken:
        return generate_totp_secret()


def seal_anew() -> int:
    """Seals with the present key what is not sealed, or with a former one, and returns how many factors that was.

    So a former key is needed for two nights more, and nobody sets a second factor up anew as the key has changed. Two, as allauth saves
    recovery codes whole when they are first shown: who looks at them while this is done puts back how they were sealed.
    """
    return for_each(Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN), seal_one_anew)


@transaction.atomic
def seal_one_anew(factor: Authenticator) -> int:
    factor = Authenticator.objects.select_for_update().filter(pk=factor.pk).first()
    stored = {name: factor.data[name] for name in SECRETS if name in factor.data} if factor else {}
    renewed = {name: sealed_anew(secret) for name, secret in stored.items()}
    if renewed == stored:
        return 0
    factor.data |= renewed
    factor.save(update_fields=["data"])
    return 1


def sealed_anew(stored: str) -> str:
    """`stored` as it is sealed with the present key; as it is where that has been done, or where no key opens it."""
    if not stored.startswith(SEALED):
        return sealed(stored)
    present, *former = seals()
    with suppress(InvalidToken):
        present.decrypt(stored.encode())
        return stored
    with suppress(InvalidToken):
        return MultiFernet([present, *former]).rotate(stored.encode()).decode()
    return stored
