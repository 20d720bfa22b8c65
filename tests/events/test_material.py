"""What there is to read about an event, before it and afterwards."""

import pytest
from django.urls import reverse

from tests import documents as made
from tests.documents import file
from tests.factories import EventFactory, EventMaterialFactory, UserFactory
from tests.forms import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_staff_put_material_up_after_the_day(client):
    event = EventFactory(past=True)
    client.force_login(UserFactory(superuser=True))
    url = reverse("admin:events_event_change", args=[event.pk])
    form = fields_of(client.get(url)) | {
        "materials-TOTAL_FORMS": 1,
        "materials-0-title": "Billeder fra dagen",
        "materials-0-document": file("billede.jpg", made.picture("JPEG")),
        "materials-0-event": event.pk,
    }
    assert client.post(url, form).status_code == 302
    material = event.materials.get()
    assert (material.title, material.document.shown_name) == ("Billeder fra dagen", "billede.jpg")
    page = client.get(event.get_absolute_url()).text
    assert "Materiale fra dagen" in page
    assert f'href="{material.get_absolute_url()}"' in page


def test_the_heading_follows_the_day(client):
    coming = EventMaterialFactory().event
    page = client.get(coming.get_absolute_url()).text
    assert ">Materiale</h2>" in page
    assert "Materiale fra dagen" not in page
    assert 'id="materiale"' not in client.get(EventFactory().get_absolute_url()).text


def test_more_material_costs_the_page_no_more_queries(client, django_assert_num_queries):
    event = EventFactory(past=True)
    EventMaterialFactory(event=event, uploaded=True)
    client.get(event.get_absolute_url())
    with django_assert_num_queries(6):
        client.get(event.get_absolute_url())
    EventMaterialFactory.create_batch(2, event=event, uploaded=True)
    with django_assert_num_queries(6):
        client.get(event.get_absolute_url())
