"""What may be uploaded, what is refused and with which sentence, and what is stored of it."""

import contextlib
import io
import struct
import zipfile
import zlib

import pytest
from django.core.files.base import ContentFile
from fpdf import FPDF
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st
from PIL import Image, ImageCms

from erhvervspanel.foundation.documents import DocumentProblem, looked_over, names, packages, pdf, pictures
from erhvervspanel.foundation.documents.kinds import ENDINGS
from tests import documents as made
from tests.documents import file

HIDDEN = b"GPS 55.8 N 12.5 E"
JAVASCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(DocumentProblem) as problem:
        looked_over(file(name, content))
    return problem.value.message


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


@given(st.text(max_size=300))
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


# -- Pictures --------------------------------------------------------------------------------------------------
def stored_picture(name: str, content: bytes) -> Image.Image:
    return Image.open(looked_over(file(name, content)))


def test_a_picture_loses_place_comment_and_what_is_hung_behind_it():
    exif = Image.Exif()
    exif[0x010F] = HIDDEN.decode()
    content = made.picture("JPEG", exif=exif, comment=HIDDEN, xmp=HIDDEN) + HIDDEN
    assert content.count(HIDDEN) == 4
    stored = looked_over(file("tavle.jpg", content)).read()
    assert HIDDEN not in stored
    with Image.open(io.BytesIO(stored)) as picture:
        assert (picture.size, dict(picture.getexif()), set(picture.info) & {"comment", "xmp", "icc_profile"}) == (
            (40, 30), {}, set(),
        )  # fmt: skip


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_every_kind_of_picture_is_written_anew(kind):
    exif = Image.Exif()
    exif[0x010F] = HIDDEN.decode()
    content = made.picture(kind, exif=exif, lossless=True) + HIDDEN
    stored = looked_over(file(f"tavle.{kind.lower()}", content)).read()
    assert HIDDEN in content
    assert HIDDEN not in stored
    assert Image.open(io.BytesIO(stored)).getpixel((5, 5))[0] > 240


def test_a_picture_that_is_a_web_page_too_is_only_a_picture_afterwards():
    script = b"<script>alert(1)</script>"
    stored = looked_over(file("tavle.jpg", made.picture("JPEG", comment=script))).read()
    assert script not in stored


def test_a_picture_that_is_a_zip_too_is_only_a_picture_afterwards():
    content = made.picture() + made.word()
    assert zipfile.is_zipfile(io.BytesIO(content))
    stored = looked_over(file("tavle.png", content)).read()
    assert not zipfile.is_zipfile(io.BytesIO(stored))


def test_a_picture_is_turned_as_the_camera_was_held():
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter to the right
    assert stored_picture("tavle.jpg", made.picture("JPEG", exif=exif)).size == (30, 40)


def test_a_picture_keeps_its_holes():
    content = made.picture("PNG", mode="RGBA")
    assert stored_picture("tavle.png", content).mode == "RGBA"


def test_a_picture_in_other_colours_is_in_the_webs_afterwards():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for icc in (profile, b"no profile at all"):
        stored = stored_picture("tavle.png", made.picture("PNG", icc_profile=icc))
        assert (stored.mode, "icc_profile" in stored.info) == ("RGB", False)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_picture_may_have_any_mode(mode):
    written = io.BytesIO()
    Image.new(mode, (4, 4)).save(written, "PNG")
    assert stored_picture("tavle.png", written.getvalue()).size == (4, 4)


def png_of(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says to be as large as one likes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [5_001, 8_000, 60_000])
def test_a_picture_that_takes_too_much_is_refused_before_it_is_decoded(side):
    assert refusal("bombe.png", png_of(side, side)) == (
        "Billedet har mere end 25 millioner billedpunkter. Gør det mindre i et billedprogram, og prøv igen."
    )


@pytest.mark.parametrize(("name", "kind"), [("film.png", "PNG"), ("film.webp", "WEBP")])
def test_a_moving_picture_is_refused(name, kind):
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    written = io.BytesIO()
    frames[0].save(written, kind, save_all=True, append_images=frames[1:], duration=100)
    assert refusal(name, written.getvalue()).startswith("Billedet bevæger sig.")


def test_a_telephones_jpeg_with_a_second_picture_keeps_the_first():
    frames = [Image.new("RGB", (40, 30), "red"), Image.new("RGB", (4, 4), "blue")]
    written = io.BytesIO()
    frames[0].save(written, "MPO", save_all=True, append_images=frames[1:])
    stored = stored_picture("tavle.jpg", written.getvalue())
    assert (stored.format, stored.size) == ("JPEG", (40, 30))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("part", [0.3, 0.7])
def test_a_damaged_picture_is_refused(kind, part):
    noise = Image.effect_noise((200, 200), 90).convert("RGB")
    written = io.BytesIO()
    noise.save(written, kind)
    content = written.getvalue()
    assert refusal(f"tavle.{kind.lower()}", content[: int(len(content) * part)]).startswith(
        "Billedet kan ikke læses"
    )


def test_no_picture_is_of_another_kind_than_it_begins_as():
    """Pillow would open a TIFF, or worse, wherever the beginning leads it."""
    assert refusal("tavle.png", b"\x89PNG\r\n\x1a\n" + made.picture("TIFF")).startswith(
        "Billedet kan ikke læses"
    )


# -- PDF -------------------------------------------------------------------------------------------------------
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


# -- Word, Excel, PowerPoint, OpenDocument ---------------------------------------------------------------------
MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
DTD = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
BOMB = bytes(1_000_000)
UNSAFE_PACKAGES = {
    "macros": (lambda: made.with_part(made.word(), "word/vbaProject.bin", b"x"), "Filen har makroer"),
    "the type of macros": (lambda: made.powerpoint(MACRO), "Filen har makroer"),
    "controls": (lambda: made.with_part(made.word(), "word/activeX/activeX1.bin", b"x"), "Filen har makroer"),
    "old macros of Excel": (lambda: made.with_part(made.excel(), "xl/macrosheets/sheet1.xml", "<a/>"), "Filen har makroer"),
    "macros of OpenDocument": (lambda: made.opendocument(**{"Basic/Standard/M.xml": "<a/>"}), "Filen har makroer"),
    "an object of OLE": (
        lambda: made.with_part(made.word(), "word/embeddings/oleObject1.bin", packages.OLE + bytes(9)), "Filen har en anden fil i sig",
    ),
    "a program": (lambda: made.with_part(made.word(), "word/media/image1.png", b"MZ" + bytes(9)), "Filen har en anden fil i sig"),
    "a PDF": (lambda: made.with_part(made.word(), "word/embeddings/a.bin", made.pdf()), "Filen har en anden fil i sig"),
    "a ZIP": (lambda: made.with_part(made.word(), "word/media/a.zip", made.word()), "Filen har en anden fil i sig"),
    "a workbook with macros": (
        lambda: made.with_part(
            made.word(), "word/embeddings/a.xlsx", made.with_part(made.excel(), "xl/vbaProject.bin", b"x")
        ), "Filen har makroer",
    ),
    "a workbook in a workbook in it": (
        lambda: made.with_part(
            made.word(), "word/embeddings/a.xlsx", made.with_part(made.excel(), "xl/embeddings/b.xlsx", made.excel())
        ), "Filen har en anden fil i sig",
    ),
    "a template from the net": (
        lambda: made.with_part(
            made.word(), "word/_rels/settings.xml.rels", made.RELATIONS.format("attachedTemplate", "https://example.org/a.dotm")
        ), "Filen henter noget fra nettet",
    ),
    "a picture from the net": (
        lambda: made.powerpoint(**{"ppt/_rels/a.xml.rels": made.RELATIONS.format("image", " HTTP://example.org/a.png")}),
        "Filen henter noget fra nettet",
    ),
    "entities": (lambda: made.with_part(made.word(), "word/extra.xml", DTD), "Filen har en XML-dokumenttype"),
    "something behind it": (lambda: made.word() + b"<script>", "Filen er to slags filer"),
    "a comment": (lambda: made.word()[:-2] + b"\x09\0<script/>", "Filen er to slags filer"),
    "a PDF at its beginning": (lambda: made.zipped({"%PDF-1.7": "a"}), "Filen er to slags filer"),
    "another's type": (lambda: made.powerpoint("application/x-shockwave-flash"), "Filen er en skabelon eller en slags Office-fil"),
    "two types": (
        lambda: made.powerpoint(f'{made.PRESENTATION}"/><Override ContentType="{made.OPEN_XML}.wordprocessingml.document.main+xml'),
        "Filen er en skabelon eller en slags Office-fil",
    ),
    "a way out": (lambda: made.with_part(made.word(), "word/../../../etc/passwd", "a"), packages.BROKEN),
    "a way out on Windows": (lambda: made.with_part(made.word(), "word\\..\\a.xml", "<a/>"), packages.BROKEN),
    "a cut end": (lambda: made.word()[:-30] + made.word()[-22:], packages.BROKEN),
    "XML that is none": (lambda: made.with_part(made.word(), "word/extra.xml", "<a"), packages.BROKEN),
}  # fmt: skip


@pytest.mark.parametrize("what", UNSAFE_PACKAGES)
def test_a_package_with_more_than_a_text_is_refused(what):
    make, sentence = UNSAFE_PACKAGES[what]
    assert refusal("oplæg.docx", make()).startswith(sentence)


def test_a_part_that_is_there_twice_is_refused():
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = made.with_part(made.word(), "word/document.xml", "<a/>")
    assert refusal("oplæg.docx", content) == packages.BROKEN


def test_a_package_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(packages, "MOST_BYTES", 900_000)
    assert refusal("oplæg.docx", made.with_part(made.word(), "a.bin", BOMB)).startswith(
        "Filen fylder mere end"
    )
    many = made.zipped({f"{number}.xml": "<a/>" for number in range(1_001)})
    assert refusal("oplæg.docx", many).startswith("Filen fylder mere end")


def test_a_locked_package_is_refused():
    """A part with the flag of a password: Python's zipfile cannot write one, so the flag is set by hand."""
    content = bytearray(made.word())
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(sign) + place] |= 1
    assert refusal("oplæg.docx", bytes(content)) == packages.BROKEN


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.docx", lambda: made.with_part(made.word(), "word/embeddings/a.xlsx", made.excel())),
        ("a.docx", lambda: made.with_part(
            made.word(), "word/_rels/a.xml.rels", made.RELATIONS.format("hyperlink", "https://example.org/"))),
        ("a.docx", lambda: made.with_part(
            made.word(), "word/_rels/b.xml.rels", made.RELATIONS.format("attachedTemplate", "file:///F:/skabelon.dotm"))),
        ("a.docx", lambda: made.with_part(made.word(), "word/media/image1.png", made.picture())),
    ],
)  # fmt: skip
def test_charts_links_pictures_and_the_offices_template_are_taken(name, make):
    assert looked_over(file(name, make())).kind.name == "Word"


@trying(deadline=None)
@given(st.sampled_from(sorted(TAKEN)), st.floats(0, 1), st.binary(max_size=8), st.integers(0, 40))
def test_whatever_comes_is_taken_or_refused_and_never_breaks(name, at, put, skipped):
    """Every kind, with a piece changed or missing: a sentence, not an error."""
    content = CONTENTS[name]
    place = int(at * len(content))
    with contextlib.suppress(DocumentProblem):
        looked_over(file(name, content[:place] + put + content[place + skipped :]))


def test_the_limit_on_pictures_is_pillows_too():
    assert Image.MAX_IMAGE_PIXELS == pictures.MOST_PIXELS
