"""Spreadsheets from anybody: bombs, entities, tables without end and wrong names end in a Danish sentence, never in a failure."""

import io
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from erhvervspanel.foundation.spreadsheets import Limits, SpreadsheetProblem, read_sheet
from erhvervspanel.foundation.spreadsheets.cells import LIKE_A_FORMULA, defused, restored
from ideas.models import IdeaUpload
from tests.factories import AnswerFactory, IdeaFactory, NeedFactory, ThemeFactory, UserFactory

ENTITY = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


def book(**parts: str | bytes) -> bytes:
    """A workbook with a table of two columns; `parts` are added to the zip, or stand in another's place."""
    made, written = openpyxl.Workbook(), io.BytesIO()
    made.active.append(["nummer", "titel"])
    made.active.append(["1", "Solceller"])
    made.save(written)
    result = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.pop(name, None) or old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return result.getvalue()


def sheet(cells: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = f'<worksheet xmlns="{space}"><dimension ref="A1:XFD1048576"/><sheetData>{cells}</sheetData></worksheet>'
    return book(**{"xl/worksheets/sheet1.xml": text})


def cell(reference: str, row: int) -> str:
    return f'<row r="{row}"><c r="{reference}{row}" t="inlineStr"><is><t>a</t></is></c></row>'


def outcome(content: bytes, **limits) -> str:
    """What reading gives: the rows' numbers, or the sentence that says why not."""
    try:
        with read_sheet(io.BytesIO(content), limits=Limits(**limits)) as found:
            return f"{[row.number for row in found.rows]}"
    except SpreadsheetProblem as problem:
        return str(problem)


WRONG = {
    "a bomb": (lambda: book(**{"xl/media/a.png": b"0" * 210_000_000}), "når den pakkes ud"),
    "very many parts": (lambda: book(**{f"a{n}": "" for n in range(1001)}), "når den pakkes ud"),
    "an entity": (lambda: book(**{"xl/sharedStrings.xml": ENTITY}), "dokumenttype"),
    "an entity in a part by another name": (lambda: book(**{"xl/worksheets/sheet9.bin": ENTITY}), "dokumenttype"),
    "an entity in another alphabet": (lambda: book(**{"xl/styles.xml": ENTITY.encode("utf-16")}), "dokumenttype"),
    "an encoding that is none": (lambda: book(**{"xl/styles.xml": '<?xml version="1.0" encoding="vrøvl"?><a/>'}), "beskadiget"),
    "a cell at the far right": (lambda: sheet(cell("A", 1) + cell("XFD", 2)), "langt til højre for tabellen (XFD)"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "ikke et regneark"),
    "a web page": (lambda: b"PK\x03\x04<html>", "beskadiget"),
    "a zip that is no workbook": (lambda: zipped(**{"../../etc/passwd": "a"}), "beskadiget"),
    "nothing": (lambda: b"", "Filen er tom"),
}  # fmt: skip


def zipped(**parts: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


@pytest.mark.parametrize("what", WRONG)
def test_a_file_that_is_wrong_is_told_so(what):
    make, sentence = WRONG[what]
    assert sentence in outcome(make())


def test_what_a_file_says_of_its_own_size_is_not_relied_on():
    """One row far down is one row, and nothing is made of the million above it."""
    assert outcome(sheet(cell("A", 1) + cell("A", 1_048_576))) == "[1048576]"


def test_deep_nesting_is_no_failure():
    deep = "<a>" * 50_000 + "</a>" * 50_000
    assert outcome(book(**{"xl/sharedStrings.xml": deep})) in ("[2]", outcome(b"PK\x03\x04"))


def test_a_part_whose_name_leads_out_is_nowhere_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert outcome(book(**{"../ude.txt": "a", "/tmp/ude.txt": "a"})) == "[2]"  # noqa: S108 (a name in the zip)
    assert list(tmp_path.parent.glob("ude.txt")) == []


@pytest.mark.parametrize("first", ['sep="', "sep=\r", "sep=\n", "sep=\x00", "sep=ø", "sep=  "])
def test_a_file_that_names_an_odd_separator_is_no_failure(first):
    assert outcome(f"{first}\na;b\n1;2\n".encode())


@settings(max_examples=150, deadline=None, database=None)
@given(
    st.one_of(st.binary(max_size=300), st.text(st.characters(codec="utf-8"), max_size=200).map(str.encode))
)
def test_any_bytes_are_a_table_or_a_sentence(content):
    assert outcome(content, rows=50)


@given(st.text(max_size=40))
def test_no_text_in_csv_is_a_formula_and_all_come_back(text):
    assert LIKE_A_FORMULA.match(defused(text)) is None
    assert restored(defused(text)) == text


@pytest.fixture
def staff(client, db):
    client.force_login(UserFactory(superuser=True))
    return client


def test_a_file_of_ideas_that_is_too_large_is_not_stored(staff):
    theme = ThemeFactory()
    file = SimpleUploadedFile("ideer.xlsx", b"0" * 20_000_001)
    page = staff.post(reverse("admin:ideas_idea_upload"), {"file": file, "theme": theme.pk})
    assert "Filen fylder mere end 20 MB. Del den i flere." in page.text
    assert not IdeaUpload.objects.exists()


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "a\r\nSet-Cookie: b.xlsx", '"><script>.xlsx', "a\\..\\b.csv", "CON"]
)
def test_a_files_name_is_a_name_and_no_path(staff, name):
    theme = ThemeFactory()
    file = SimpleUploadedFile("x", book())
    file.name = name
    page = staff.post(reverse("admin:ideas_idea_upload"), {"file": file, "theme": theme.pk}, follow=True)
    assert page.status_code == 200
    assert "<script>." not in page.text
    assert {"/", "\\", "\r", "\n"} & set(IdeaUpload.objects.get().file_name) <= {"\\"}


@pytest.mark.parametrize(
    "what", ["an entity", "a cell at the far right", "a picture", "a zip that is no workbook"]
)
def test_a_wrong_file_of_answers_is_told_in_danish(staff, what):
    make, sentence = WRONG[what]
    decision = AnswerFactory(draft=True).decision
    file = SimpleUploadedFile("svar.xlsx", make())
    page = staff.post(reverse("admin:panels_decision_upload", args=[decision.pk]), {"fil": file})
    assert page.status_code == 200
    assert sentence in page.text


def test_a_need_named_like_a_formula_is_none_in_the_gap_list(staff):
    IdeaFactory(needs=[NeedFactory(name='=HYPERLINK("http://ond.example")')])
    file = staff.get(reverse("admin:ideas_service_gaps")).getvalue().decode()
    assert "\r\n\"'=HYPERLINK" in file
