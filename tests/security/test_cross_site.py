"""Forms that another site sends in a visitor's or a colleague's name, and tokens in the wrong place."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation.guarded_forms import new_form_token, read_token
from erhvervspanel.foundation.models import OutgoingMail
from events.models import Registration
from ideas.models import Submission
from tests.events.test_registering import come, open_event
from tests.factories import UserFactory
from tests.forms import fields_of
from tests.security.addresses import every_address

pytestmark = pytest.mark.django_db
# The addresses that Django's own guard leaves to the form's signed token, or to the secret in the address.
WITHOUT_COOKIE = {
    "arrangementer/<slug>/tilmelding/", "foelg/ide/<reference>/", "foelg/initiativ/<slug>/", "foelg/tema/<year>/", "foelger/<str>/",
    "meld-et-behov/", "tilmelding/<str>/", "tilmelding/<str>/oplysninger/",
    "tilmelding/<str>/ret/", "tilmelding/find/",
}  # fmt: skip


def test_only_the_public_forms_do_without_the_cookie():
    """All else that takes a form is guarded by Django's own middleware, as no view says otherwise."""
    assert {each.route for each in every_address() if each.needs_no_cookie} == WITHOUT_COOKIE


def test_no_other_address_takes_a_form_without_a_token():
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory(superuser=True))
    taken = []
    for address in every_address():
        if not address.needs_no_cookie:
            path = address.path(iter(lambda: "1", None))
            if client.post(path).status_code not in (403, 404, 405):
                taken.append(address.route)
    assert taken == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_that_another_site_sends_is_refused(client, site):
    event, registration = open_event(), come(open_event())
    own = registration.get_absolute_url()
    pages = [f"{event.get_absolute_url()}tilmelding/", reverse("events:registration-find"), own, f"{own}ret/"]
    for path in [*pages, reverse("ideas:submission-form")]:
        refused = client.post(
            path, {"step": "slet", "email": "a@example.org"}, headers={"sec-fetch-site": site}
        )
        assert refused.status_code == 403, path
        assert "Du har ikke adgang til siden" in refused.text
        assert client.get(path, headers={"sec-fetch-site": site}).status_code == 200, path
    registration.refresh_from_db()
    assert registration.name
    assert mail.outbox == []


def filled(path: str, token: str, **given) -> dict:
    return {
        "name": "Åse",
        "email": "aase@example.org",
        "places": "1",
        "form_token": token,
        "checked": "1",
    } | given


def old_token(purpose: str) -> str:
    """As somebody has it who took a minute to fill the form in."""
    with time_machine.travel(timezone.now() - timedelta(minutes=1)):
        return new_form_token(purpose)


def test_a_token_is_good_for_what_it_was_made_for_and_nothing_else(client):
    event, other = open_event(), open_event()
    path = f"{event.get_absolute_url()}tilmelding/"
    wrong = [
        "find",
        "submission",
        f"sign-up {other.pk}",
        f"write up {event.pk}",
        f"walk in {event.pk}",
        "",
        "sign-up",
    ]
    for purpose in wrong:
        page = client.post(path, filled(path, old_token(purpose)))
        assert "Formularen er for gammel. Send den igen." in page.text, purpose
    assert not Registration.objects.exists()
    assert client.post(path, filled(path, old_token(f"sign-up {event.pk}"))).status_code == 302
    assert Registration.objects.get().event == event


@pytest.mark.parametrize("path", ["events:registration-find", "ideas:submission-form"])
def test_nor_is_an_events_token_good_for_the_other_forms(client, path):
    come(open_event(), email="aase@example.org")
    before = OutgoingMail.objects.count()
    token = old_token(f"sign-up {open_event().pk}")
    client.post(
        reverse(path), {"email": "aase@example.org", "company_name": "A", "need": "B", "form_token": token}
    )
    assert (OutgoingMail.objects.count(), Submission.objects.count()) == (before, 0)


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: f"{token}x", lambda token: "", lambda token: "a:b:c", lambda token: token.swapcase()])  # fmt: skip
def test_a_token_that_was_changed_is_none(change):
    assert read_token(change(new_form_token("find")), "find") is None


def test_a_token_is_worth_nothing_when_it_is_a_week_old():
    token = new_form_token("find")
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert read_token(token, "find") is None


@pytest.mark.parametrize("page", ["skriv-op", "doer-ny", "besked"])
def test_staffs_forms_take_no_token_of_another_form(client, page):
    client.force_login(UserFactory(superuser=True))
    event = open_event(capacity=9)
    come(event)
    before = OutgoingMail.objects.count()
    path = reverse(f"admin:events_event_{page}", args=[event.pk])
    given = fields_of(client.get(path)) | {
        "name": ["Åse"],
        "places": ["1"],
        "subject": ["Hej"],
        "text": ["Hej"],
        "confirmed": ["1"],
    }
    page = client.post(path, given | {"form_token": [new_form_token("find")]})
    assert "Formularen er for gammel" in page.text
    assert (Registration.objects.count(), OutgoingMail.objects.count()) == (1, before)
