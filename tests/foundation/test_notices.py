"""What forms tell of the use of what is written in them."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from erhvervspanel.portal.forms import FollowForm
from events.forms import RegistrationForm
from events.models import Registration
from ideas.forms import SubmissionForm
from ideas.models import Submission
from tests.events.test_registering import open_event
from tests.factories import IdeaFactory
from tests.forms import fields_of

pytestmark = pytest.mark.django_db
TEMPLATES = Path(settings.BASE_DIR, "templates")
# What was shown under a version stays as it was. Another text is another file with another version.
TEXTS = {
    "events/notices/2026-11.html": "5cea827ddc9c02505fe93ab3ba9822d083d8518c3574160f3ce76cfb5a038969",
    "events/notices/2026-12.html": "987c3fb931f1de45360b27b01863be343482693420bf91eb02c0a9b4be0b8059",
    "events/notices/2027-01.html": "989aa825ee08aa8ee59a41fe38082e105546169ca5e57002dd5bce3fb7cf8aea",
    "ideas/notices/2026-11.html": "efec5a9a056ab936dd2005f4b0b5c01090bbfb53921bde1ec4a6be6d50cfe82c",
    "ideas/notices/2026-12.html": "d0c469b8d6e8ced9bcd4ab234cd38b3a28a186cb2c09ab78197fadebfbf8012f",
    "ideas/notices/2027-01.html": "5799978902ac479026f1fe2b095a112f65bc3ad6b0510781511018798a513583",
    "portal/notices/2026-12.html": "91e87a137b9517416c77fc997903808470b40993f805d10cb8f8fdd3a1cad90f",
}
NOTICES = [RegistrationForm.notice, SubmissionForm.notice, FollowForm.notice]


def texts() -> dict[str, str]:
    return {
        str(path.relative_to(TEMPLATES)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in TEMPLATES.glob("*/notices/*")
    }


def test_what_was_shown_under_a_version_is_never_changed():
    assert texts() == TEXTS


@pytest.mark.parametrize("notice", NOTICES, ids=str)
def test_the_newest_is_shown(notice):
    assert notice.template == max(path for path in texts() if path.startswith(notice.folder))


FORMS = {
    "sign-up": lambda: reverse("events:sign-up", args=[open_event().slug]),
    "need": lambda: reverse("ideas:submission-form"),
    "follow": lambda: reverse("portal:follow-idea", args=[IdeaFactory().reference]),
}


@pytest.mark.parametrize(
    ("where", "basis", "right"),
    [
        ("sign-up", "litra e", "gøre indsigelse"),
        ("need", "litra e", "gøre indsigelse"),
        ("follow", "litra a", "trække samtykket tilbage"),
    ],
)
def test_a_form_tells_all_that_article_13_asks_for(client, where, basis, right):
    address = FORMS[where]()
    [notice] = client.get(address).text.split('aria-labelledby="privat"')[1].split("</section>")[:1]
    told = [part.split("</dt>")[0] for part in notice.split("<dt>")[1:]]
    assert told == [
        "Dataansvarlig",
        "Databeskyttelsesrådgiver",
        "Formål",
        "Oplysninger",
        "Grundlag",
        "Modtagere",
        "Sletning",
        "Rettigheder",
        "Klage",
    ]
    for words in (settings.DPO_EMAIL, settings.REPLY_TO_EMAIL, basis, right, "Datatilsynet"):
        assert words in notice


def test_a_form_tells_of_what_it_asks_for(client):
    bare, full = open_event(), open_event(asks_names=True, asks_access=True)
    pages = [client.get(reverse("events:sign-up", args=[event.slug])).text for event in (bare, full)]
    for words in ("navnene på dem, du har med", "den hjælp, du beder om", "senest en uge efter"):
        assert [words in page.split('id="privat"')[1] for page in pages] == [False, True]


def test_who_was_shown_a_notice_has_its_version(client, monkeypatch):
    monkeypatch.setattr("erhvervspanel.foundation.guarded_forms.FASTEST", timedelta(0))
    event, address = open_event(), reverse("ideas:submission-form")
    sign_up = reverse("events:sign-up", args=[event.slug])
    given = fields_of(client.get(sign_up)) | {"name": "Åse Øst", "email": "ase@example.org", "checked": "1"}
    client.post(sign_up, given)
    client.post(
        address,
        fields_of(client.get(address)) | {"company_name": "Firma", "need": "Ro", "email": "ase@example.org"},
    )
    assert Registration.objects.get().notice_version == RegistrationForm.notice.version
    assert Submission.objects.get().notice_version == SubmissionForm.notice.version
