"""Badges: whose they are, what stands on them, that all of it fits, and that a reader gets it out of the PDF again."""

import re
import zlib

import pytest

from erhvervspanel.foundation import notation
from events.actions import cancel
from events.badges import PER_SHEET, Badge, badges_of
from events.badges.labels import HEIGHT, LEFT, STEP_DOWN, STEP_RIGHT, TOP, WIDTH
from events.badges.sheet import MARGIN, NAME, Sheet, sheet_of, unprintable
from events.models import Registration
from tests.events.test_door_page import address, staff_with
from tests.events.test_pages import conference_of_two_days
from tests.events.test_registering import come, open_event
from tests.factories import SessionFactory

MM = 72 / 25.4  # points in a millimetre
A4 = 297
LONGEST = "W" * 120


def badge(name: str, organisation: str = "", marks: str = "") -> Badge:
    return Badge(name, organisation, marks, "")


# -- A reader of PDF, as far as is needed: the text of each page, by the fonts' own tables of letters ------------


def objects(pdf: bytes) -> dict[int, bytes]:
    found = re.findall(rb"(?s)(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", pdf)
    return {int(number): body for number, body in found}


def stream(body: bytes) -> bytes:
    raw = re.search(rb"(?s)stream\r?\n(.*)\r?\nendstream", body)[1]
    return zlib.decompress(raw) if b"FlateDecode" in body.partition(b"stream")[0] else raw


def letters_of(table: bytes) -> dict[str, str]:
    """From the four hex digits in the page to the letters."""
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>", table)
    return {code.decode().upper(): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


def fonts_of(parts: dict[int, bytes]) -> dict[str, dict[str, str]]:
    """The table of each font, by the name that pages call it."""
    resources = next(body for body in parts.values() if b"/Font <<" in body or b"/Font\n<<" in body)
    named = re.findall(rb"/(F\d+) (\d+) 0 R", resources)
    tables = {}
    for name, number in named:
        unicode_table = re.search(rb"/ToUnicode (\d+) 0 R", parts[int(number)])[1]
        tables[name.decode()] = letters_of(stream(parts[int(unicode_table)]))
    return tables


def texts(pdf: bytes) -> list[list[tuple[str, float, float, float]]]:
    """For each page every piece of text, with its left and upper edge in millimetres and its size in points."""
    parts = objects(pdf)
    fonts = fonts_of(parts)
    pages = [body for _, body in sorted(parts.items()) if re.search(rb"/Type /Page\b", body)]
    return [page_texts(stream(parts[int(re.search(rb"/Contents (\d+)", page)[1])]), fonts) for page in pages]


def page_texts(content: bytes, fonts) -> list[tuple[str, float, float, float]]:
    found, font, size, at = [], "", 0.0, (0.0, 0.0)
    token = rb"(?s)/(F\d+) ([\d.]+) Tf|([\d.-]+) ([\d.-]+) Td|\(((?:\\.|[^\\)])*)\) ?Tj"
    for name, points, x, y, shown in re.findall(token, content):
        if name:
            font, size = name.decode(), float(points)
        elif x:
            at = (float(x) / MM, A4 - float(y) / MM)
        else:
            raw = re.sub(rb"(?s)\\(.)", lambda each: {b"n": b"\n", b"r": b"\r"}.get(each[1], each[1]), shown)
            codes = re.findall("....", raw.hex().upper())
            found.append(("".join(fonts[font][code] for code in codes), *at, size))
    return found


def words(pdf: bytes) -> list[str]:
    return [text for page in texts(pdf) for text, *_ in page]


# -- What stands on them --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["Åse Øst", "Ærlig Nørgård", "O'Neill (Per) \\ Bo", "Łukasz Šimůnek", "Ἀθηνᾶ", "Юлия", "李明"]
)
def test_a_name_is_read_out_of_the_pdf_as_it_was_typed(name):
    pdf = sheet_of([badge(name, "Blåbær & Søn", "A 14.00   C 15.30")], title="Grøn omstilling")
    assert words(pdf) == ["Grøn omstilling", name, "Blåbær & Søn", "A 14.00   C 15.30"]


def test_a_name_in_letters_that_no_font_has_is_left_to_the_pen():
    badges = [badge("דוד כהן"), badge("Bo 🙂"), badge("Åse Øst")]
    assert unprintable(badges) == ["דוד כהן", "Bo 🙂"]
    assert words(sheet_of(badges, title="")) == ["Åse Øst"]


# -- Where it stands ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Bo",
        "Åse Øst",
        "Anne Marie Christensen-Skovgaard",
        "en to " * 20,
        LONGEST,
        "W " * 60,
        " ".join("W" * 59),
    ],
)
@pytest.mark.parametrize("style", ["", "B"])
def test_a_text_of_any_length_fits_in_two_lines_and_nothing_is_cut(text, style):
    text = " ".join(text.split())
    with Sheet("", east_asian=False) as pdf:
        lines, size = pdf.fitted(text, NAME, style=style)
        pdf.set_font("badge", style=style, size=size)
        assert max(pdf.get_string_width(line) for line in lines) <= WIDTH - 2 * MARGIN
    assert len(lines) <= 2
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert len(lines) * size * 1.15 / MM <= NAME[1]
    assert size <= NAME[2]


def test_a_short_name_is_large_and_a_long_one_breaks_between_words_before_it_shrinks():
    with Sheet("", east_asian=False) as pdf:
        assert pdf.fitted("Bo", NAME, style="B") == (["Bo"], NAME[2])
        lines, size = pdf.fitted("Anne Marie Christensen-Skovgaard", NAME, style="B")
    assert lines == ["Anne Marie", "Christensen-Skovgaard"]
    assert size > 15


@pytest.mark.parametrize("start", [1, 4, PER_SHEET])
def test_every_text_stands_on_its_own_label(start):
    people = [badge(f"Borger {number}", LONGEST, "A 14.00   B 15.00") for number in range(13)]
    pages = texts(sheet_of(people, title=LONGEST, start=start))
    assert len(pages) == -(-(start - 1 + 13) // PER_SHEET)
    seen = []
    for number, page in enumerate(pages):
        for text, x, y, size in page:
            column, row = int((x - LEFT) // STEP_RIGHT), int((y - TOP) // STEP_DOWN)
            right, below = x - LEFT - column * STEP_RIGHT, y - TOP - row * STEP_DOWN
            assert MARGIN - 0.1 <= right <= WIDTH - MARGIN
            assert size / MM * 0.7 <= below <= HEIGHT
            if text.startswith("Borger"):
                seen.append((number * PER_SHEET + row * 2 + column + 1, text))
    assert seen == [(start + number, f"Borger {number}") for number in range(13)]


# -- Whose they are -------------------------------------------------------------------------------------------


def printed(event) -> list[str]:
    return [badge.name for badge in badges_of(Registration.objects.filter(event=event), event.sessions.all())]


@pytest.mark.django_db
def test_everybody_gets_one_in_the_order_of_the_alphabet():
    event = open_event(capacity=20)
    come(event, 4, name="Åse Øst", companions=("Bo Øst",))
    come(event, 2, name="Ole Vest")
    assert printed(event) == [
        "Bo Øst",
        "Ole Vest",
        "Gæst hos Ole Vest",
        "Åse Øst",
        "Gæst hos Åse Øst",
        "Gæst hos Åse Øst",
    ]


@pytest.mark.django_db
def test_a_badge_tells_the_sessions_where_the_person_has_a_seat():
    event = open_event(capacity=9)
    first, second = (SessionFactory(event=event, kind="cafe", capacity=1) for _ in range(2))
    come(event, sessions=(first,))
    registration = come(event, sessions=(first, second), waits_for_sessions=True)
    [made] = badges_of([registration], [first, second])
    assert re.fullmatch(r"B \d\d\.\d\d", made.marks)


@pytest.mark.django_db
def test_a_badge_tells_the_day_where_the_event_has_several():
    event, _talk, cafe = conference_of_two_days()
    [made] = badges_of([come(event, sessions=(cafe,))], [cafe])
    day = notation.local(cafe.starts_at)
    assert made.marks == f"A {day.day}/{day.month} {notation.clock(cafe.starts_at)}"


@pytest.fixture
def staff(client, db):
    client.force_login(staff_with("view_registration"))
    return client


def test_the_page_asks_where_to_begin_and_sends_the_pdf(staff):
    event = open_event(capacity=3)
    cancel(come(event, name="Afmeldt Borger"))
    come(event, 2, name="Åse Øst")
    come(event, 2, name="Venter Forgæves", wait=True)
    page = staff.get(address(event, "navneskilte"))
    assert "2 navneskilte" in page.text
    answer = staff.get(address(event, "navneskilte"), {"start": 3})
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert f"navneskilte-{event.slug}.pdf" in answer["Content-Disposition"]
    assert [word for word in words(answer.content) if word != event.title] == ["Åse Øst", "Gæst hos Åse Øst"]


@pytest.mark.parametrize("start", ["", "0", "11", "x", "-1"])
def test_a_label_that_is_not_on_the_sheet_is_explained(staff, start):
    event = open_event()
    come(event)
    page = staff.get(address(event, "navneskilte"), {"start": start})
    assert page["Content-Type"].startswith("text/html")
    assert "errorlist" in page.text


def test_one_newcomers_badge_is_printed_alone(staff):
    event = open_event()
    come(event, name="Åse Øst")
    one = come(event, name="Bo Vest")
    assert (
        "Kun Bo Vest: 1 navneskilt."
        in staff.get(address(event, "navneskilte"), {"nummer": one.reference}).text
    )
    pdf = staff.get(address(event, "navneskilte"), {"nummer": one.reference, "start": 1}).content
    assert "Åse Øst" not in words(pdf)
    assert "Bo Vest" in words(pdf)


def test_no_badges_before_anybody_has_a_seat(staff):
    page = staff.get(address(open_event(), "navneskilte"), {"start": 1})
    assert "Ingen har en plads endnu" in page.text


def test_making_badges_tells_the_log_nothing(staff, caplog):
    event = open_event()
    come(event, name="Åse Øst")
    caplog.clear()
    staff.get(address(event, "navneskilte"), {"start": 1})
    assert [record.name for record in caplog.records if record.name.startswith("fontTools")] == []
