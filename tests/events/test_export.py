"""Registrations as a file: for a purpose, without formulas, and never more than was asked for."""

import io

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from erhvervspanel.foundation.models import AuditEntry
from erhvervspanel.foundation.spreadsheets import read_sheet
from events.actions import cancel
from tests.events.test_registering import come, open_event
from tests.factories import SessionFactory, UserFactory

pytestmark = pytest.mark.django_db
EVIL = '=cmd|" /C calc"!A0'


@pytest.fixture
def staff(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def event():
    event = open_event(capacity=5, asks_names=True)
    cafe = SessionFactory(event=event, kind="cafe", title="Affald & energi")
    come(event, 2, name="Åse Øst", email="aase@example.org", companions=("李 小龍",), sessions=(cafe,))
    come(event, name=EVIL, organisation="+45 12 34")
    cancel(come(event, name="Fortrød"))
    return event


def page(event) -> str:
    return reverse("admin:events_event_hent", args=[event.pk])


def taken(staff, event, **given) -> bytes:
    answer = staff.post(
        page(event), {"states": ["confirmed"], "file_format": "xlsx", "purpose": "Bordkort"} | given
    )
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def rows(content: bytes) -> list[dict[str, str]]:
    with read_sheet(io.BytesIO(content)) as sheet:
        return [row.values for row in sheet.rows]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_file_has_those_asked_for_as_they_typed(staff, event, kind):
    found = rows(taken(staff, event, file_format=kind))
    assert [row["navn"] for row in found] == ["Åse Øst", EVIL]
    assert (found[0]["medfølgende"], found[0]["pladser"]) == ("李 小龍", "2")
    assert found[0]["programpunkter"] == event.sessions.get().with_hours(event)
    assert found[0]["programpunkter"].endswith(" Affald & energi")
    assert "e-mail" not in found[0]
    assert "aase@example.org" not in str(found)


def test_no_cell_of_the_file_is_a_formula(staff, event):
    sheet = openpyxl.load_workbook(io.BytesIO(taken(staff, event))).active
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert EVIL in [cell.value for cell in sheet["B"]]


def test_who_took_it_and_why_is_written_down_without_the_data(staff, event):
    assert "aase@example.org" in str(
        rows(taken(staff, event, with_email="on", purpose="Invitation til opfølgning"))
    )
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.purpose, entry.rows) == ("exported", "Invitation til opfølgning", 2)
    assert "e-mail" in entry.fields
    assert "Åse" not in str(vars(entry))


@pytest.mark.parametrize(
    ("given", "sentence"), [({"purpose": " "}, "Skriv, hvad filen"), ({"states": []}, "Vælg, hvem")]
)
def test_without_purpose_or_choice_there_is_no_file(staff, event, given, sentence):
    typed = {"states": ["waiting"], "file_format": "csv", "purpose": "Bordkort"} | given
    answer = staff.post(page(event), typed)
    assert sentence in answer.text
    assert not AuditEntry.objects.exists()


def test_it_takes_a_right_of_its_own(client, event):
    user = UserFactory(is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["view_registration", "change_registration"])
    )
    client.force_login(user)
    assert client.get(page(event)).status_code == 403
    desk = reverse("admin:events_event_tilmeldinger", args=[event.pk])
    assert "Hent som fil" not in client.get(desk).text
    user.user_permissions.add(Permission.objects.get(codename="export_registrations"))
    assert "Hent som fil" in client.get(desk).text
    assert client.get(page(event)).status_code == 200
