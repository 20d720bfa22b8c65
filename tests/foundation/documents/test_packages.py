"""Word, Excel, PowerPoint and OpenDocument: a text with its pictures, and nothing that runs or fetches."""

import pytest

from erhvervspanel.foundation.documents import looked_over, packages
from tests import documents as made
from tests.documents import file
from tests.foundation.documents import refusal

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


def linked(relation: str, target: str) -> bytes:
    """A text that has something in another place."""
    return made.with_part(made.word(), "word/_rels/extra.xml.rels", made.RELATIONS.format(relation, target))


def drawn(element: str, target: str) -> bytes:
    """A text of OpenDocument with an element that names another place."""
    return made.opendocument(**{"Object 1/content.xml": made.DRAWN.format(element, target)})


ELSEWHERE = (
    "https://x.example/a", "ftp://x.example/a", "mhtml:http://x.example/a!x-usc:http://x.example/a", "file://x.example/s/t.dotm",
    r"\\x.example\s\t.dotm", r"file:///\\x.example\s\t.dotm", "file:////x.example/s/t.dotm", "//x.example/s/t.dotm",
    "%5C%5Cx.example%5Cs%5Ct.dotm", "\u00a0https://x.example/a", "ht&#9;tp://x.example/a",
)  # fmt: skip
HERE = (
    r"file:///C:\Users\Åse\Normal%20ny.dotm", r"H:\Skabeloner\brev.dotm", "Budget.xlsx", "../2025/Budget.xlsx", "..", "./Object 2", "",
)  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_what_gets_something_from_another_machine_is_refused(target):
    sentence = "Filen henter noget fra nettet eller en anden maskine"
    for relation in ("attachedTemplate", "oleObject", "image"):
        assert refusal("oplæg.docx", linked(relation, target)).startswith(sentence)
    for element in ("draw:image", "draw:object", "text:section-source"):
        assert refusal("oplæg.odt", drawn(element, target)).startswith(sentence)


@pytest.mark.parametrize("target", HERE)
def test_what_lies_on_the_readers_own_machine_is_let_through(target):
    assert looked_over(file("oplæg.docx", linked("attachedTemplate", target))).kind.name == "Word"
    assert looked_over(file("oplæg.odt", drawn("draw:image", target))).kind.name == "OpenDocument"


def test_a_link_that_the_reader_follows_is_let_through():
    assert looked_over(file("oplæg.docx", linked("hyperlink", "https://x.example/"))).kind.name == "Word"
    assert looked_over(file("oplæg.odt", drawn("text:a", "https://x.example/"))).kind.name == "OpenDocument"


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
