"""The catalogue's page where something is searched for."""

import pytest
from django.urls import reverse

from tests.factories import IdeaFactory, NeedFactory

pytestmark = pytest.mark.django_db


def catalogue(client, **parameters) -> str:
    return client.get(reverse("ideas:idea-list"), parameters).text


def test_titles_mark_what_was_searched_for(client):
    IdeaFactory(title="Varme & strøm fra bageriet")
    assert "<mark>Varme</mark> &amp; strøm fra bageriet</a>" in catalogue(client, q="varme")
    assert "Varme &amp; strøm fra bageriet</a>" in catalogue(client)


def test_nothing_found_suggests_the_nearest_word(client):
    IdeaFactory(needs=[NeedFactory(name="Klimaregnskab")], need="Vi mangler et klimaregnskab.")
    page = catalogue(client, q="klimargnskap")
    assert f'Mente du <a href="{reverse("ideas:idea-list")}?q=klimaregnskab">klimaregnskab</a>?' in page


def test_what_stands_beside_a_word_is_no_part_of_a_suggestion(client):
    IdeaFactory(needs=[NeedFactory(name="Bedre (klimaregnskab), hurtigt")], need="Klimaregnskab.")
    assert "?q=klimaregnskab" in catalogue(client, q="klimargnskap")
    assert "Mente du" not in catalogue(client, q="xyz klimaregnskab")


@pytest.fixture
def panels():
    """An idea about panels on the roof, and three about support."""
    theme = IdeaFactory(title="Solceller på taget", summary="Strøm").theme
    need = NeedFactory(name="Klimaregnskab eller noget")
    for number in range(100, 103):
        IdeaFactory(theme=theme, number=number, title="Støtte", summary="Et klimaregnskab", needs=[need])


def test_where_all_words_together_find_nothing_fewer_are_offered(client, panels):
    page = catalogue(client, q="Støtte til solceller")
    assert "Mente du" not in page
    address = reverse("ideas:idea-list")
    assert f'<a href="{address}?q=solceller">uden »Støtte«</a>: 1 ide</li>' in page
    assert f'<a href="{address}?q=St%C3%B8tte">uden »solceller«</a>: 3 ideer</li>' in page
    assert page.index("1 ide</li>") < page.index("3 ideer</li>")
    assert "færre ord" not in catalogue(client, q="solceller taget")


def test_a_word_that_is_left_out_leaves_the_others_together(client, panels):
    page = catalogue(client, q="solceller på taget med grise")
    assert '?q=solceller%20taget">uden »grise«</a>: 1 ide</li>' in page
    assert page.count("</a>: ") == 1


def test_where_one_word_less_does_not_do_each_word_is_offered(client, panels):
    page = catalogue(client, q="hvem giver støtte når solceller mangler")
    assert '?q=solceller">kun »solceller«</a>: 1 ide</li>' in page
    assert ">kun »støtte«</a>: 3 ideer</li>" in page
    assert "kun »giver«" not in page


def test_a_filter_that_is_in_the_way_offers_no_fewer_words(client, panels):
    assert "færre ord" not in catalogue(client, q="solceller taget", status="gennemfoert")
    assert "færre ord" not in catalogue(client, q="grise")


def test_a_word_is_suggested_in_place_of_one_that_finds_nothing_and_the_rest_is_kept(client, panels):
    page = catalogue(client, q="Støtte til klimargnskap")
    assert '?q=St%C3%B8tte%20til%20klimaregnskab">Støtte til klimaregnskab</a>?' in page
    page = catalogue(client, q="xyz klimargnskap")
    assert '?q=klimaregnskab">klimaregnskab</a>?' in page
    assert "Mente du" not in catalogue(client, q="solceller klimargnskap")


def test_a_stop_word_is_no_suggestion(client, panels):
    for query in ("ellert", "solceller eler", "støtte til solceller"):
        assert "Mente du" not in catalogue(client, q=query)


@pytest.mark.parametrize("words", ["grise høns", "grise høns solceller støtte taget penge"])
def test_what_to_search_for_instead_costs_one_statement_however_many_words(
    client, panels, words, django_assert_num_queries
):
    catalogue(client, q=words)
    # As where something is found, and what has any of the words, and the titles of what may have been meant.
    with django_assert_num_queries(6 + 2):
        catalogue(client, q=words)


def test_a_word_that_finds_no_idea_is_not_suggested_but_the_next(client):
    IdeaFactory(
        needs=[NeedFactory(name="Klimaregnskabet"), NeedFactory(name="Klimaregnskov")], need="Klimaregnskov."
    )
    IdeaFactory(needs=[NeedFactory(name="Genbrugsbyg")])
    assert "Mente du" not in catalogue(client, q="genbrugzbyg")
    assert "?q=klimaregnskov" in catalogue(client, q="klimaregnskavet")


def test_a_word_that_is_spelt_right_is_not_suggested_again(client):
    IdeaFactory(needs=[NeedFactory(name="Klimaregnskab")])
    assert "Mente du" not in catalogue(client, q="klimaregnskab")


def test_nothing_is_suggested_where_nothing_was_searched_for(client):
    IdeaFactory(needs=[NeedFactory(name="Klimaregnskab")])
    assert "Mente du" not in catalogue(client)
