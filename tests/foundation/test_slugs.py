"""The readable end of an address, made from a title."""

import pytest
from django.urls import reverse

from erhvervspanel.portal.models import News
from tests.factories import UserFactory
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
