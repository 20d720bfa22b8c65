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
