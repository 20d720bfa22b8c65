"""The keys that backups are sealed with: 32 random bytes each, kept apart from the backups."""

import base64
import binascii
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from erhvervspanel.foundation.backups.problems import BackupProblem

LENGTH = 32  # bytes, for AES-256
MARK_LENGTH = 8  # bytes
# Of 32 random bytes about 30 differ. Fewer than so many come by chance less than once in a billion billion.
LEAST_DIFFERENT = 16
HOW = "Lav en med: openssl rand -base64 32"


@dataclass(frozen=True)
class Key:
    """One key.

    Attributes:
        secret: LENGTH bytes, never used as they are: what seals a file is derived from them and the file's salt.
        mark: tells the key from others, and nothing about it.
    """

    secret: bytes

    @property
    def mark(self) -> bytes:
        return self.derived(b"mark")[:MARK_LENGTH]

    def derived(self, purpose: bytes, salt: bytes | None = None) -> bytes:
        """32 bytes for `purpose` (RFC 5869)."""
        info = b"erhvervspanel backup " + purpose
        return HKDF(algorithm=SHA256(), length=LENGTH, salt=salt, info=info).derive(self.secret)


def present() -> Key:
    """The key that new backups are sealed with. Raises BackupProblem where there is none worth the name."""
    if not settings.BACKUP_KEY:
        raise BackupProblem(f"BACKUP_KEY mangler, så intet kan låses eller låses op. {HOW}")
    return read(settings.BACKUP_KEY, "BACKUP_KEY")


def known() -> dict[bytes, Key]:
    """All keys that backups can be opened with, by their marks."""
    former = [read(text, "En nøgle i BACKUP_KEY_FALLBACKS") for text in settings.BACKUP_KEY_FALLBACKS]
    return {key.mark: key for key in (*former, present())}


def read(text: str, name: str) -> Key:
    """The key that `text` is in base64. `name` is what to call it where it is refused."""
    try:
        secret = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BackupProblem(f"{name} er ikke base64. {HOW}") from error
    if len(secret) != LENGTH:
        raise BackupProblem(f"{name} er på {len(secret)} byte og skal være på {LENGTH}. {HOW}")
    if len(set(secret)) < LEAST_DIFFERENT or secret.isascii():
        raise BackupProblem(f"{name} er ikke tilfældig og kan gættes. {HOW}")
    return Key(secret)
