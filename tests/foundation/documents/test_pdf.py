"""PDF: pages to read, and nothing that runs."""

import zlib

import pytest
from fpdf import FPDF

from erhvervspanel.foundation.documents import looked_over, pdf
from tests import documents as made
from tests.documents import file
from tests.foundation.documents import refusal

JAVASCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"


def with_object(content: bytes) -> bytes:
    """A PDF with one more object, before its end."""
    return made.pdf().replace(b"xref\n", b"99 0 obj\n" + content + b"\nendobj\nxref\n", 1)


def packed(content: bytes, filters: bytes = b"/FlateDecode", more: bytes = b"") -> bytes:
    """An object stream, in which objects hide."""
    stream = zlib.compress(content)
    return (
        b"<< /Type /ObjStm /N 1 /First 5 /Filter %b %b /Length %d >>\nstream\n%b\nendstream"
        % (filters, more, len(stream), stream)
    )  # fmt: skip


ACTIVE = "PDF'en har programkode eller handlinger i sig."
UNSAFE_PDFS = {
    "JavaScript": (JAVASCRIPT, ACTIVE),
    "JavaScript with its name written otherwise": (JAVASCRIPT.replace(b"/JavaScript", b"/J#61va#53cript"), ACTIVE),
    "JavaScript that is packed": (packed(b"1 0 " + JAVASCRIPT), ACTIVE),
    "JavaScript that is packed in a list of one": (packed(b"1 0 " + JAVASCRIPT, b"[ /FlateDecode ]"), ACTIVE),
    "JavaScript not packed in a stream of objects": (
        b"<< /Type /ObjStm /N 1 /First 5 >>\nstream\n1 0 " + JAVASCRIPT + b"\nendstream", ACTIVE,
    ),
    "a program that is started": (b"<< /S /Launch /F (cmd.exe) >>", ACTIVE),
    "a form that is sent": (b"<< /S /SubmitForm /F (https://example.org) >>", ACTIVE),
    "a form of XFA": (b"<< /XFA [ (template) 5 0 R ] >>", ACTIVE),
    "a film": (b"<< /Subtype /RichMedia >>", ACTIVE),
    "a file in the file": (b"<< /Type /EmbeddedFile >>", "PDF'en har andre filer vedhæftet."),
    "objects packed twice": (packed(b"1 0 null", b"[ /ASCIIHexDecode /FlateDecode ]"), "PDF'en er beskadiget."),
    "objects packed twice the other way round": (packed(b"1 0 null", b"[ /FlateDecode /ASCIIHexDecode ]"), "PDF'en er beskadiget."),
    "packed objects behind what looks like the beginning of one": (packed(b"1 0 " + JAVASCRIPT, more=b"/X (obj)"), "PDF'en er beskadiget."),
    "objects packed with a predictor": (packed(b"1 0 null", more=b"/DecodeParms << /Predictor 12 >>"), "PDF'en er beskadiget."),
    "objects that cannot be unpacked": (packed(b"1 0 null").replace(b"stream\nx", b"stream\ny"), "PDF'en er beskadiget."),
    "objects that end too soon": (
        b"<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n" + zlib.compress(JAVASCRIPT * 9)[:30] + b"endstream", "PDF'en er beskadiget.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", UNSAFE_PDFS)
def test_a_pdf_that_does_more_than_show_pages_is_refused(what):
    content, sentence = UNSAFE_PDFS[what]
    assert refusal("oplæg.pdf", with_object(content)).startswith(sentence)


@pytest.mark.parametrize(
    "content", [b"<< /Type /Action /S /GoTo >>", packed(b"1 0 << /S /URI >>"), b"(tal om /Launchpad)"]
)
def test_a_pdf_with_links_and_packed_objects_is_taken(content):
    assert looked_over(file("oplæg.pdf", with_object(content))).kind.name == "PDF"


def test_a_pdf_with_a_file_attached_is_refused():
    page = FPDF()
    page.add_page()
    page.embed_file(bytes=b"hej", basename="hej.txt", modification_date=None)
    assert refusal("oplæg.pdf", bytes(page.output())).startswith("PDF'en har andre filer vedhæftet.")


def test_a_locked_pdf_is_refused():
    page = FPDF()
    page.add_page()
    page.set_encryption(owner_password="hemmelig")
    assert refusal("oplæg.pdf", bytes(page.output())).startswith("PDF'en er låst")


def test_a_pdf_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(pdf, "MOST_UNPACKED", 10_000)
    assert refusal("oplæg.pdf", with_object(packed(bytes(10_001)))).startswith("PDF'en fylder for meget")
    with_two = with_object(packed(bytes(6_000))).replace(b"xref\n", packed(bytes(6_000)) + b"\nxref\n", 1)
    assert refusal("oplæg.pdf", with_two).startswith("PDF'en fylder for meget")


def test_a_pdf_that_is_a_zip_too_is_refused():
    assert refusal("oplæg.pdf", made.pdf() + made.word()).startswith("PDF'en er beskadiget.")
    inside = made.pdf().replace(b"%%EOF", made.word() + b"\n%%EOF")
    assert refusal("oplæg.pdf", inside).startswith("Filen er både en PDF og en ZIP-fil.")


@pytest.mark.parametrize(
    "content", [made.pdf()[:-200], made.pdf() + b"<script>alert(1)</script>", b"%PDF-1.7\n"]
)
def test_a_pdf_that_does_not_end_as_one_is_refused(content):
    assert refusal("oplæg.pdf", content).startswith("PDF'en er beskadiget.")


def test_staff_are_told_of_a_pdf_without_tags():
    assert looked_over(file("oplæg.pdf", made.pdf())).warnings == [pdf.NOT_TAGGED]
    assert looked_over(file("oplæg.pdf", made.tagged_pdf())).warnings == []
    assert looked_over(file("oplæg.docx", made.word())).warnings == []


def test_tags_are_found_where_they_are_packed():
    content = with_object(packed(b"1 0 << /MarkInfo << /Marked true >> /StructTreeRoot 5 0 R >>"))
    assert looked_over(file("oplæg.pdf", content)).warnings == []
