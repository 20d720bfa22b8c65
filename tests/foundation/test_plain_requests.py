"""What is sent to the portal and is no use to it: control characters in the address, and forms that are too large."""

import io

import pytest
from django.test import override_settings
from django.urls import reverse

from tests.chains import chain
from tests.factories import UserFactory
from tests.states import STATES

pytestmark = pytest.mark.django_db
PARAMETERS = (
    "q", "side", "tema", "omraade", "status", "behov", "initiativ", "moede", "verdensmaal", "sortering",
    "nummer", "koe", "invitation",
)  # fmt: skip
FIND = reverse("events:registration-find")


@pytest.mark.parametrize("state", ["catalogue", "idea", "sign-up", "search, hits"])
def test_control_characters_in_any_parameter_are_no_failure(client, state):
    """One middleware sees to it for all: a list, a page of a record, a form, a search. tests/security/test_fuzzing.py asks the rest."""
    path = STATES[state]().partition("?")[0]
    expected = client.get(path).status_code
    for bad in ("%00", "a%00b", "%1b%9f", "%ff%fe", "%ed%a0%80"):
        query = "&".join(f"{name}={bad}" for name in (*PARAMETERS, bad))
        assert client.get(f"{path}?{query}").status_code == expected, bad


def test_what_was_searched_for_is_shown_without_them(client):
    page = client.get(reverse("portal:search") + "?q=gr%C3%B8n%00strøm%07")
    assert "\x00" not in page.text
    assert 'value="grøn strøm"' in page.text


@pytest.mark.parametrize(
    "path",
    ["admin:events_event_changelist", "admin:events_registration_changelist", "admin:foundation_auditentry_changelist"],
)  # fmt: skip
def test_nor_are_they_in_the_admin(client, path):
    client.force_login(UserFactory(superuser=True))
    assert client.get(f"{reverse(path)}?q=%00").status_code == 200


def test_nor_in_an_events_registrations(client):
    client.force_login(UserFactory(superuser=True))
    path = reverse("admin:events_event_tilmeldinger", args=[chain().events[0].pk])
    assert client.get(f"{path}?q=%00&status=%00&punkt=%00&side=%00").status_code == 200


@pytest.mark.parametrize(
    "path", ["/arrangementer/%00/", "/ideer/%00/", "/temaer/%00/", "/tilmelding/%00/ret/", "/%00"]
)
def test_a_path_with_them_is_not_found(client, path):  # fmt: skip
    assert client.get(path).status_code == 404
    assert client.post(path).status_code in (404, 405)


@pytest.mark.parametrize(("extra", "status"), [(0, 200), (1, 413)])
def test_a_public_form_may_be_so_large_and_no_larger(client, settings, extra, status):
    frame = "email="
    body = frame + "a" * (settings.LARGEST_PUBLIC_FORM - len(frame) + extra)
    page = client.post(FIND, body, content_type="application/x-www-form-urlencoded")
    assert page.status_code == status


def test_what_is_too_large_gets_a_page_in_danish(client):
    page = client.post(FIND, {"email": "a" * 100_000})
    assert page.status_code == 413
    assert "Det, du sendte, fylder for meget" in page.text
    assert "Tilgængelighedserklæring" in page.text


def test_a_large_upload_is_refused_and_not_written_to_the_disk(client, settings):
    settings.FILE_UPLOAD_TEMP_DIR = "/findes-ikke"
    upload = io.BytesIO(b"0" * 10_000_000)
    upload.name = "stor.pdf"
    page = client.post(FIND, {"email": "aase@example.org", "fil": upload})
    assert page.status_code == 413


def test_too_many_fields_get_the_same_page(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 20
    page = client.post(FIND, {f"felt{number}": "1" for number in range(30)})
    assert page.status_code == 413
    assert "fylder for meget" in page.text


def test_any_other_bad_request_is_told_as_such(client):
    with override_settings(ALLOWED_HOSTS=["example.org"]):
        page = client.get("/")
    assert page.status_code == 400
    assert "Vi kunne ikke læse forespørgslen" in page.text


def test_staff_may_send_more(client, settings):
    client.force_login(UserFactory(superuser=True))
    page = client.post(reverse("admin:portal_news_add"), {"body": "a" * (settings.LARGEST_PUBLIC_FORM + 1)})
    assert page.status_code == 200
    page = client.post(
        reverse("admin:portal_news_add"), {"body": "a" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}
    )
    assert page.status_code == 413
