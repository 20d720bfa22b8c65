"""Files that only those with the key can read, and that nobody can change unseen.

A file is a header and then chunks, each sealed by itself with AES-256 in GCM, so that one of any size goes through in little
memory. The number of a chunk, and whether it is the last, are part of its nonce (the STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizár, 2015): chunks that are changed, swapped, repeated, left out or added are not opened. The key
of a file is derived from the portal's and from the file's own salt, so that no nonce comes twice.
"""

import io
import secrets
import struct
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from erhvervspanel.foundation.backups.keys import MARK_LENGTH, Key
from erhvervspanel.foundation.backups.problems import BackupProblem

MAGIC = b"EPBACKUP"
FORMAT = 1
HEADER = struct.Struct(f">8sB{MARK_LENGTH}s32s")  # magic, format, the key's mark, salt
CHUNK = 256 * 1024  # bytes before sealing
TAG = 16
DAMAGED = "Filen er beskadiget, afkortet eller ændret. Intet er læst ind. Brug en anden sikkerhedskopi."


class Sealer:
    """Seals what is written and writes it to `file`. Without `close` the file is seen to be cut short."""

    def __init__(self, file: BinaryIO, key: Key):
        salt = secrets.token_bytes(32)
        self.file, self.header = file, HEADER.pack(MAGIC, FORMAT, key.mark, salt)
        self.cipher, self.number, self.waiting = AESGCM(key.derived(b"seal", salt)), 0, bytearray()
        file.write(self.header)

    def write(self, data: bytes) -> None:
        self.waiting += data
        while len(self.waiting) > CHUNK:  # the last chunk is never empty, but for an empty file
            self.seal(CHUNK, last=False)

    def close(self) -> None:
        self.seal(CHUNK, last=True)

    def seal(self, size: int, *, last: bool) -> None:
        data = bytes(self.waiting[:size])
        del self.waiting[:size]
        self.file.write(self.cipher.encrypt(nonce(self.number, last=last), data, self.header))
        self.number += 1


class Unsealer(io.RawIOBase):
    """Reads what `Sealer` wrote to `file`. Every byte it gives was sealed with one of `keys`.

    Raises BackupProblem, naming what is wrong, as soon as it meets something that was not; a file that is cut short at its
    end.
    """

    def __init__(self, file: BinaryIO, keys: dict[bytes, Key]):
        self.file, self.header = file, file.read(HEADER.size)
        self.cipher = AESGCM(key_of(self.header, keys).derived(b"seal", self.header[-32:]))
        self.number, self.opened, self.ahead = 0, memoryview(b""), file.read(CHUNK + TAG)
        self.is_over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        if not self.opened and not self.is_over:
            self.open_next()
        part = self.opened[: len(buffer)]
        buffer[: len(part)] = part
        self.opened = self.opened[len(part) :]
        return len(part)

    def open_next(self) -> None:
        sealed, self.ahead = self.ahead, self.file.read(CHUNK + TAG)
        self.is_over = not self.ahead
        try:
            opened = self.cipher.decrypt(nonce(self.number, last=self.is_over), sealed, self.header)
        except (InvalidTag, ValueError) as error:  # ValueError: shorter than a tag
            raise BackupProblem(DAMAGED) from error
        self.opened, self.number = memoryview(opened), self.number + 1


def key_of(header: bytes, keys: dict[bytes, Key]) -> Key:
    """The key that a file with `header` was sealed with."""
    if len(header) < HEADER.size or not header.startswith(MAGIC):
        raise BackupProblem(
            "Filen er ikke en sikkerhedskopi fra portalen, eller dens begyndelse er beskadiget."
        )
    _, number, mark, _ = HEADER.unpack(header)
    if number != FORMAT:
        raise BackupProblem(
            f"Filen er skrevet i format {number}, og her kendes kun {FORMAT}. Brug den udgave af portalen, den er lavet med."
        )
    if mark not in keys:
        raise BackupProblem(
            f"Filen er låst med en anden nøgle, mærket {mark.hex()}. Sæt den i BACKUP_KEY eller BACKUP_KEY_FALLBACKS."
        )
    return keys[mark]


def nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
