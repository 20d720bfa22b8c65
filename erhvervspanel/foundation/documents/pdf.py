"""PDF: looked through for what does something when it is opened, and for the tags that a screen reader needs.

Not parsed: a reader that mends a damaged file sees other objects than a parser that follows its index, so the whole file is
searched, and what is packed in object streams too (ISO 32000-1, 7.5.7). What cannot be seen: objects packed otherwise (those are
refused), and a mistake in a reader that a picture or a font in the file makes use of. It is stored as it came.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from erhvervspanel.foundation.documents.problems import DocumentProblem

MOST_UNPACKED = 30_000_000  # bytes of all object streams together
TAIL = 1024  # bytes, within which the end must stand

STREAM = re.compile(rb"(?<!end)stream\r?\n")
HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
END = rb"(?![0-9A-Za-z_])"
OBJECTS = re.compile(rb"/ObjStm" + END)
FLATE = re.compile(rb"/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])\s*(?=/|>)")
ENCRYPTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|SubmitForm|ImportData|RichMedia|Rendition|XFA(?=\s*[\[\d]))" + END
)
ATTACHED = re.compile(rb"/EmbeddedFiles?" + END)
# What PDF/UA asks for at the least: the catalogue says that it is tagged, and there are tags (ISO 14289-1, 7.1).
MARKED = re.compile(rb"/Marked\s+true" + END)
STRUCTURE = re.compile(rb"/StructTreeRoot" + END)

NOT_TAGGED = (
    "PDF'en har ingen tags, så en skærmlæser kan ikke læse den ordentligt, og loven om webtilgængelighed gælder også for "
    "dokumenter. Gem den igen fra Word som »PDF til elektronisk distribution« med tags, eller skriv teksten på siden."
)
BROKEN = "PDF'en er beskadiget. Gem den igen fra det program, den er lavet i, og prøv så."


def looked_over(content: bytes) -> list[str]:
    """What staff should know about the PDF in `content`, as sentences; nothing where all is well.

    Raises DocumentProblem where it is damaged, locked, two files in one, or does more than show its pages.
    """
    end = content.rfind(b"%%EOF", -TAIL)
    if end < 0 or content[end + 5 :].strip(b"\0 \r\n\t"):
        raise DocumentProblem(BROKEN)
    if zipfile.is_zipfile(BytesIO(content)):
        raise DocumentProblem(
            "Filen er både en PDF og en ZIP-fil. Gem den igen fra det program, den er lavet i, og prøv så."
        )
    found = set()
    for text in texts(content):
        refuse(text)
        found.update(sign for sign in (MARKED, STRUCTURE) if sign.search(text))
    return [] if found == {MARKED, STRUCTURE} else [NOT_TAGGED]


def refuse(text: bytes) -> None:
    if ENCRYPTED.search(text):
        raise DocumentProblem("PDF'en er låst med adgangskode eller rettigheder. Gem den uden, og prøv igen.")
    if ACTIVE.search(text):
        raise DocumentProblem(
            "PDF'en har programkode eller handlinger i sig. Udskriv den til en ny PDF, og prøv med den."
        )
    if ATTACHED.search(text):
        raise DocumentProblem("PDF'en har andre filer vedhæftet. Slet de vedhæftede filer, og prøv igen.")


def texts(content: bytes) -> Iterator[bytes]:
    """The file as it stands, and each of its object streams unpacked, with names written out: `/J#53` → `/JS`."""
    whole = written_out(content)
    yield whole
    left, seen = MOST_UNPACKED, 0
    for match in STREAM.finditer(content):
        dictionary = written_out(content[content.rfind(b"obj", 0, match.start()) : match.start()])
        if OBJECTS.search(dictionary):
            seen += 1
            end = content.find(b"endstream", match.end())
            text = unpacked(content[match.end() : end], dictionary, left)
            left -= len(text)
            yield written_out(text)
    # One may be made so that it is not found here, and by a reader all the same.
    if seen != len(OBJECTS.findall(whole)):
        raise DocumentProblem(BROKEN)


def written_out(text: bytes) -> bytes:
    return HEX.sub(lambda match: bytes([int(match[1], 16)]), text)


def unpacked(packed: bytes, dictionary: bytes, most: int) -> bytes:
    """An object stream. Raises DocumentProblem where it takes more than `most` bytes or is packed as none is."""
    if b"/Filter" not in dictionary:
        return packed
    if not FLATE.search(dictionary) or b"/DecodeParms" in dictionary:
        raise DocumentProblem(BROKEN)
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(packed, max(most, 1))
    except zlib.error:
        raise DocumentProblem(BROKEN) from None
    if unpacker.unconsumed_tail:
        raise DocumentProblem(
            "PDF'en fylder for meget, når den pakkes ud. Gem den igen som en mindre PDF, og prøv med den."
        )
    if not unpacker.eof:
        raise DocumentProblem(BROKEN)
    return text
