"""Sealed files: what anybody may do to one, and that it is seen."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erhvervspanel.foundation.backups import BackupProblem, keys, sealing
from erhvervspanel.foundation.backups.keys import Key
from erhvervspanel.foundation.backups.sealing import CHUNK, HEADER, TAG, Sealer, Unsealer
from tests.foundation.backups.conftest import KEY, OTHER_KEY

OURS, ANOTHER = keys.read(KEY, "Nøglen"), keys.read(OTHER_KEY, "Nøglen")
# Four chunks, the last of them short.
DATA = bytes(range(256)) * (CHUNK * 3 // 256) + b"til sidst"
SEALED_CHUNK = CHUNK + TAG


def sealed(data: bytes, key: Key = OURS) -> bytes:
    file = io.BytesIO()
    sealer = Sealer(file, key)
    sealer.write(data)
    sealer.close()
    return file.getvalue()


def opened(data: bytes, *known: Key) -> bytes:
    return io.BufferedReader(Unsealer(io.BytesIO(data), {key.mark: key for key in known or (OURS,)})).read()


FILE = sealed(DATA)


def chunk(number: int) -> slice:
    return slice(HEADER.size + number * SEALED_CHUNK, HEADER.size + (number + 1) * SEALED_CHUNK)


@settings(deadline=None)
@given(st.binary(max_size=100), st.integers(0, 3), st.integers(-2, 2))
def test_what_was_sealed_is_opened(data, chunks, more):
    data = (data or b"x") * (max(0, chunks * CHUNK + more) // max(1, len(data)) + 1)
    assert opened(sealed(data)) == data


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_the_ends_of_chunks_are_no_trouble(size):
    assert opened(sealed(b"x" * size)) == b"x" * size


@settings(deadline=None)
@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_a_byte_that_is_changed_anywhere_is_seen(place, change):
    changed = bytearray(FILE)
    changed[place] ^= change
    with pytest.raises(BackupProblem):
        opened(bytes(changed))


@settings(deadline=None)
@given(st.integers(0, len(FILE) - 1))
def test_a_file_that_is_cut_short_anywhere_is_seen(size):
    with pytest.raises(BackupProblem):
        opened(FILE[:size])


@pytest.mark.parametrize("chunks", [0, 1, 2, 3])
def test_a_file_that_is_cut_between_chunks_is_seen(chunks):
    with pytest.raises(BackupProblem, match="afkortet"):
        opened(FILE[: chunk(chunks).start])


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=64))
def test_a_file_that_something_is_added_to_is_seen(more):
    with pytest.raises(BackupProblem, match="beskadiget"):
        opened(FILE + more)


CHANGES = {
    "two chunks change places": FILE[: chunk(0).start]
    + FILE[chunk(1)]
    + FILE[chunk(0)]
    + FILE[chunk(2).start :],
    "a chunk is left out": FILE[: chunk(1).start] + FILE[chunk(2).start :],
    "a chunk comes twice": FILE[: chunk(2).start] + FILE[chunk(1)] + FILE[chunk(2).start :],
    "a chunk of another file": FILE[: chunk(1).start] + sealed(DATA)[chunk(1)] + FILE[chunk(2).start :],
    "the beginning of another file": sealed(DATA)[: HEADER.size] + FILE[HEADER.size :],
    "the last chunk first": FILE[: HEADER.size] + FILE[chunk(3)] + FILE[chunk(0).start :],
}


@pytest.mark.parametrize("change", CHANGES)
def test_chunks_are_opened_in_their_own_place_alone(change):
    with pytest.raises(BackupProblem, match="beskadiget"):
        opened(CHANGES[change])


def test_the_wrong_key_is_told_from_damage():
    with pytest.raises(BackupProblem, match=f"anden nøgle, mærket {ANOTHER.mark.hex()}"):
        opened(sealed(DATA, ANOTHER))


def test_a_former_key_opens_what_it_sealed():
    assert opened(sealed(DATA, ANOTHER), OURS, ANOTHER) == DATA


def test_an_unknown_format_is_told():
    header = HEADER.pack(sealing.MAGIC, 2, OURS.mark, bytes(32))
    with pytest.raises(BackupProblem, match="format 2, og her kendes kun 1"):
        opened(header + FILE[HEADER.size :])


@pytest.mark.parametrize("data", [b"", b"PGDMP", b"\x00" * 4096])
def test_another_kind_of_file_is_told(data):
    with pytest.raises(BackupProblem, match="ikke en sikkerhedskopi fra portalen"):
        opened(data)


def test_nothing_of_what_is_sealed_can_be_read_in_the_file():
    text = "Åse Øst <aase@example.org> ".encode() * 100
    assert b"example.org" not in sealed(text)
    assert sealed(text) != sealed(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "BACKUP_KEY mangler"),
        ("ikke base64!", "BACKUP_KEY er ikke base64"),
        ("a29ydA==", "BACKUP_KEY er på 4 byte og skal være på 32"),
        ("A" * 43 + "=", "BACKUP_KEY er ikke tilfældig"),
        ("ZXQtaGVtbWVsaWd0LWtvZGVvcmQtcGFhLTMyLWJ5dGU=", "BACKUP_KEY er ikke tilfældig"),
    ],
)
def test_a_key_that_is_none_is_refused_with_how_to_make_one(settings, text, sentence):
    settings.BACKUP_KEY = text
    with pytest.raises(BackupProblem, match=f"{sentence}.*openssl rand -base64 32"):
        keys.present()


def test_a_bad_former_key_is_named(settings):
    settings.BACKUP_KEY, settings.BACKUP_KEY_FALLBACKS = KEY, ["a29ydA=="]
    with pytest.raises(BackupProblem, match="En nøgle i BACKUP_KEY_FALLBACKS er på 4 byte"):
        keys.known()
