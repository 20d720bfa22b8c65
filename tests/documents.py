"""Real files of every kind, made where they are needed."""

import io
import zipfile
from datetime import UTC, datetime

import docx
import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from fpdf import FPDF
from PIL import Image

from erhvervspanel.foundation.documents.kinds import ODT, OPEN_XML

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/main.xml" ContentType="{}"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}" '
    'TargetMode="External"/></Relationships>'
)
DRAWN = (
    '<?xml version="1.0"?><a xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:xlink="http://www.w3.org/1999/xlink">'
    '<{0} xlink:href="{1}"/></a>'
)
PRESENTATION = f"{OPEN_XML}.presentationml.presentation.main+xml"


def file(name: str, content: bytes, said: str = "application/octet-stream") -> SimpleUploadedFile:
    """An uploaded file, of the type that the browser `said`."""
    return SimpleUploadedFile(name, content, content_type=said)


def pdf(text: str = "Oplæg") -> bytes:
    """The same bytes for the same text."""
    page = FPDF()
    page.set_creation_date(datetime(2021, 9, 27, tzinfo=UTC))
    page.add_page()
    page.set_font("helvetica", size=20)
    page.cell(text=text)
    return bytes(page.output())


def tagged_pdf() -> bytes:
    page = FPDF()
    page.add_page()
    page.image(io.BytesIO(picture("PNG")), alt_text="En rød flade", w=20)
    return bytes(page.output())


def picture(kind: str = "PNG", *, size: tuple[int, int] = (40, 30), mode: str = "RGB", **options) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, "red").save(written, kind, **options)
    return written.getvalue()


def word(text: str = "Oplæg") -> bytes:
    written, document = io.BytesIO(), docx.Document()
    document.add_paragraph(text)
    document.save(written)
    return written.getvalue()


def excel() -> bytes:
    written, book = io.BytesIO(), openpyxl.Workbook()
    book.active["A1"] = "Oplæg"
    book.save(written)
    return written.getvalue()


def zipped(parts: dict[str, bytes | str]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def powerpoint(main: str = PRESENTATION, **parts: bytes | str) -> bytes:
    return zipped({"[Content_Types].xml": CONTENT_TYPES.format(main), "main.xml": "<p/>", **parts})


def opendocument(**parts: bytes | str) -> bytes:
    return zipped({"mimetype": ODT.content_type, "content.xml": "<office/>", **parts})


def with_part(document: bytes, name: str, content: bytes | str) -> bytes:
    """`document`, which is a ZIP, with one part more."""
    written = io.BytesIO(document)
    with zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return written.getvalue()
