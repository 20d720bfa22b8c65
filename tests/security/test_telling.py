"""That no answer tells who is registered, who has an account, or what is not public."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation.guarded_forms import new_form_token
from erhvervspanel.foundation.models import OutgoingMail
from events.actions import Duplicate, Full, register
from events.models import Registration
from tests.events.test_registering import come, open_event, party
from tests.forms import fields_of

pytestmark = pytest.mark.django_db


def find(client, email: str):
    with time_machine.travel(timezone.now() - timedelta(minutes=1)):
        token = new_form_token("find")
    return client.post(reverse("events:registration-find"), {"email": email, "form_token": token})


def work_of(ask) -> list[str]:
    """What the database is asked to do, by the kind of statement and its table."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        ask()
    return [
        " ".join(each["sql"].split()[:3]) for each in captured if "foundation_outgoingmail" in each["sql"]
    ]


def test_to_find_a_registration_costs_the_same_whether_or_not_there_is_one(client):
    """The mail is written out and put in the outbox in both cases; for nobody it is taken out again before it is seen."""
    registration = come(open_event(), email="aase@example.org")
    OutgoingMail.objects.all().delete()
    known = work_of(lambda: find(client, "aase@example.org"))
    assert OutgoingMail.objects.get().to == registration.email
    unknown = work_of(lambda: find(client, "ukendt@example.org"))
    assert OutgoingMail.objects.count() == 1
    assert known == ['INSERT INTO "foundation_outgoingmail"']
    assert unknown[:1] == known


def test_it_says_the_same(client):
    come(open_event(), email="aase@example.org")
    known, unknown = find(client, "aase@example.org"), find(client, "ukendt@example.org")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert client.get(known.url).content == client.get(unknown.url).content


def refusal(event, **kwargs) -> str:
    try:
        register(event, party(**kwargs), form_token=f"form {timezone.now().timestamp()}")
    except (Full, Duplicate) as error:
        return type(error).__name__
    return "registered"


def test_a_companys_used_up_share_does_not_tell_which_of_its_addresses_are_registered():
    event = open_event(capacity=9, most_per_company=1)
    register(event, party(email="aase@example.org", organisation="Værkstedet"), form_token="første")
    known = refusal(event, email="aase@example.org", organisation="Værkstedet")
    unknown = refusal(event, email="ukendt@example.org", organisation="Værkstedet")
    assert (known, unknown) == ("Full", "Full")


def test_a_companys_share_does_not_tell_how_many_of_it_come(client, monkeypatch):
    monkeypatch.setattr("erhvervspanel.foundation.guarded_forms.FASTEST", timedelta(0))
    event = open_event(capacity=9, most_per_company=4)
    for places, company in ((2, "Værkstedet"), (3, "Kroen")):
        register(event, party(places, organisation=company), form_token=company)
    address = reverse("events:sign-up", args=[event.slug])

    def answer(company: str) -> str:
        given = {"name": "Ib Juul", "email": "ib@example.org", "places": "3", "checked": "1"}
        form = fields_of(client.get(address)) | given | {"organisation": company}
        response = client.post(address, form)
        assert response.status_code == 409
        return response.text.split('<div class="stack stack--l">')[1].split("<form")[0]

    assert answer("Værkstedet") == answer("Kroen")
    assert "Hver virksomhed kan få højst 4 pladser" in answer("Kroen")
    assert Registration.objects.count() == 2


def test_a_secret_that_is_nearly_right_is_as_wrong_as_any(client):
    token = come(open_event()).token
    for wrong in (token[:-1], token.upper(), f"x{token}", "%20"):
        assert client.get(f"/tilmelding/{wrong}/").status_code == 404
        assert client.post(f"/tilmelding/{wrong}/", {"step": "slet"}).status_code == 404
    assert client.get(f"/tilmelding/{token}/").status_code == 200
