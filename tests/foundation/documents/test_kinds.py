"""Which kinds may be uploaded, by what is in the file, and under which name it is stored."""

import contextlib

import pytest
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from erhvervspanel.foundation.documents import DocumentProblem, looked_over, names, packages
from erhvervspanel.foundation.documents.kinds import ENDINGS
from tests import documents as made
from tests.documents import file
from tests.foundation.documents import refusal

TAKEN = {
    "oplæg.pdf": (made.pdf, "PDF"),
    "oplæg.PDF": (made.pdf, "PDF"),
    "tavle.png": (made.picture, "PNG"),
    "tavle.jpg": (lambda: made.picture("JPEG"), "JPEG"),
    "tavle.jpeg": (lambda: made.picture("JPEG"), "JPEG"),
    "tavle.webp": (lambda: made.picture("WEBP"), "WebP"),
    "referat.docx": (made.word, "Word"),
    "tal.xlsx": (made.excel, "Excel"),
    "oplæg.pptx": (made.powerpoint, "PowerPoint"),
    "oplæg.odt": (made.opendocument, "OpenDocument"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_document_is_known_by_its_content(name):
    make, kind = TAKEN[name]
    document = looked_over(file(name, make(), said="text/html"))
    assert document.kind.name == kind
    assert document.name.endswith(f".{document.kind.endings[0]}")


@pytest.mark.parametrize("name", ["oplæg.pdf", "referat.docx", "tal.xlsx", "oplæg.pptx", "oplæg.odt"])
def test_what_is_no_picture_is_stored_as_it_came(name):
    content = TAKEN[name][0]()
    assert looked_over(file(name, content)).read() == content


def test_what_has_been_looked_over_is_not_so_once_more():
    document = looked_over(file("tavle.png", made.picture()))
    assert looked_over(document) is document


CONTENTS = {name: make() for name, (make, _) in TAKEN.items()}


@trying(deadline=None)
@given(st.sampled_from(sorted(TAKEN)), st.floats(0, 1), st.binary(max_size=8), st.integers(0, 40))
def test_whatever_comes_is_taken_or_refused_and_never_breaks(name, at, put, skipped):
    """Every kind, with a piece changed or missing: a sentence, not an error."""
    content = CONTENTS[name]
    place = int(at * len(content))
    with contextlib.suppress(DocumentProblem):
        looked_over(file(name, content[:place] + put + content[place + skipped :]))


# -- Names -----------------------------------------------------------------------------------------------------
NAMES = {
    "../../etc/passwd.pdf": "passwd.pdf",
    r"C:\Brugere\Åse\Oplæg.pdf": "oplaeg.pdf",
    "æøå.pdf": "aeoeaa.pdf",
    "Oplæg om grøn strøm (endelig) v2.1.pdf": "oplaeg-om-groen-stroem-endelig-v2-1.pdf",
    "regning\u202efdp.exe.pdf": "regningfdp-exe.pdf",
    "oplæg\x00.php.pdf": "oplaeg-php.pdf",
    "李小龍.pdf": "dokument.pdf",
    ".pdf": "dokument.pdf",
    "con.pdf\r\nSet-Cookie: a=b.pdf": "con-pdf-set-cookie-ab.pdf",
    f"{'lang' * 100}.pdf": f"{'lang' * 20}.pdf",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_made_safe_and_stays_readable(name):
    assert looked_over(ContentFile(made.pdf()), name).name == NAMES[name]


@trying(max_examples=30)
@given(st.text(max_size=100))
def test_no_name_leads_anywhere(name):
    safe = names.safe(name, "pdf")
    stem = safe.removesuffix(".pdf")
    assert set(stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert 1 <= len(stem) <= names.LONGEST
    readable = names.readable(name, "pdf")
    assert readable.isprintable()
    assert not set(readable) & set('\\/:*?"<>|')


def test_a_document_is_saved_under_its_title_with_danish_letters():
    assert names.readable("Grøn strøm: 1/2\u202e?", "pdf") == "Grøn strøm 1 2.pdf"
    assert names.readable("...", "pdf") == "dokument.pdf"


# -- Kinds -----------------------------------------------------------------------------------------------------
OTHERS = {
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "Filen er SVG, HTML eller XML"),
    "SVG behind a mark of order": (b"\xef\xbb\xbf\n <?xml version='1.0'?><svg/>", "Filen er SVG, HTML eller XML"),
    "SVG in UTF-16": ("\ufeff<svg/>".encode("utf-16-le"), "Filen er SVG, HTML eller XML"),
    "HTML": (b"<!doctype html><script>alert(1)</script>", "Filen er SVG, HTML eller XML"),
    "a script": (b"#!/bin/sh\nrm -rf /\n", "Filen er et program."),
    "a program for Windows": (b"MZ\x90\x00" + bytes(60), "Filen er et program."),
    "a program for Linux": (b"\x7fELF" + bytes(60), "Filen er et program."),
    "an old Word file": (packages.OLE + bytes(508), "Filen er en ældre Office-fil (.doc, .xls, .ppt) eller har adgangskode."),
    "a GIF that is a script": (b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)", "Filen er et GIF-billede."),
    "a telephone's picture": (b"\0\0\0\x24ftypheic" + bytes(20), "Filen er et billede i telefonens eget format (HEIC)."),
    "a TIFF": (b"II*\0" + bytes(20), "Filen er et TIFF-billede."),
    "RTF": (b"{\\rtf1 Hej}", "Filen er RTF."),
    "plain text": (b"Bare tekst", f"Filen er ikke af en slags, der kan lægges op. Vælg en af dem: {ENDINGS}."),
    "a PDF behind something": (b"GIF or what\n" + made.pdf(), "Filen er ikke af en slags, der kan lægges op."),
    "a ZIP": (made.zipped({"hej.txt": "Hej"}), "Filen er en ZIP-fil og hverken Word, Excel, PowerPoint eller OpenDocument."),
}  # fmt: skip


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("ending", ["pdf", "png", "docx"])
def test_other_kinds_are_refused_whatever_they_are_called(kind, ending):
    content, sentence = OTHERS[kind]
    assert refusal(f"oplæg.{ending}", content).startswith(sentence)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("oplæg.docx", "Filens navn ender på .docx, men indholdet er en PDF. Giv filen endelsen .pdf, eller vælg en anden fil."),
        ("oplæg.exe", "Filens navn ender på .exe, men indholdet er en PDF."),
        ("oplæg", "Filens navn har ingen endelse, men indholdet er en PDF."),
        ("oplæg.pdf.exe", "Filens navn ender på .exe"),
        ("pdf", "Filens navn har ingen endelse"),
    ],
)  # fmt: skip
def test_a_name_that_ends_as_another_kind_is_refused(name, sentence):
    assert refusal(name, made.pdf()).startswith(sentence)


def test_an_empty_file_is_refused():
    assert refusal("oplæg.pdf", b"") == "Filen er tom. Vælg en anden."


def test_a_file_that_is_too_large_is_refused(settings):
    settings.LARGEST_DOCUMENT = 1_200_000
    assert refusal("oplæg.pdf", made.pdf() + bytes(1_200_000)) == (
        "Filen fylder mere end 1,2 MB. Gør billederne i den mindre, eller del den i flere."
    )
