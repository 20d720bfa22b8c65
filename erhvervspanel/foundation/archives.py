"""ZIP files: ours are the same bytes whenever they hold the same, and others' are looked over before anything in them is used."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP file can say
READABLE = 0o644 << 16

MOST_PARTS = 1_000
XML = (".xml", ".rels", ".vml")

# What zipfile and the XML parser let out where a file is damaged, or packed or locked in a way that is not for us.
DAMAGES = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, ParseError,
    NotImplementedError, RuntimeError, OSError, EOFError, ValueError, KeyError,
)  # fmt: skip


class UnsafeArchive(Exception):
    """A ZIP file that is not to be used."""


class BrokenArchive(UnsafeArchive):
    """It is no ZIP file, it is damaged, or it has a cipher or a packing that is not for us."""


class LargeArchive(UnsafeArchive):
    """Unpacking it would take too much."""


class DeclaresDocumentType(UnsafeArchive):
    """Some of its XML has a document type, by which entities can be declared."""


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of `files` in their order, without any moment, owner or machine in it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = READABLE
            entry.create_system = 3
            written.writestr(entry, content)
    return archive.getvalue()


@contextmanager
def looked_over(file: BinaryIO, *, most_bytes: int) -> Iterator[zipfile.ZipFile]:
    """The parts of a ZIP file from anywhere, which can be read within it. `file` stays open.

    The sizes that a ZIP states hold: Python's zipfile reads no more of a part than its entry says.

    Args:
        most_bytes: how much the parts may take unpacked, all together.

    Raises:
        UnsafeArchive: one of those above, at once or where a part that is read turns out damaged.
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as parts:
            refuse_bomb(parts.infolist(), most_bytes)
            for part in parts.infolist():
                refuse_document_type(parts, part)
            yield parts
    except DAMAGES as error:
        raise BrokenArchive from error


def refuse_bomb(parts: list[zipfile.ZipInfo], most_bytes: int) -> None:
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > most_bytes:
        raise LargeArchive


def refuse_document_type(parts: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """A document type comes before the first element, so that is as far as one has to read.

    Any part may be read as XML, whatever it is called: another part says what it is. A picture is no XML, and is left alone.
    """
    with parts.open(part) as source:
        try:
            next(iterparse(source, events=("start",), forbid_dtd=True), None)
        except DefusedXmlException:
            raise DeclaresDocumentType from None
        except (ParseError, ValueError, LookupError):  # the encoding that it names may be none
            if part.filename.lower().endswith(XML):
                raise BrokenArchive from None
