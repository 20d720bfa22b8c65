"""Too many sign-ups: nobody is let in, nothing is mailed, and nothing that was typed is lost."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from erhvervspanel.foundation import throttle
from erhvervspanel.foundation.models import AttemptCount, OutgoingMail
from erhvervspanel.foundation.throttle import ADDRESS, Limit
from events.models import Registration
from tests.events.test_registering import come, open_event
from tests.events.test_sign_up import address, hidden
from tests.factories import SessionFactory

pytestmark = pytest.mark.django_db
FIND = reverse("events:registration-find")


@pytest.fixture
def clock():
    """Five past twelve, standing still until it is moved."""
    with time_machine.travel(
        datetime.now(UTC).replace(hour=12, minute=5, second=0, microsecond=0), tick=False
    ) as traveller:
        yield traveller


@pytest.fixture
def few(monkeypatch):
    """A network that may try twice in ten minutes."""
    monkeypatch.setattr(throttle, "NETWORK", Limit(2, timedelta(minutes=10), throttle.NETWORK.sentence))


@pytest.fixture
def send(client, clock):
    """Fills in a form as a person does, and sends it."""

    def fetch_and_send(url: str, **typed):
        token = hidden(client.get(url))["form_token"]
        clock.shift(timedelta(seconds=10))
        return client.post(url, typed | {"form_token": token})

    return fetch_and_send


@pytest.fixture
def sign_up(send):
    def checked(event, email: str, **given):
        typed = {"name": "Åse Øst", "email": email, "places": "2", "organisation": "Værkstedet"}
        return send(address(event), **typed | {"checked": "1"} | given)

    return checked


def values(page) -> dict[str, str]:
    """What stands in the page's fields that people see."""
    tags = [tag for tag in re.findall(r"<input[^>]*>", page.text) if 'type="hidden"' not in tag]
    found = [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in tags]
    return {name[1]: unescape(value[1]) for name, value in found if name and value}


def test_beyond_the_networks_share_the_form_comes_again_with_all_that_was_typed(few, sign_up, clock):
    event = open_event(capacity=50)
    for number in (1, 2):
        assert sign_up(event, f"borger{number}@example.org").status_code == 302
    mails = OutgoingMail.objects.count()
    page = sign_up(event, "aase@example.org")
    assert page.status_code == 429
    assert page["Retry-After"] == str(5 * 60 - 30)
    assert "Prøv igen kl. " in page.text
    assert "Tilmeldingen blev ikke sendt" in page.text
    assert values(page) == {
        "name": "Åse Øst", "email": "aase@example.org", "places": "2", "organisation": "Værkstedet",
    }  # fmt: skip
    assert (Registration.objects.count(), OutgoingMail.objects.count()) == (2, mails)
    clock.shift(timedelta(minutes=5))
    again = sign_up(event, "aase@example.org")
    assert again.status_code == 302
    assert Registration.objects.count() == 3


def test_what_comes_again_can_be_sent_as_it_stands(few, sign_up, client, clock):
    event = open_event(capacity=50)
    for number in (1, 2):
        sign_up(event, f"borger{number}@example.org")
    page = sign_up(event, "aase@example.org")
    clock.shift(timedelta(minutes=10))
    token = hidden(page)["form_token"]
    checked = client.post(address(event), values(page) | {"form_token": token, "checked": "1"})
    assert checked.status_code == 302
    assert Registration.objects.filter(email="aase@example.org").count() == 1


def test_another_network_is_let_in(few, sign_up, client):
    event = open_event(capacity=50)
    for number in (1, 2):
        sign_up(event, f"borger{number}@example.org")
    client.defaults["REMOTE_ADDR"] = "192.0.2.9"
    assert sign_up(event, "aase@example.org").status_code == 302


def test_a_header_of_ones_own_is_no_other_network(few, sign_up, client):
    event = open_event(capacity=50)
    statuses = []
    for number in range(3):
        client.defaults["HTTP_X_FORWARDED_FOR"] = f"192.0.2.{number}"
        statuses.append(sign_up(event, f"borger{number}@example.org").status_code)
    assert statuses == [302, 302, 429]


def test_an_address_has_its_share_whoever_uses_it_and_however_it_is_written(sign_up, client):
    event = open_event(capacity=50)
    statuses = []
    for number in range(ADDRESS.most + 1):
        client.defaults["REMOTE_ADDR"] = f"192.0.2.{number}"
        statuses.append(sign_up(event, "Aase@Example.org" if number % 2 else "aase@example.org").status_code)
    assert statuses == [302] * ADDRESS.most + [429]
    assert Registration.objects.count() == 1


def test_looking_and_filling_in_are_not_counted(client, sign_up):
    event = open_event()
    client.get(address(event))
    sign_up(event, "hej")
    client.post(address(event), {"name": "Bo"})
    assert not AttemptCount.objects.exists()


def test_an_attempt_that_came_to_nothing_counts(sign_up):
    event = open_event(capacity=2)
    come(event)
    assert sign_up(event, "aase@example.org").status_code == 409
    # The network, and the address, for this and for all together.
    assert sorted(AttemptCount.objects.values_list("purpose", "count")) == [
        ("", 1),
        ("sign-up", 1),
        ("sign-up", 1),
    ]


@pytest.mark.parametrize("given", [0, ADDRESS.most])
def test_known_and_unknown_addresses_get_the_same_answer(send, given):
    come(open_event(), email="kendt@example.org")
    answers = []
    for email in ("kendt@example.org", "ukendt@example.org"):
        for _ in range(given):
            assert send(FIND, email=email).status_code == 302
        page = send(FIND, email=email)
        answers.append(
            (
                page.status_code,
                page.get("Location"),
                re.sub(r'value="[^"]*"', "", page.text),
                len(AttemptCount.objects.values_list("key").distinct()),
            )
        )
    assert answers[0][:3] == answers[1][:3]
    assert answers[0][0] == (429 if given else 302)


def test_asking_for_the_link_too_often_mails_nothing_and_keeps_the_address(send, clock):
    registration = come(open_event(), email="aase@example.org")
    for _ in range(ADDRESS.most):
        send(FIND, email="aase@example.org")
        clock.shift(timedelta(minutes=5))
    links = OutgoingMail.objects.filter(to=registration.email, kind="link").count()
    clock.shift(timedelta(minutes=15))  # a mail of its own would be due
    page = send(FIND, email="aase@example.org")
    assert page.status_code == 429
    assert values(page) == {"email": "aase@example.org"}
    assert OutgoingMail.objects.filter(to=registration.email, kind="link").count() == links


def test_the_mail_is_sent_again_so_many_times_and_no_more(client, clock):
    registration = come(open_event())
    for _ in range(ADDRESS.most):
        answer = client.post(registration.get_absolute_url(), {"step": "send-igen"})
        assert (answer.status_code, answer["Location"]) == (302, f"{registration.get_absolute_url()}?sendt=1")
    mails = OutgoingMail.objects.count()
    clock.shift(timedelta(minutes=50))
    page = client.post(registration.get_absolute_url(), {"step": "send-igen"})
    assert page.status_code == 429
    assert page["Retry-After"] == str(5 * 60)
    assert "E-mailen er blevet brugt mange gange" in page.text
    assert page["Referrer-Policy"] == "no-referrer"
    assert OutgoingMail.objects.count() == mails
    assert client.post(registration.get_absolute_url(), {"step": "meld-fra"}).status_code == 302


@pytest.mark.parametrize("field", ["name", "organisation", "companion_2"])
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Bo 010190-1234", "Det ligner et CPR-nummer. Slet det"),
        ("Bo 0101901234", "Det ligner et CPR-nummer. Slet det"),
        ("Bo\x00", "Der er tegn, som ikke kan læses"),
        ("Bo\x1b", "som ikke kan læses. Skriv det igen"),
    ],
)
def test_cpr_numbers_and_unreadable_text_are_refused_in_every_free_field(sign_up, field, typed, sentence):
    event = open_event(asks_names=True)
    page = sign_up(event, "aase@example.org", **{"companion_2": "Bo", field: typed})
    assert page.status_code == 200
    assert sentence in page.text
    assert not Registration.objects.exists()


@pytest.fixture
def right(client, clock):
    """All that a form for those invited asks for, as it is sent when it has been checked, and where to."""
    event = open_event(asks_access=True, audience="invited")
    way_in = f"{address(event)}?invitation={event.invitation}"
    [token] = hidden(client.get(way_in))["form_token"]
    clock.shift(timedelta(seconds=10))
    return way_in, {
        "name": "Bo", "organisation": "Værkstedet", "email": "bo@example.org", "places": "1", "access": "live_text",
        "sessions": str(SessionFactory(event=event, kind="cafe").pk), "invitation": event.invitation,
        "form_token": token, "checked": "1",
    }  # fmt: skip


@pytest.mark.parametrize(
    "field",
    ["name", "organisation", "email", "places", "access", "sessions", "invitation", "form_token", "website"],
)
def test_a_nul_in_any_field_is_no_failure(client, right, field):
    way_in, typed = right
    assert client.post(way_in, typed | {field: typed.get(field, "") + "\x00"}).status_code == 200
    assert not Registration.objects.exists()


@pytest.mark.parametrize("field", ["checked", "koe", "cafekoe", "\x00"])
def test_a_nul_in_what_is_not_kept_is_in_nobodys_way(client, right, field):
    way_in, typed = right
    assert client.post(way_in, typed | {field: "1\x00"}).status_code == 302
    assert Registration.objects.get().name == "Bo"
