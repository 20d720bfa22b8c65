"""The page behind the secret link."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation.models import OutgoingMail
from events.actions import cancel, correct_email, erase
from events.models import Event, Registration, RegistrationState
from events.persons import facts_of
from tests.events.test_registering import come, open_event
from tests.factories import UserFactory
from tests.forms import fields_of

pytestmark = pytest.mark.django_db
S = RegistrationState


def fingerprint() -> tuple:
    return (
        list(Registration.objects.order_by("pk").values_list("pk", "state", "held_until")),
        list(Event.objects.values_list("seats_taken", flat=True)),
        OutgoingMail.objects.count(),
    )


def test_looking_changes_nothing_whoever_looks(client):
    event = open_event(confirms_email=True, capacity=1)
    for registration in (come(event), come(event, wait=True)):
        before = fingerprint()
        for method in (client.get, client.head, client.options):
            method(registration.get_absolute_url())
        assert fingerprint() == before


def test_the_page_is_for_one_and_for_no_search_engine(client):
    page = client.get(come(open_event()).get_absolute_url())
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Robots-Tag"] == "noindex"
    assert "no-store" in page["Cache-Control"]
    assert 'rel="canonical"' not in page.text


@pytest.mark.parametrize("token", ["findes-ikke", "A" * 32, "%00", "a" * 500])
def test_a_wrong_link_is_not_found(client, token):
    come(open_event())
    assert client.get(f"/tilmelding/{token}/").status_code == 404


@pytest.mark.parametrize("page", ["", "ret/", "oplysninger/"])
@pytest.mark.parametrize("over", ["corrected", "erased"])
def test_a_link_that_is_superseded_does_nothing_and_says_why(client, over, page):
    registration = come(open_event())
    link = registration.get_absolute_url() + page
    if over == "corrected":
        correct_email(registration, "rigtig@example.org", by=UserFactory())
    else:
        erase(registration)
    before = fingerprint()
    for answer in (client.get(link), client.post(link, {"step": "meld-fra"})):
        assert answer.status_code == 404
        assert "Linket virker ikke mere" in answer.text
        assert f'href="{reverse("events:registration-find")}"' in answer.text
        assert answer["Referrer-Policy"] == "no-referrer"
    assert fingerprint() == before


@pytest.mark.parametrize(
    ("state", "step", "after"),
    [
        (S.PENDING, "bekraeft", S.CONFIRMED),
        (S.PENDING, "meld-fra", S.CANCELLED),
        (S.OFFERED, "ja", S.CONFIRMED),
        (S.OFFERED, "nej", S.DECLINED),
        (S.CONFIRMED, "meld-fra", S.CANCELLED),
        (S.WAITING, "meld-fra", S.CANCELLED),
        (S.CONFIRMED, "noget andet", S.CONFIRMED),
    ],
)
def test_a_button_does_what_it_says(client, state, step, after):
    event = open_event(confirms_email=state == S.PENDING, capacity=1)
    registration = come(event)
    if state in (S.WAITING, S.OFFERED):
        seated, registration = registration, come(event, wait=True)
        if state == S.OFFERED:
            client.post(seated.get_absolute_url(), {"step": "meld-fra"})
    registration.refresh_from_db()
    assert registration.state == state
    response = client.post(registration.get_absolute_url(), {"step": step}, follow=True)
    registration.refresh_from_db()
    assert registration.state == after
    assert response.status_code == 200


def test_a_step_that_is_not_possible_is_explained(client):
    registration = come(open_event())
    page = client.post(registration.get_absolute_url(), {"step": "nej"})
    assert "ikke noget tilbud" in page.text


def test_those_who_wait_see_their_place(client):
    event = open_event(capacity=1)
    come(event)
    come(event, wait=True)
    second = come(event, wait=True)
    assert "Du er nummer 2 i køen" in client.get(second.get_absolute_url()).text


def test_who_are_more_than_there_are_seats_in_all_are_told_what_to_do(client):
    event = open_event(capacity=3)
    waiting = come(event, 4, wait=True)
    page = client.get(waiting.get_absolute_url()).text
    assert "Der er kun 3. Ret antallet" in page
    assert "i køen. Du får en mail" not in page


def test_more_seats_go_to_the_queue_when_staff_save_the_event(client):
    event = open_event(capacity=1, promotion="straight")
    come(event)
    waiting = come(event, wait=True)
    client.force_login(UserFactory(staff=True, superuser=True))
    url = reverse("admin:events_event_change", args=[event.pk])
    page = client.get(url).context
    fields = {field.html_name: field.value() for field in page["adminform"].form if field.value()}
    for name in ("publish_at", "starts_at", "ends_at", "registration_opens_at", "registration_closes_at"):
        moment = fields.pop(name)
        fields |= {f"{name}_0": f"{moment:%Y-%m-%d}", f"{name}_1": f"{moment:%H:%M:%S}"}
    for formset in page["inline_admin_formsets"]:
        fields |= {field.html_name: field.value() or 0 for field in formset.formset.management_form}
    response = client.post(url, fields | {"capacity": 2})
    assert response.status_code == 302, response.context["errors"]
    waiting.refresh_from_db()
    assert waiting.state == S.CONFIRMED


def test_who_asks_for_the_link_again_is_told_that_it_is_on_its_way(client):
    registration = come(open_event())
    assert "Vi har sendt linket" not in client.get(registration.get_absolute_url()).text
    page = client.post(registration.get_absolute_url(), {"step": "send-igen"}, follow=True)
    assert "Vi har sendt linket til din e-mail" in page.text


def test_what_cannot_be_undone_says_so(client):
    pending = client.get(come(open_event(confirms_email=True)).get_absolute_url()).text
    assert "sletter vi tilmeldingen med det samme. Det kan ikke fortrydes." in pending
    confirmed = client.get(come(open_event(), 2).get_absolute_url()).text
    assert "Pladserne går videre til andre med det samme. Det kan ikke fortrydes." in confirmed
    event = open_event(capacity=1)
    come(event)
    waiting = client.get(come(event, wait=True).get_absolute_url()).text
    assert "Du mister din plads i køen. Det kan ikke fortrydes." in waiting


def test_two_who_change_the_same_are_told_and_can_send_it_again(client):
    registration = come(open_event(capacity=5))
    page = reverse("events:registration-change", args=[registration.token])
    opened = fields_of(client.get(page))
    client.post(page, opened | {"places": "2"})
    refused = client.post(page, opened | {"name": "Nyt Navn"})
    assert "er ændret, siden du åbnede siden" in refused.text
    assert 'value="Nyt Navn"' in refused.text
    client.post(page, fields_of(refused) | {"places": "2"})
    registration.refresh_from_db()
    assert (registration.name, registration.places) == ("Nyt Navn", 2)


def test_who_leaves_the_queue_meanwhile_has_no_place_in_it():
    event = open_event(capacity=0)
    _first, second = come(event, wait=True), come(event, wait=True)
    assert second.queue_place() == 2
    cancel(Registration.objects.get(pk=second.pk))
    assert second.queue_place() == 2  # as it was read: no failure


def test_what_one_needs_to_take_part_is_shown_and_can_be_changed(client):
    registration = come(open_event(asks_access=True), access=("companion",))
    assert "Hjælp til at deltage" in client.get(registration.get_absolute_url()).text
    change = reverse("events:registration-change", args=[registration.token])
    fields = fields_of(client.get(change))
    assert fields["access"] == ["companion"]
    client.post(change, fields | {"access": ["sign_language"]})
    assert registration.access_needs.get().service == "sign_language"
    assert registration.changes.count() == 1  # the log outlives what is told here
    client.post(change, fields_of(client.get(change)) | {"access": []})
    assert not registration.access_needs.exists()


@pytest.mark.parametrize("state", [S.CANCELLED, S.ATTENDED])
def test_a_registration_that_cannot_be_changed_has_no_form(client, state):
    registration = come(open_event())
    Registration.objects.filter(pk=registration.pk).update(state=state)
    page = client.get(reverse("events:registration-change", args=[registration.token]))
    assert (page.status_code, page["Location"]) == (302, registration.get_absolute_url())


# What says nothing of the person: keys, secrets, and what is another writing of a field that is told.
NOT_TOLD = {"id", "event", "email_key", "organisation_key", "form_token", "token_version", "token_hash"}


@pytest.mark.parametrize(
    "field",
    [field for field in Registration._meta.concrete_fields if field.name not in NOT_TOLD],
    ids=lambda field: field.name,
)
def test_whatever_is_kept_of_a_person_is_told(client, field):
    registration = come(open_event(), organisation="Værkstedet")
    before = facts_of(registration)
    other = {
        "CharField": "lapsed",
        "EmailField": "ny@example.org",
        "PositiveSmallIntegerField": 1234,
        "DateTimeField": timezone.now() + timedelta(days=2),
    }[field.get_internal_type()]
    setattr(registration, field.name, other)
    told = dict(facts_of(registration).items() - before.items())
    assert told
    Registration.objects.filter(pk=registration.pk).update(**{field.name: other})
    page = client.get(reverse("events:registration-data", args=[registration.token]))
    if field.name != "reference":  # the link is made of it
        assert all(value in page.text for value in told.values())
