"""CPR numbers in free text, and text that cannot be read. The numbers are made up; most fail modulus 11."""

from datetime import date, timedelta

import pytest
import time_machine
from django.forms import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from erhvervspanel.foundation.personal_data import (
    MASK,
    clean_name,
    clean_person,
    has_cpr,
    printable,
    refuse_cpr,
    without_cpr,
)

# The seventh digit of those born in a year, as CPR-kontoret's table has it.
SEVENTH = [
    (1858, 1899, "5678"),
    (1900, 1936, "0123"),
    (1937, 1999, "012349"),
    (2000, 2026, "456789"),
]
FORMS = ["{}{}", "{}-{}", "{} {}", "{} - {}", "{}–{}", "{}\u00a0{}"]


@st.composite
def cpr(draw) -> tuple[str, str]:
    """The date and the serial number of somebody who could be alive or dead."""
    first, last, digits = draw(st.sampled_from(SEVENTH))
    born = draw(st.dates(date(first, 1, 1), min(date(last, 12, 31), date(2026, 11, 23))))
    return f"{born:%d%m%y}", draw(st.sampled_from(digits)) + f"{draw(st.integers(0, 999)):03}"


@settings(max_examples=60, deadline=None)
@given(number=cpr(), form=st.sampled_from(FORMS), before=st.text("abcæøå ,(\n", max_size=8))
def test_a_cpr_number_is_found_however_it_is_written(number, form, before):
    text = f"{before}{form.format(*number)}."
    with time_machine.travel(date(2026, 11, 24)):
        assert has_cpr(text)
        assert without_cpr(text) == f"{before}{MASK}."


@settings(max_examples=60, deadline=None)
@given(day=st.integers(0, 99), month=st.integers(0, 99), year=st.integers(0, 99), serial=st.integers(0, 9999))
def test_what_begins_with_no_date_is_no_cpr_number(day, month, year, serial):
    if day in range(1, 32) and month in range(1, 13):
        month += 12
    assert not has_cpr(f"{day:02}{month:02}{year:02}-{serial:04}")


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=40))
def test_any_text_is_safe_after_masking(text):
    assert not has_cpr(without_cpr(text))


@pytest.mark.parametrize(
    "text",
    [
        "0101651234",  # 1 January 1965 has numbers without modulus 11
        "mit nummer er 010190-1234, tak",
        "01.01.90-1234",
        "01 01 90 1234",
        "01/01/90 1234",
        "290200-4123",  # 2000 was a leap year
        "290240-0123",  # 1940 was one
        "311299-0123",
    ],
)
def test_these_are_cpr_numbers(text):
    assert has_cpr(text)


@pytest.mark.parametrize(
    "text",
    [
        "290200-0123",  # 1900 was no leap year
        "290241-0123",
        "310490-1234",
        "000190-1234",
        "011390-1234",
        "010157-5123",  # 1 January 2057 has not been
        "+45 20 10 90 12",
        "+4520109012",
        "004520109012",
        "20 10 90 12",
        "20109012, 20109013",
        "CVR 13748136 10",
        "1374813610",
        "5790000123456",  # an EAN number
        "DK5000400440116243",
        "kl. 10.15-11.30",
        "2026-11-24 10:15",
        "",
    ],
)
def test_these_are_not(text):
    assert not has_cpr(text)
    assert without_cpr(text) == text


def test_a_number_is_one_until_the_day_it_could_be_given_out():
    with time_machine.travel(date(2026, 11, 24)) as clock:
        assert has_cpr("241126-4123")
        assert not has_cpr("251126-4123")
        clock.shift(timedelta(days=1))
        assert has_cpr("251126-4123")


def test_the_refusal_says_what_to_do_and_does_not_repeat_the_number():
    with pytest.raises(ValidationError) as refusal:
        refuse_cpr("Bo 010190-1234")
    assert refusal.value.messages == ["Det ligner et CPR-nummer. Slet det: vi beder aldrig om CPR-numre her."]


def test_several_are_masked():
    assert without_cpr("010190-1234 og 020290-1234") == f"{MASK} og {MASK}"


@pytest.mark.parametrize("letter", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800", "\ue000", "\uffff"])
def test_what_cannot_be_read_is_refused(letter):
    for lines in (False, True):
        with pytest.raises(ValidationError, match="tegn i teksten, som ikke kan læses"):
            printable(f"Bo{letter}", "teksten", lines=lines)


@pytest.mark.parametrize("text", ["Åse Øst", "O'Neill", "李", "👩‍🌾", "محمد", "e\u0301"])
def test_names_of_all_kinds_stay(text):
    assert printable(text, "navnet") == text.replace("e\u0301", "é")


@pytest.mark.parametrize(
    "text",
    [
        "Åse Øst",
        "Dr.phil. Åse Øst",
        "Cand.merc. Bo Vig, ph.d.",
        "Chr.Hansen",
        "H.C.Andersen",
        "St. St. Blicher",
        "J.P. Møller/Bo Vig",
        "Åse Øst, m.fl.",
    ],
)
def test_a_persons_name_may_have_full_stops(text):
    assert clean_person(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Jensen & Co.ApS",
        "A.P. Møller-Mærsk A/S",
        "Firma 2.0",
        "Firma 2.0/3.0 I/S",
        "Lomax.dk A/S",
        "Bo Vig v/Åse Øst",
        "Smed & Søn m.fl./Kroen",
    ],
)
def test_a_companys_name_may_have_full_stops_and_strokes(text):
    assert clean_name(text, "virksomhedens navn") == text


@pytest.mark.parametrize(
    "text",
    [
        "ond.dk/gevinst",
        "Se OND.DK/Gevinst",
        "t.co/x",
        "ond.example?x=1",
        "ond.dk:8080",
        "blåbær.dk#x",
        "hxxp://ond.dk",
        "www.ond.dk",
    ],
)
def test_no_name_has_what_a_mail_makes_a_link_of(text):
    for clean in (clean_person, lambda name: clean_name(name, "virksomhedens navn")):
        with pytest.raises(ValidationError, match="uden link"):
            clean(text)


@pytest.mark.parametrize("text", ["ond.dk", "Vind på ond.com.", "ond.xyz, nu", "blåbær.dk", "sub.ond.info"])
def test_a_persons_name_has_no_domain(text):
    with pytest.raises(ValidationError, match=r"Skriv navnet uden link\. Er der punktum"):
        clean_person(text)


def test_lines_are_kept_where_there_may_be_several():
    assert printable(" a  b\r\nc ", "teksten", lines=True) == "a  b\r\nc"
    with pytest.raises(ValidationError):
        printable("a\nb", "navnet")
