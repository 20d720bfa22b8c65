"""Looking over what somebody uploads: its kind is told from the content, never from the name or the browser's word."""

from collections.abc import Callable

from django.conf import settings
from django.core.files.base import ContentFile, File

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.documents import names, packages, pdf, pictures
from erhvervspanel.foundation.documents.kinds import BY_ENDING, ENDINGS, JPEG, PDF, PNG, WEBP, Kind
from erhvervspanel.foundation.documents.problems import DocumentProblem

HEIC = (b"ftyphei", b"ftyphev", b"ftypmif1", b"ftypmsf1", b"ftypavif")
A_PROGRAM = "Filen er et program. Programmer kan ikke lægges op."
# How a file begins that is of no kind we take, and what to do about it.
REFUSED = (
    (b"MZ", A_PROGRAM),
    (b"\x7fELF", A_PROGRAM),
    (b"#!", A_PROGRAM),
    (packages.OLE,
     "Filen er en ældre Office-fil (.doc, .xls, .ppt) eller har adgangskode. Gem den som .docx, .xlsx eller .pptx uden adgangskode."),
    (b"<", "Filen er SVG, HTML eller XML, og den slags kan have programmer i sig. Gem den som PDF eller som billede."),
    (b"{\\rtf", "Filen er RTF. Gem den som .docx eller som PDF."),
    (b"GIF8", "Filen er et GIF-billede. Gem det som PNG eller JPEG."),
    (b"BM", "Filen er et BMP-billede. Gem det som PNG eller JPEG."),
    (b"II*\0", "Filen er et TIFF-billede. Gem det som PNG eller JPEG."),
    (b"MM\0*", "Filen er et TIFF-billede. Gem det som PNG eller JPEG."),
)  # fmt: skip
WIDE = (b"\xff\xfe<\0", b"\xfe\xff\0<")  # the beginning of XML in UTF-16


class Document(ContentFile):
    """A file that has been looked over and may be stored.

    Attributes:
        name: safe, with the ending of its kind.
        warnings: what staff should know about it, as sentences.
    """

    def __init__(self, content: bytes, name: str, kind: Kind, warnings: list[str]):
        super().__init__(content, name=name)
        self.kind = kind
        self.warnings = warnings


def looked_over(file: File, name: str = "") -> Document:
    """What is stored of an uploaded `file`: a picture is written anew, all else is as it came. What is looked over, stays so.

    Raises DocumentProblem where it is none of the kinds, or holds what no document needs.
    """
    if isinstance(file, Document):
        return file
    name = name or file.name or ""
    content = content_of(file)
    kind, content, warnings = found_in(content)
    refuse_other_ending(name, kind)
    return Document(content, names.safe(name, kind.endings[0]), kind, warnings)


def content_of(file: File) -> bytes:
    file.seek(0)
    content = file.read(settings.LARGEST_DOCUMENT + 1)
    if not content:
        raise DocumentProblem("Filen er tom. Vælg en anden.")
    if len(content) > settings.LARGEST_DOCUMENT:
        raise DocumentProblem(
            f"Filen fylder mere end {notation.size(settings.LARGEST_DOCUMENT)}. Gør billederne i den mindre, eller del den i flere."
        )
    return content


def found_in(content: bytes) -> tuple[Kind, bytes, list[str]]:
    """The kind of `content`, what is to be stored of it, and what staff should know."""
    if content.startswith(b"%PDF-"):
        return PDF, content, pdf.looked_over(content)
    if content.startswith(packages.ZIP):
        return packages.looked_over(content), content, []
    kind = picture_kind(content)
    if kind is not None:
        return kind, pictures.rewritten(content, kind), []
    raise DocumentProblem(why_refused(content))


def picture_kind(content: bytes) -> Kind | None:
    signs: dict[Kind, Callable[[bytes], bool]] = {
        PNG: lambda start: start.startswith(b"\x89PNG\r\n\x1a\n"),
        JPEG: lambda start: start.startswith(b"\xff\xd8\xff"),
        WEBP: lambda start: start.startswith(b"RIFF") and start[8:12] == b"WEBP",
    }
    return next((kind for kind, holds in signs.items() if holds(content[:12])), None)


def why_refused(content: bytes) -> str:
    start = content[:256].removeprefix(b"\xef\xbb\xbf").lstrip()
    if content[4:].startswith(HEIC):
        return "Filen er et billede i telefonens eget format (HEIC). Gem det som JPEG."
    if content.startswith(WIDE):
        start = b"<"
    reasons = (reason for sign, reason in REFUSED if start.startswith(sign))
    return next(reasons, f"Filen er ikke af en slags, der kan lægges op. Vælg en af dem: {ENDINGS}.")


def refuse_other_ending(name: str, kind: Kind) -> None:
    """Windows opens a file by its ending, so it must be the right one."""
    ending = names.ending_of(name)
    if BY_ENDING.get(ending) is kind:
        return
    called = f"Filens navn ender på .{ending[:20]}" if ending else "Filens navn har ingen endelse"
    raise DocumentProblem(
        f"{called}, men indholdet er {kind.thing}. Giv filen endelsen .{kind.endings[0]}, eller vælg en anden fil."
    )
