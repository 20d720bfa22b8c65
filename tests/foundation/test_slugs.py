"""The readable end of an address, made from a title."""

import pytest
from django.urls import reverse

from erhvervspanel.portal.models import News
from panels.models import FocusArea
from tests.factories import FocusAreaFactory, NewsFactory, UserFactory
from tests.forms import fields_of

pytestmark = pytest.mark.django_db
ADD = reverse("admin:portal_news_add")


def test_a_title_that_gives_no_address_is_asked_for_one(client):
    client.force_login(UserFactory(superuser=True))
    form = fields_of(client.get(ADD)) | {
        "title": ["Зустріч підприємців"],
        "summary": ["Kort"],
        "text": ["Langt"],
    }
    refused = client.post(ADD, form)
    assert refused.context["adminform"].form.errors["slug"] == [
        "Der kan ikke laves en adresse af teksten. Skriv en med bogstaver fra a til z, tal og bindestreger."
    ]
    client.post(ADD, form | {"slug": ["zustrich"]})
    assert News.objects.get().slug == "zustrich"


def test_the_same_title_twice_gives_two_addresses(client):
    client.force_login(UserFactory(superuser=True))
    form = fields_of(client.get(ADD)) | {
        "title": ["Nyt fra udvalget"],
        "summary": ["Kort"],
        "text": ["Langt"],
    }
    for _ in range(2):
        client.post(ADD, form)
    assert sorted(News.objects.values_list("slug", flat=True)) == ["nyt-fra-udvalget", "nyt-fra-udvalget-2"]


def test_an_address_that_is_taken_is_told_so_and_a_missing_title_once(client):
    client.force_login(UserFactory(superuser=True))
    NewsFactory(slug="nyt")
    form = fields_of(client.get(ADD)) | {
        "title": [""],
        "slug": ["nyt"],
        "summary": ["Kort"],
        "text": ["Langt"],
    }
    errors = client.post(ADD, form).context["adminform"].form.errors
    assert errors["slug"] == ["»Adresse« er brugt i forvejen. Skriv noget andet."]
    errors = client.post(ADD, form | {"slug": [""]}).context["adminform"].form.errors
    assert set(errors) == {"title"}


def test_a_focus_area_gets_its_address_from_its_name():
    area = FocusAreaFactory(name="Grøn transport", slug="groen-transport")
    same = FocusArea(theme=area.theme, name="Grøn Transport!", position=2)
    same.full_clean()
    assert same.slug == "groen-transport-2"
