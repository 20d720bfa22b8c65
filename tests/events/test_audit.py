"""What staff do with a person's data is written down, by field and never by value."""

import pytest
from django.urls import reverse

from erhvervspanel.foundation.models import AuditAction, AuditEntry
from events.models import Registration
from tests.events.test_forgetting import columns_that_hold
from tests.events.test_registering import come, open_event
from tests.events.test_sign_up import hidden
from tests.factories import SessionFactory, UserFactory

pytestmark = pytest.mark.django_db
A = AuditAction


@pytest.fixture
def user():
    return UserFactory(superuser=True)


@pytest.fixture
def staff(client, user):
    client.force_login(user)
    return client


@pytest.fixture
def registration():
    return come(open_event(capacity=10), name="Åse Øst", email="aase@example.org")


def desk(registration) -> str:
    return reverse("admin:events_registration_desk", args=[registration.pk])


def entries() -> list[tuple]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", "model", "key", "by", "fields"))


@pytest.mark.parametrize("page", ["desk", "change"])
def test_opening_a_registration_is_written_down(staff, user, registration, page):
    url = reverse(f"admin:events_registration_{page}", args=[registration.pk])
    assert staff.get(url).status_code == 200
    assert entries() == [(A.SEEN, "events.registration", str(registration.pk), user.pk, [])]


def test_opening_the_list_is_written_down_with_how_many_it_showed(staff, user, registration):
    come(registration.event, email="bo@example.org")
    address = reverse("admin:events_registration_changelist")
    staff.get(address)
    staff.get(address, {"q": "aase@example.org"})
    told = AuditEntry.objects.order_by("pk").values_list("action", "by", "purpose", "rows")
    assert list(told) == [(A.SEEN, user.pk, "Åbnede listen over tilmeldinger", rows) for rows in (2, 1)]


def test_one_who_may_not_see_it_leaves_no_trace_of_having_seen(client, registration):
    client.force_login(UserFactory(staff=True))
    client.get(reverse("admin:events_registration_changelist"))
    for page in ("desk", "change"):
        assert (
            client.get(reverse(f"admin:events_registration_{page}", args=[registration.pk])).status_code
            == 403
        )
    assert entries() == []


def test_a_change_is_written_down_with_the_fields_and_not_what_stands_in_them(staff, user, registration):
    typed = {"step": "ret", "name": "Kanariefuglen", "places": "2", "organisation": ""}
    assert staff.post(desk(registration), typed).status_code == 302
    registration.refresh_from_db()
    assert (registration.name, registration.places) == ("Kanariefuglen", 2)
    [entry] = entries()
    assert entry == (A.CHANGED, "events.registration", str(registration.pk), user.pk, ["name", "places"])
    assert not [column for column in columns_that_hold("Kanariefuglen") if "audit" in column]


def test_what_hangs_on_the_registration_is_written_down_by_its_own_name(staff, user):
    event = open_event(asks_names=True)
    cafe = SessionFactory(event=event, kind="cafe")
    page = reverse("admin:events_event_skriv-op", args=[event.pk])
    typed = {"name": "Åse Øst", "places": "2", "companion_2": "Bo Vest", "sessions": [cafe.pk]}
    staff.post(page, hidden(staff.get(page)) | typed)
    added = next(entry for entry in entries() if entry[0] == A.ADDED)
    assert added[4] == ["name", "places", "companions", "choices"]


def test_a_corrected_address_is_written_down(staff, registration):
    staff.post(desk(registration), {"step": "e-mail", "email": "aase.oest@example.org"})
    registration.refresh_from_db()
    assert registration.email == "aase.oest@example.org"
    assert [(entry[0], entry[4]) for entry in entries()] == [(A.CHANGED, ["email"])]


def test_a_change_that_was_refused_is_none(staff, registration):
    page = staff.post(desk(registration), {"step": "ret", "name": "Bo", "places": "4000", "organisation": ""})
    assert page.status_code == 200
    come(registration.event, email="bo@example.org")
    page = staff.post(desk(registration), {"step": "e-mail", "email": "bo@example.org"})
    assert page.status_code == 200
    assert {entry[0] for entry in entries()} == {A.SEEN}


def test_writing_somebody_up_is_written_down(staff, user):
    event = open_event()
    url = reverse("admin:events_event_skriv-op", args=[event.pk])
    token = staff.get(url).context["form_token"]
    typed = {"name": "Åse Øst", "email": "", "places": "1", "organisation": "", "form_token": token}
    assert staff.post(url, typed).status_code == 302
    registration = Registration.objects.get()
    assert entries() == [(A.ADDED, "events.registration", str(registration.pk), user.pk, ["name"])]


def test_what_the_person_does_is_not_staffs(client, registration):
    client.get(registration.get_absolute_url())
    client.post(registration.get_absolute_url(), {"step": "meld-fra"})
    assert entries() == []
