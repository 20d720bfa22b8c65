"""The kinds of documents that staff may upload, and how each is handed out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of document.

    Attributes:
        name: as it stands in a link: »PDF«.
        thing: as it stands in a sentence: »en PDF«.
        endings: of file names, lower case; stored files get the first.
        content_type: that it is served with, whatever the browser called it when it came.
        is_shown: whether browsers show it themselves. All else is downloaded.
    """

    name: str
    thing: str
    endings: tuple[str, ...]
    content_type: str
    is_shown: bool = False


PDF = Kind("PDF", "en PDF", ("pdf",), "application/pdf", is_shown=True)
PNG = Kind("PNG", "et PNG-billede", ("png",), "image/png", is_shown=True)
JPEG = Kind("JPEG", "et JPEG-billede", ("jpg", "jpeg"), "image/jpeg", is_shown=True)
WEBP = Kind("WebP", "et WebP-billede", ("webp",), "image/webp", is_shown=True)
OPEN_XML = "application/vnd.openxmlformats-officedocument"
DOCX = Kind("Word", "et Word-dokument", ("docx",), f"{OPEN_XML}.wordprocessingml.document")
XLSX = Kind("Excel", "en Excel-projektmappe", ("xlsx",), f"{OPEN_XML}.spreadsheetml.sheet")
PPTX = Kind("PowerPoint", "en PowerPoint-præsentation", ("pptx",), f"{OPEN_XML}.presentationml.presentation")
ODT = Kind("OpenDocument", "en OpenDocument-tekst", ("odt",), "application/vnd.oasis.opendocument.text")

KINDS = (PDF, PNG, JPEG, WEBP, DOCX, XLSX, PPTX, ODT)
BY_ENDING = {ending: kind for kind in KINDS for ending in kind.endings}
ENDINGS = ", ".join(f".{kind.endings[0]}" for kind in KINDS)
