"""Tables in files: what is written reads back as it was, nothing is a formula, and what is wrong with a file is told."""

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erhvervspanel.foundation.spreadsheets import (
    Limits,
    SpreadsheetProblem,
    read_sheet,
    write_csv,
)
from erhvervspanel.foundation.spreadsheets.new_workbook import write_xlsx

COLUMNS = ["nummer", "titel", "beskrivelse"]
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=40)
# What a reader takes off: nothing but the kind of line break, which XML has one of.
LINES = str.maketrans({"\r": "\n"})


def as_file(data: bytes | str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(data.encode(encoding) if isinstance(data, str) else data)


def rows_of(file, **limits) -> list[dict[str, str]]:
    with read_sheet(file, limits=Limits(**limits)) as sheet:
        return [row.values for row in sheet.rows]


def written(kind: str, rows, columns=COLUMNS) -> io.BytesIO:
    if kind == "csv":
        return as_file(b"".join(write_csv(columns, rows)))
    with write_xlsx(columns, rows) as file:
        return io.BytesIO(file.read())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@settings(max_examples=40, deadline=None)
@given(texts=st.lists(st.tuples(TEXTS, TEXTS), max_size=4))
def test_every_text_comes_back_as_it_was(kind, texts):
    rows = [("1", *pair) for pair in texts]
    found = [tuple(row.values()) for row in rows_of(written(kind, rows))]
    same = [tuple(text.replace("\r\n", "\n").translate(LINES) for text in row) for row in (*rows, *found)]
    assert same[: len(rows)] == same[len(rows) :]


@pytest.mark.parametrize(
    "text", ["=1+1", "+45 12", "-3", "@sum(a1)", "\t=1", "'=1", "''-x", "=cmd|' /C calc'!A0"]
)
def test_no_cell_is_a_formula(text):
    line = next(csv.reader(io.StringIO(b"".join(write_csv([text], [])).decode("utf-8-sig")), delimiter=";"))
    assert line[0].startswith("'")
    book = openpyxl.load_workbook(written("xlsx", [[text]], ["titel"]))
    cell = book.active["A2"]
    assert (cell.data_type, cell.value) == ("s", text)
    for kind in ("csv", "xlsx"):
        assert rows_of(written(kind, [[text]], ["titel"])) == [{"titel": text}]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encoding_and_separator_are_found(separator, encoding):
    text = separator.join(["Nummer", "Titel"]) + "\r\n" + separator.join(["1", '"Åse; siger, »hej«"'])
    assert rows_of(as_file(text, encoding)) == [{"nummer": "1", "titel": "Åse; siger, »hej«"}]


def test_numbers_and_dates_read_as_danes_write_them():
    row = [7.0, Decimal("7.5"), date(2021, 9, 27)]
    for kind in ("csv", "xlsx"):
        assert list(rows_of(written(kind, [row]))[0].values()) == ["7", "7,5", "27-09-2021"]


def test_rows_keep_the_numbers_that_a_spreadsheet_shows():
    with read_sheet(as_file("\n\nnummer;titel\n\n1;A\n\n2;B\n")) as sheet:
        assert [row.number for row in sheet.rows] == [5, 7]


TITLED = [["Panelmøde 3, den 5. maj", "", ""], ["", "", ""], ["Referent: Erhvervskontoret", "", ""]]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_title_above_the_header_is_passed_over_where_it_is_known_what_the_header_has(kind):
    rows = [*TITLED, ["Titel", "Nummer", "Note"], ["Åse", "1", ""]]
    file = written(kind, rows[1:], rows[0])
    with read_sheet(file, demanded={"nummer", "titel"}) as sheet:
        assert (sheet.header, sheet.columns) == (4, ["titel", "nummer", "note"])
        assert [(row.number, row.values["titel"]) for row in sheet.rows] == [(5, "Åse")]


def test_the_separator_is_that_of_the_header_and_not_of_a_title_with_commas_above_it():
    file = as_file("Møde, den 5. maj, i Nærum, kl. 17\nnummer;titel\n1;A, b\n")
    with read_sheet(file, demanded={"nummer", "titel"}) as sheet:
        assert [row.values for row in sheet.rows] == [{"nummer": "1", "titel": "A, b"}]


def test_where_no_row_has_what_is_demanded_the_first_is_the_header():
    lines = [f"række {number};b" for number in range(1, 11)]
    with read_sheet(as_file("\n".join(["", *lines, "nummer;titel"])), demanded={"nummer"}) as sheet:
        assert (sheet.header, sheet.columns) == (2, ["række 1", "b"])
        assert [row.number for row in sheet.rows] == list(range(3, 13))


def test_where_no_row_has_all_that_is_demanded_the_header_is_the_one_that_has_most():
    file = as_file("Ideer fra mødet;;\nNr.;Titel;Note\n1;A;b\n")
    with read_sheet(file, demanded={"nummer", "titel"}) as sheet:
        assert (sheet.header, sheet.columns) == (2, ["nr.", "titel", "note"])


def workbook(**parts: str) -> io.BytesIO:
    """A workbook with other parts than it should have."""
    with zipfile.ZipFile(written("xlsx", [["b"]], ["a"])) as old:
        kept = {name: old.read(name) for name in old.namelist()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in (kept | {name.replace("__", "/"): text for name, text in parts.items()}).items():
            new.writestr(name, content)
    return file


def without_a_byte(content: bytes) -> bytes:
    """A ZIP whose index says that its parts begin before its beginning."""
    return content[:40] + content[41:]


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (lambda: as_file(b""), "tom"),
        (lambda: as_file("\n\n"), "ingen tabel"),
        (lambda: as_file("a;a\n1;2"), "To kolonner hedder »a«"),
        (lambda: as_file(b"\xd0\xcf\x11\xe0" + b"x" * 90), "ældre Excel-fil"),
        (lambda: as_file(b"PK\x03\x04 and no more"), "beskadiget"),
        (lambda: as_file(without_a_byte(workbook().getvalue())), "beskadiget"),
        (lambda: as_file(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"), "ikke et regneark"),
        (lambda: as_file(b"BM\x00\x10\x00\x00"), "kan ikke genkendes"),
        (lambda: as_file('a;b\n1;"2\n'), "anførselstegn"),
        (lambda: workbook(**{"xl/bomb.xml": "<a>" + " " * 300_000_000 + "</a>"}), "når den pakkes ud"),
        (lambda: workbook(**{"xl/styles.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "dokumenttype"),
    ],
    ids=[
        "empty",
        "no table",
        "twice",
        "xls",
        "broken",
        "a byte short",
        "picture",
        "other bytes",
        "quote",
        "bomb",
        "entity",
    ],
)
def test_what_is_wrong_with_a_file_is_told(file, sentence):
    with pytest.raises(SpreadsheetProblem, match=sentence):
        rows_of(file())


def test_limits_hold():
    text = "a\n" + "1\n" * 6
    with pytest.raises(SpreadsheetProblem, match="mere end 5 rækker"):
        rows_of(as_file(text), rows=5)
    with pytest.raises(SpreadsheetProblem, match="fylder mere end"):
        rows_of(as_file(text), size=5)
    with read_sheet(as_file("a\n" + "x" * 11), limits=Limits(cell=10)) as sheet:
        assert "højst være 10" in next(sheet.rows).problems["a"]


def test_a_formula_gives_the_value_that_it_last_had_and_an_error_is_named():
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append(["=1+1", "#DIV/0!"])
    book.active["B2"].data_type = "e"
    file = io.BytesIO()
    book.save(file)
    with read_sheet(file) as sheet:
        row = next(sheet.rows)
    assert "fejlen #DIV/0!" in row.problems["b"]
