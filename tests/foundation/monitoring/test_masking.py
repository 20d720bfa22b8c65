"""What may stand in a log, and what may not."""

import pytest
from django.test import RequestFactory
from django.urls import resolve
from hypothesis import given
from hypothesis import strategies as st

from erhvervspanel.foundation.models import User
from erhvervspanel.foundation.monitoring.masking import masked, masked_text

TOKEN = "q7Xk-3vPzR_1mWcY8hTbN0dLsEoUaGf2"  # as events make it: 24 bytes in the letters of URLs
WORDLESS = "qwXkzvPzRbmWcYkhTbNxdLsEoUaGfzTk"  # one without a digit
SIGNED = "WyJpZGVhcy5pZGVhIiwxN10:1tXyZq:Zk3V9h2nQm8rT5wPz1cLxYbD0aSfGjEuIoKvNqRtHs4"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Sendt til aase.ost@example.org.", "Sendt til [e-mail fjernet]"),
        ("<åse@østergård.dk>: findes ikke", "<[e-mail fjernet]>: findes ikke"),
        ("smtp://bruger:kode@mail.example.org:25", "smtp://bruger:[e-mail fjernet]:25"),
        ("CPR 010190-1234 i feltet", "CPR [CPR-nummer fjernet] i feltet"),
        ("0101901234", "[CPR-nummer fjernet]"),
        (f"/tilmelding/{TOKEN}/ret/", "/tilmelding/[hemmelighed fjernet]/ret/"),
        (f"/tilmelding/{WORDLESS}/", "/tilmelding/[hemmelighed fjernet]/"),
        ("/arrangementer/x/?invitation=Åse&q=b", "/arrangementer/x/?[fjernet]"),
        ("nøgle 9f86d081884c7d659a2feaa0c55ad015", "nøgle [hemmelighed fjernet]"),
        # What is no person's stays, or nobody could read a log.
        ("Databasen svarer ikke: 3 forsøg", "Databasen svarer ikke: 3 forsøg"),
        (
            "relation events_registrationchange_history does not exist",
            "relation events_registrationchange_history does not exist",
        ),
        ("AuthenticationMiddlewareWithoutASession", "AuthenticationMiddlewareWithoutASession"),
        ("Hvad? Intet.", "Hvad? Intet."),
        ("3130000000000000000000", "3130000000000000000000"),
    ],
)
def test_a_text_loses_what_is_personal_and_nothing_else(text, shown):
    assert masked_text(text) == shown


def test_a_signed_link_cannot_be_put_together_again():
    shown = masked_text(f"/forhaandsvisning/{SIGNED}/")
    assert SIGNED.rpartition(":")[2] not in shown
    assert SIGNED.partition(":")[0] not in shown


def test_what_stands_in_a_personal_field_goes_whatever_it_is():
    given_fields = {"name": "Åse", "Email": "x", "to": ["x"], "token": 7, "event": "Åbent hus", "status": 200}
    assert masked(given_fields) == {
        **dict.fromkeys(("name", "Email", "to", "token"), "[fjernet]"),
        "event": "Åbent hus",
        "status": 200,
    }


def test_values_inside_values_are_masked():
    assert masked({"rows": [("a@b.dk", 1), {"navn": "Åse"}]}) == {
        "rows": [["[e-mail fjernet]", 1], {"navn": "[fjernet]"}]
    }


@pytest.mark.parametrize("number", [101901234, 2412851234])
def test_a_number_that_is_a_cpr_number_goes(number):
    assert masked(number) == "[CPR-nummer fjernet]"


@pytest.mark.parametrize("value", [17, 3_000_000_000, 1.5, True, None])
def test_other_numbers_stay(value):
    assert masked(value) == value


def test_a_row_is_told_by_its_number():
    assert masked(User(pk=17, username="aase", first_name="Åse")) == "foundation.user 17"


def test_a_request_is_told_by_its_route():
    request = RequestFactory().get(f"/tilmelding/{TOKEN}/?q=a")
    request.resolver_match = resolve(f"/tilmelding/{TOKEN}/")
    assert masked(request) == "events:registration"


@given(
    before=st.text(alphabet="aæ Z»«(,;<>='\"\n/", max_size=8),
    after=st.text(alphabet=" »«(,;<>='\"\n/", max_size=8),
    secret=st.sampled_from(["aase@example.org", "010190-1234", TOKEN]),
)
def test_no_surroundings_bring_a_secret_through(before, after, secret):
    assert secret not in masked_text(f"{before} {secret}{after}")
