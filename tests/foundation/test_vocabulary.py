"""The vocabulary: it has every word of what is searched, however that was written, and loses none that is in use."""

from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.db.models import F

from erhvervspanel.foundation import vocabulary
from erhvervspanel.foundation.models import SearchWord
from erhvervspanel.foundation.vocabulary import forget_unused, searched_models, words_with
from ideas.models import Idea
from panels.models import Company
from tests.factories import CompanyFactory, IdeaFactory

pytestmark = pytest.mark.django_db


def known(word: str) -> int:
    """How often the vocabulary has it."""
    return SearchWord.objects.filter(word=word).count()


# -- Kept by the database --------------------------------------------------------------------------------------


def test_every_searched_table_keeps_it_and_has_its_words_at_hand():
    """A new searched model fails here until a migration with `RunSQL(*searched("its_table"))` is added."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname IN ('search_words_added', 'search_words_changed')"
            " GROUP BY 1 HAVING count(*) = 2"
        )
        keeping = {table for (table,) in cursor.fetchall()}
        cursor.execute(
            "SELECT attrelid::regclass::text FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
            " WHERE attname = 'search_words' AND relkind = 'r' AND attstorage = 'm'"
        )
        at_hand = {table for (table,) in cursor.fetchall()}
    tables = {model._meta.db_table for model in searched_models()}
    assert len(tables) > 10
    assert tables == keeping == at_hand


@pytest.mark.parametrize("write", ["bulk_create", "save", "update", "sql"])
def test_a_word_is_known_however_it_is_written(write):
    company = CompanyFactory(name="Gammelt Navn")
    if write == "bulk_create":
        names = ("Vandmølleværket", "Vandmølleværket Syd")
        Company.objects.bulk_create(Company(name=name, slug=name[-3:]) for name in names)
    elif write == "save":
        company.name = "Vandmølleværket"
        company.save()
    elif write == "update":
        Company.objects.filter(pk=company.pk).update(name="Vandmølleværket")
    else:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE panels_company SET name = 'Vandmølleværket'")
    assert known("vandmoellevaerket") == 1


def test_what_is_known_is_not_noted_again():
    idea = IdeaFactory(title="Fjernvarme")
    IdeaFactory(title="Mere fjernvarme")
    Idea.objects.filter(pk=idea.pk).update(title="Fjernvarme", number=99)
    assert known("fjernvarme") == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_write_the_same_new_word_at_once_do_not_wait_for_each_other():
    first, second = CompanyFactory.create_batch(2)
    other = connections.create_connection("default")
    with closing(other), transaction.atomic(), other.cursor() as cursor:
        Company.objects.filter(pk=first.pk).update(name="Fjernvarme")
        cursor.execute("SET lock_timeout = '2s'")
        cursor.execute("UPDATE panels_company SET name = 'Fjernvarme' WHERE id = %s", [second.pk])
    assert known("fjernvarme") == 2
    assert words_with([(("varme",), "")]) == [["fjernvarme"]]


# -- Looked up -------------------------------------------------------------------------------------------------


def test_it_gives_the_words_that_hold_a_part_and_those_that_may_have_been_meant(django_assert_num_queries):
    CompanyFactory(name="Ladestandere", trade="Elladestander", town="Nærum")
    with django_assert_num_queries(1):
        found = words_with([(("ladestander", "opladning"), ""), ((), "ladestandre"), (("naer",), "")])
    assert found == [["ladestandere", "elladestander"], ["ladestandere"], ["naerum"]]


def test_nothing_is_asked_where_nothing_is_looked_for(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert words_with([((), ""), ((), "")]) == [[], []]
        assert words_with([]) == []


@pytest.fixture
def two_words_at_most(monkeypatch):
    """What was composed with another limit is forgotten, before and after."""
    vocabulary.look_up.cache_clear()
    monkeypatch.setattr(vocabulary, "MOST_WORDS", 2)
    yield
    vocabulary.look_up.cache_clear()


def test_of_very_many_the_shortest_words_are_given(two_words_at_most):
    CompanyFactory(name="Fjernvarmeværk Fjernvarme Varme")
    assert words_with([(("varme",), "")]) == [["varme", "fjernvarme"]]


# -- Forgotten -------------------------------------------------------------------------------------------------


def night() -> int:
    """A day goes by, and the words are looked over."""
    SearchWord.objects.filter(unused_since__isnull=False).update(
        unused_since=F("unused_since") - timedelta(days=1)
    )
    return forget_unused()


def test_a_word_that_no_text_has_any_more_is_forgotten_the_second_night_and_no_other():
    night()
    night()  # and what other tests have left is gone
    gone = CompanyFactory(name="Adaværket")
    IdeaFactory(need="Bobværket")
    night()
    Company.objects.filter(pk=gone.pk).delete()
    assert (night(), known("adavaerket")) == (0, 1)
    assert night() >= 1
    assert (known("adavaerket"), known("bobvaerket")) == (0, 1)
    assert night() == 0


def test_two_nights_that_are_made_good_at_once_delete_nothing():
    company = CompanyFactory(name="Adaværket")
    Company.objects.filter(pk=company.pk).delete()
    assert [forget_unused() for _ in range(3)] == [0, 0, 0]
    assert known("adavaerket") == 1


@pytest.mark.parametrize("nights", [0, 1, 2])
def test_a_word_that_is_written_again_stays(nights):
    company = CompanyFactory(name="Adaværket")
    for name in ("Bobværket", "Adaværket"):
        Company.objects.filter(pk=company.pk).update(name=name)
        for _ in range(nights):
            night()
    assert known("adavaerket") >= 1
    assert words_with([(("adavaerk",), "")]) == [["adavaerket"]]
    night()
    night()
    assert known("adavaerket") == 1


@pytest.mark.django_db(transaction=True)
def test_a_word_that_somebody_is_writing_in_that_moment_stays():
    company = CompanyFactory(name="Adaværket")
    Company.objects.filter(pk=company.pk).update(name="Bobværket")
    night()
    other = connections.create_connection("default")
    with closing(other), other.cursor() as cursor:
        other.set_autocommit(False)
        cursor.execute("UPDATE panels_company SET name = 'Adaværket' WHERE id = %s", [company.pk])
        night()
        other.commit()
    assert words_with([(("adavaerk",), "")]) == [["adavaerket"]]
