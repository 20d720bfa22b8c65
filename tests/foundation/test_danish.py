import unicodedata

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erhvervspanel.foundation import danish
from panels.models import Company
from tests.factories import CompanyFactory

DANISH_TEXT = st.text(
    alphabet="abcdefghijklmnopqrstuvwxyzæøåäöüéèáABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅÄÖÜÉ0123456789 -.,'\u0301\u030a",
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Nærum", "naerum"),
        ("GRØN RÅDGIVNING", "groen raadgivning"),
        ("idéer", "ideer"),
        ("Müller & Ö", "muller & oe"),
        (unicodedata.normalize("NFD", "Åse"), "aase"),
    ],
)
def test_fold(text, folded):
    assert danish.fold(text) == folded


def test_slugs_keep_danish_letters():
    assert danish.slugify("Én indgang til grøn viden på Ærø") == "en-indgang-til-groen-viden-paa-aeroe"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("function", "ours"), [("danish_fold", danish.fold), ("danish_sort_key", danish.sort_key)]
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=DANISH_TEXT)
def test_database_and_python_agree(function, ours, text):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [text])
        assert cursor.fetchone()[0] == ours(text)


@pytest.mark.django_db
def test_names_sort_as_in_a_danish_dictionary():
    names = ["Wedel", "Zebra", "Ærø", "Østerbro", "Åben", "Aabenraa", "Aarhus"]
    for name in reversed(names):
        CompanyFactory(name=name)
    assert list(Company.objects.order_by("sort_key").values_list("name", flat=True)) == names
    assert sorted(names, key=danish.sort_key) == names


@pytest.mark.parametrize(
    ("words", "root"),
    [
        ("groen groent groenne", "groen"),
        ("virksomhed virksomheder virksomhederne virksomhedens virksomhedernes", "virksomhed"),
        ("ide ideer ideerne ideen", "ide"),
        ("panel panelet panelets panelerne", "panel"),
        ("konference konferencen konferencer", "konferenc"),
    ],
)
def test_inflections_share_a_root(words, root):
    assert {danish.roots(word)[0] for word in words.split()} == {root}


def test_an_elided_e_is_searched_both_ways():
    assert set(danish.roots("cykel")) == set(danish.roots("cykler")) == {"cykel", "cykl"}
