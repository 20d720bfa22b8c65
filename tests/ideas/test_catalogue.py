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
    IdeaFactory(needs=[NeedFactory(name="Klimaregnskab")])
    page = catalogue(client, q="klimargnskap")
    assert f'Mente du <a href="{reverse("ideas:idea-list")}?q=klimaregnskab">klimaregnskab</a>?' in page


def test_a_word_that_is_spelt_right_is_not_suggested_again(client):
    IdeaFactory(needs=[NeedFactory(name="Klimaregnskab")])
    assert "Mente du" not in catalogue(client, q="klimaregnskab")


def test_nothing_is_suggested_where_nothing_was_searched_for(client):
    IdeaFactory(needs=[NeedFactory(name="Klimaregnskab")])
    assert "Mente du" not in catalogue(client)
