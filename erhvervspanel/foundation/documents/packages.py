"""Word, Excel, PowerPoint and OpenDocument: a ZIP of XML, from whoever it may be.

They are stored as they came, so all that is there is looked at. What cannot be seen: fields and formulas that fetch data when
somebody says yes to it (DDE), and a mistake in Word itself that a file makes use of. They are downloaded, never shown in the browser.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import XMLParser, fromstring

from erhvervspanel.foundation import archives
from erhvervspanel.foundation.documents.kinds import DOCX, ODT, OPEN_XML, PPTX, XLSX, Kind
from erhvervspanel.foundation.documents.problems import DocumentProblem

MOST_BYTES = 200_000_000  # unpacked
MOST_LISTED = 2_000_000  # bytes of a part that says what the others are
PIECE = 65_536  # bytes

# The main part's type, by ECMA-376.
MAIN = {
    f"{OPEN_XML}.wordprocessingml.document.main+xml": DOCX,
    f"{OPEN_XML}.spreadsheetml.sheet.main+xml": XLSX,
    f"{OPEN_XML}.presentationml.presentation.main+xml": PPTX,
}
# What may stand within another: the numbers behind a chart.
EMBEDDED = (".docx", ".xlsx", ".pptx")
MACROS = ("vbaproject.bin", "vbadata.xml", "/activex/", "xl/macrosheets/")
ODT_MACROS = ("basic/", "scripts/")
# What is found on the reader's own machine: a path that begins with a drive, or where the document itself lies. All else goes to
# another, by a scheme or as Windows does (two slashes of either kind), which also tells who opens it.
LOCAL = re.compile(r"(?:file:///)?[a-z]:[\\/][^:]*|(?![\\/])[^:]*", re.IGNORECASE)
HREF = "{http://www.w3.org/1999/xlink}href"
# In OpenDocument, what a reader follows.
LINKS = {f"{{urn:oasis:names:tc:opendocument:xmlns:{kind}:1.0}}a" for kind in ("text", "drawing")}
ZIP, ZIP_END = b"PK\x03\x04", b"PK\x05\x06"
OLE = b"\xd0\xcf\x11\xe0"
PROGRAMS = (OLE, b"MZ", b"\x7fELF", b"#!", b"%PDF-")
HEAD = 1024  # bytes, within which readers of PDF look for its beginning

BROKEN = "Filen er beskadiget, eller den har adgangskode. Gem den igen uden adgangskode, og prøv så."
WITH_MACROS = (
    "Filen har makroer, som er små programmer. Gem den uden makroer, for eksempel som .docx, og prøv igen."
)
WITH_OBJECT = (
    "Filen har en anden fil i sig. Slet det indlejrede objekt, eller sæt det ind som billede, og prøv igen."
)
TWO_FILES = (
    "Filen er to slags filer på én gang. Åbn den i det program, den er lavet i, gem den igen, og prøv så."
)
FETCHES = (
    "Filen henter noget fra nettet eller en anden maskine, når den åbnes. Sæt billeder og skabelon ind i filen i stedet for "
    "at linke til dem, og prøv igen."
)


def looked_over(content: bytes, *, within: bool = False) -> Kind:
    """The kind that the parts of a ZIP in `content` make it.

    Args:
        within: whether it stands in another, and so may have none in itself.

    Raises:
        DocumentProblem: it is none of ours, or there is something in it that is no part of a text.
    """
    if not within and (b"%PDF-" in content[:HEAD] or not ends_with_itself(content)):
        raise DocumentProblem(TWO_FILES)
    try:
        with archives.looked_over(io.BytesIO(content), most_bytes=MOST_BYTES) as parts:
            refuse_odd_names(parts.namelist())
            kind = kind_of(parts)
            for part in parts.infolist():
                refuse_part(parts, part, within)
                if kind is ODT:
                    refuse_fetching(parts, part)
            return kind
    except archives.LargeArchive:
        raise DocumentProblem(
            f"Filen fylder mere end {MOST_BYTES // 1_000_000} MB, når den pakkes ud. Gør billederne i den mindre, og prøv igen."
        ) from None
    except archives.DeclaresDocumentType:
        raise DocumentProblem(
            "Filen har en XML-dokumenttype, og det har ingen, som Office har gemt. Gem den igen, og prøv så."
        ) from None
    except archives.UnsafeArchive as error:
        raise DocumentProblem(BROKEN) from error


def ends_with_itself(content: bytes) -> bool:
    """Whether the ZIP's end is the file's: nothing is hung behind it, as a comment or otherwise."""
    return content[-22:-18] == ZIP_END and content[-2:] == b"\0\0"


def refuse_odd_names(names: list[str]) -> None:
    if len(set(names)) < len(names) or any("\\" in name or ".." in name.split("/") for name in names):
        raise archives.BrokenArchive


def kind_of(parts: zipfile.ZipFile) -> Kind:
    names = set(parts.namelist())
    if "[Content_Types].xml" in names:
        return office_kind(xml_of(parts, "[Content_Types].xml"))
    if "mimetype" in names and read(parts, "mimetype") == ODT.content_type.encode():
        if any(name.lower().startswith(ODT_MACROS) for name in names):
            raise DocumentProblem(WITH_MACROS)
        return ODT
    raise DocumentProblem(
        "Filen er en ZIP-fil og hverken Word, Excel, PowerPoint eller OpenDocument. Pak den ud, og vælg filerne en for en."
    )


def office_kind(types: Element) -> Kind:
    listed = {element.get("ContentType", "") for element in types}
    if any("macroenabled" in each.lower() for each in listed):
        raise DocumentProblem(WITH_MACROS)
    kinds = {kind for main, kind in MAIN.items() if main in listed}
    if len(kinds) != 1:
        raise DocumentProblem(
            "Filen er en skabelon eller en slags Office-fil, som ikke kan bruges her. Gem den som .docx, .xlsx eller .pptx."
        )
    return kinds.pop()


def refuse_part(parts: zipfile.ZipFile, part: zipfile.ZipInfo, within: bool) -> None:
    name = part.filename.lower()
    if any(sign in f"/{name}" for sign in MACROS):
        raise DocumentProblem(WITH_MACROS)
    with parts.open(part) as source:
        start = source.read(8)
    if start.startswith(PROGRAMS):
        raise DocumentProblem(WITH_OBJECT)
    if start.startswith(ZIP):
        if within or not name.endswith(EMBEDDED):
            raise DocumentProblem(WITH_OBJECT)
        looked_over(read(parts, part.filename, most=MOST_BYTES), within=True)
    if name.endswith(".rels") and fetches(xml_of(parts, part.filename)):
        raise DocumentProblem(FETCHES)


def fetches(relations: Iterable[Element]) -> bool:
    """Whether one of `relations` gets something from elsewhere by itself. A link that a reader follows does not."""
    return any(
        each.get("TargetMode") == "External"
        and not each.get("Type", "").endswith("/hyperlink")
        and not is_local(each.get("Target", ""))
        for each in relations
    )


def refuse_fetching(parts: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Reads a part of OpenDocument piece by piece, as a long text is one part."""
    if not part.filename.lower().endswith(".xml"):
        return
    parser = XMLParser(target=Elements(), forbid_dtd=True)
    with parts.open(part) as source:
        while piece := source.read(PIECE):
            parser.feed(piece)
    parser.close()


class Elements:
    """What the parser tells of each element of OpenDocument as it comes, so that none of it is kept."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name not in LINKS and not is_local(attributes.get(HREF, "")):
            raise DocumentProblem(FETCHES)


def is_local(target: str) -> bool:
    return bool(LOCAL.fullmatch(unquote(target).strip()))


def xml_of(parts: zipfile.ZipFile, name: str) -> Element:
    return fromstring(read(parts, name), forbid_dtd=True)


def read(parts: zipfile.ZipFile, name: str, *, most: int = MOST_LISTED) -> bytes:
    """A part, up to `most` bytes of it. Raises LargeArchive where it is longer."""
    with parts.open(name) as source:
        content = source.read(most + 1)
    if len(content) > most:
        raise archives.LargeArchive
    return content
