"""The memo as a Word document: real headings, a table whose header row repeats, Danish, the same bytes for the same memo.

Imported where one is made: its library takes 6 MB.
"""

import io
import zipfile
from datetime import datetime

from docx import Document
from docx.document import Document as DocumentType
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from markdown_it.token import Token

from erhvervspanel.foundation.archives import zipped
from erhvervspanel.foundation.markdown import parser
from erhvervspanel.foundation.notation import day
from ideas.committee.memo import Item, facts, mark_of
from panels.models import Decision

LONG_AGO = datetime(1980, 1, 1)  # noqa: DTZ001 (python-docx takes naive moments, and this one tells nothing)


def as_docx(decision: Decision, items: list[Item]) -> bytes:
    """The memo on `decision` as a Word file."""
    document = Document()
    prepare(document, decision, mark_of(decision, items))
    document.add_heading(decision.title, level=0)
    document.add_paragraph(
        f"{decision.committee}, {day(decision.decided_on)}"
        + (f", punkt {decision.agenda_item}" if decision.agenda_item else "")
    )
    if decision.text:
        document.add_heading("Sagen", level=1)
        add_markdown(document, decision.text)
    document.add_heading("Indstillinger", level=1)
    add_overview(document, items)
    for item in items:
        add_item(document, item)
    return same_every_time(document)


def prepare(document: DocumentType, decision: Decision, mark: str) -> None:
    """A4, Danish, and what the file says of itself."""
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.2)
        section.header.paragraphs[0].text = mark
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    language = OxmlElement("w:lang")
    for attribute in ("w:val", "w:eastAsia"):
        language.set(qn(attribute), "da-DK")
    for old in document.styles.element.iter(qn("w:lang")):
        old.set(qn("w:val"), "da-DK")
    normal.element.get_or_add_rPr().append(language)
    properties = document.core_properties
    properties.title, properties.language, properties.author = decision.title, "da-DK", "Rudersdal Kommune"
    properties.comments = ""
    properties.created = properties.modified = LONG_AGO


def add_overview(document: DocumentType, items: list[Item]) -> None:
    table = document.add_table(rows=1, cols=3, style="Table Grid")
    for cell, text in zip(table.rows[0].cells, ("Ide", "Indstilling", "Afdeling"), strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(header)
    for item in items:
        texts = (str(item.idea), item.recommendation or "Mangler", item.answer.office or "–")
        row = table.add_row()
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
        whole = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(whole)


def add_item(document: DocumentType, item: Item) -> None:
    document.add_heading(str(item.idea), level=1)
    document.add_heading(f"Indstilling: {item.recommendation or 'mangler'}", level=2)
    add_markdown(document, item.answer.reason or "Begrundelsen mangler.")
    if item.leads_to:
        document.add_paragraph(f"{item.leads_to}.")
    for title, text in (("Behovet bag", item.idea.need), ("Forslaget", item.idea.proposal)):
        if text:
            document.add_heading(title, level=2)
            add_markdown(document, text)
    if item.overlaps:
        document.add_heading("Borgersamlingens anbefalinger", level=2)
        for overlap in item.overlaps:
            text = f"{overlap.get_kind_display()}: {overlap.recommendation}. {overlap.reason}"
            document.add_paragraph(text, style="List Bullet")
    document.add_heading("Fakta", level=2)
    for label, text in facts(item):
        paragraph = document.add_paragraph(style="List Bullet")
        paragraph.add_run(f"{label}: ").bold = True
        paragraph.add_run(text)


# -- Markdown --------------------------------------------------------------------------------------------------


def add_markdown(document: DocumentType, text: str) -> None:
    """The paragraphs and lists of staff's Markdown. Headings become bold lines: the memo has its own."""
    styles: list[str] = []
    bold = False
    for token in parser.parse(text):
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            styles.append("List Bullet" if token.type.startswith("bullet") else "List Number")
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            styles.pop()
        elif token.type in {"heading_open", "heading_close"}:
            bold = token.type == "heading_open"
        elif token.type == "inline":
            paragraph = document.add_paragraph(style=styles[-1] if styles else None)
            add_inline(paragraph, token.children or [], bold=bold)
        elif token.type in {"fence", "code_block"}:
            document.add_paragraph(token.content.rstrip("\n"))


def add_inline(paragraph, tokens: list[Token], *, bold: bool) -> None:
    """Text with bold and italics; a link is followed by its address, as it may be read on paper."""
    strong, emphasised, target = 0, 0, ""
    for token in tokens:
        strong += {"strong_open": 1, "strong_close": -1}.get(token.type, 0)
        emphasised += {"em_open": 1, "em_close": -1}.get(token.type, 0)
        text = {"softbreak": " ", "hardbreak": "\n"}.get(token.type, token.content)
        if token.type == "link_open":
            target = str(token.attrs.get("href", ""))
        elif token.type == "link_close":
            text = f" ({target})"
        if text:
            run = paragraph.add_run(text)
            run.bold, run.italic = bool(bold or strong), bool(emphasised)


def same_every_time(document: DocumentType) -> bytes:
    """The file's bytes, which tell nothing of when they were written."""
    file = io.BytesIO()
    document.save(file)
    with zipfile.ZipFile(file) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist()})
