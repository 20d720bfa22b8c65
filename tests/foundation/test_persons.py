"""All about one person, told and erased in one place."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation import persons
from erhvervspanel.foundation.models import AuditEntry, Erasure
from erhvervspanel.foundation.persons_page import PERMISSION
from events.actions import capacity_problems, register_for
from events.models import Registration
from ideas.models import Submission
from ideas.persons import Submissions
from tests.events.test_forgetting import columns_that_hold
from tests.events.test_registering import come, open_event, party
from tests.factories import SessionFactory, UserFactory
from tests.ideas.committee.conftest import with_rights
from tests.ideas.test_submissions import submitted

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:foundation_person")
WHO = "kanariefuglen@example.org"


@pytest.fixture
def person():
    """Somebody who has registered twice and told of a need."""
    event = open_event(capacity=9, asks_names=True)
    cafe = SessionFactory(event=event, kind="cafe", title="Affald")
    given = {"name": "Kanariefuglen", "email": f" {WHO.upper()}"}
    come(event, 2, sessions=(cafe,), companions=("Kanariefuglens ven",), access=("live_text",), **given)
    come(open_event(confirms_email=True), **given)
    come(event, name="En anden")
    return submitted(contact_name="Kanariefuglen", email=WHO)


def test_all_that_is_kept_is_told(person):
    told = persons.told_of(WHO)
    assert [each.what.split()[0] for each in told] == [
        "Tilmelding",
        "Tilmelding",
        "Indmeldt",
        "Mail",
        "Mail",
        "Mail",
    ]
    first = told[0].fields
    assert (first["Navn"], first["Medfølgende"]) == ("Kanariefuglen", "Kanariefuglens ven")
    assert first["Programpunkter"].endswith(" Affald")
    assert first["Hjælp til at deltage"] == "Skrivetolk"
    assert "En anden" not in str(told)


def test_those_without_an_address_are_found_and_erased_by_number(client):
    client.force_login(UserFactory(superuser=True))
    one, other = (
        register_for(
            open_event(),
            party(name=name, email=""),
            form_token=name,
            by=UserFactory(staff=True),
            override_reason="Døren",
        )
        for name in ("Åse", "Bo")
    )
    given = {"who": one.reference.lower(), "purpose": "Sag 2026-117"}
    assert "Åse" in client.post(PAGE, given).text
    client.post(PAGE, given | {"slet": "1"})
    assert [Registration.objects.get(pk=row.pk).name for row in (one, other)] == ["", "Bo"]
    assert "Skriv en e-mail eller et nummer på 7" in client.post(PAGE, given | {"who": "Åse"}).text


def test_all_that_names_the_person_is_erased_and_no_one_else(person):
    assert (
        persons.in_words(persons.erase(WHO))
        == "0 ønsker om hjælp til at deltage, 2 tilmeldinger, 0 beskeder til tilmeldte, 1 indmeldt behov, 0 følgere, 0 mails"
    )
    assert columns_that_hold("kanariefugl") == []
    assert persons.told_of(WHO) == []
    assert Submission.objects.get().need
    assert capacity_problems() == []


def test_staff_hand_out_and_erase_with_a_purpose_that_is_logged(client, person):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    page = client.post(PAGE, {"who": WHO, "purpose": ""})
    assert "Skriv anledningen" in page.text
    assert "Kanariefuglens ven" not in page.text
    page = client.post(PAGE, {"who": WHO, "purpose": "Sag 2026-117"})
    assert "Kanariefuglens ven" in page.text
    page = client.post(PAGE, {"who": WHO, "purpose": "Sag 2026-117", "slet": "1"})
    assert "2 tilmeldinger, 1 indmeldt behov" in page.text
    assert "har intet gemt" in page.text
    logged = AuditEntry.objects.order_by("pk")
    assert [(entry.action, entry.purpose) for entry in logged] == [
        ("handed_out", "Sag 2026-117"),
        ("erased", "Sag 2026-117"),
    ]
    assert columns_that_hold("kanariefugl") == []


def test_it_is_handed_out_as_a_file_that_is_logged(client, person):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    page = client.post(PAGE, {"who": WHO, "purpose": "Sag 2026-117"})
    assert 'name="fil"' in page.text
    file = client.post(PAGE, {"who": WHO, "purpose": "Sag 2026-117", "fil": "1"})
    assert file["Content-Type"] == "application/json"
    assert file["Content-Disposition"] == 'attachment; filename="personoplysninger.json"'
    assert "no-store" in file["Cache-Control"]
    told = [(thing["hvad"], thing["felter"]) for thing in json.loads(file.text)["oplysninger"]]
    assert told == [(each.what, each.fields) for each in persons.told_of(WHO)]
    assert "Kanariefuglens ven" in file.text
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.purpose, entry.rows) == ("exported", "Sag 2026-117", 6)
    assert {"Navn", "CVR-nummer", "Tekst"} <= set(entry.fields)
    page = client.post(PAGE, {"who": "ukendt@example.org", "purpose": "Sag 2026-118", "fil": "1"})
    assert "har intet gemt" in page.text


def test_a_look_up_that_finds_nothing_is_logged_too(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    client.post(PAGE, {"who": WHO, "purpose": "Sag 2026-117"})
    client.post(PAGE, {"who": WHO, "purpose": "Sag 2026-118", "slet": "1"})
    logged = AuditEntry.objects.order_by("pk")
    assert list(logged.values_list("action", "purpose", "rows")) == [
        ("handed_out", "Sag 2026-117", 0),
        ("erased", "Sag 2026-118", 0),
    ]


def test_what_is_erased_is_what_is_shown_whatever_is_typed_meanwhile(client, person):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    page = client.post(PAGE, {"who": WHO, "purpose": "Sag 2026-117"})
    erasing = page.text.partition('name="slet"')[0].rpartition("<form")[2]
    assert f'name="who" value="{WHO}"' in erasing
    assert f"Slet det, der nævner {WHO}" in page.text


def test_the_log_is_not_told_who_it_was(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    page = client.post(PAGE, {"who": WHO, "purpose": f"Åse spørger, {WHO}"})
    assert "Skriv ikke, hvem det er" in page.text
    assert not AuditEntry.objects.exists()


def test_what_is_still_shown_after_an_erasure_is_logged(client):
    event = open_event(ends_at=timezone.now() + timedelta(days=22))
    come(event, email=WHO)
    with time_machine.travel(event.starts_at + timedelta(minutes=1)):
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        page = client.post(PAGE, {"who": WHO, "purpose": "Sag 2026-117", "slet": "1"})
    assert "er slettet: 1 mail." in page.text
    assert f"Tilmelding til {event.title}" in page.text
    logged = AuditEntry.objects.order_by("pk")
    assert [(entry.action, entry.rows, "Navn" in entry.fields) for entry in logged] == [
        ("erased", 1, False),
        ("handed_out", 1, True),
    ]


def test_an_erasure_that_breaks_off_has_erased_nothing_and_is_done_again_as_a_whole(
    client, person, monkeypatch
):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    given = {"who": WHO, "purpose": "Sag 2026-117", "slet": "1"}

    def refuse(*arguments):
        raise RuntimeError("midt i det hele")

    with monkeypatch.context() as broken:
        broken.setattr(Submissions, "erase", refuse)
        with pytest.raises(RuntimeError):
            client.post(PAGE, given)
    assert len(persons.told_of(WHO)) == 6
    assert not Erasure.objects.exists()
    assert "2 tilmeldinger, 1 indmeldt behov" in client.post(PAGE, given).text
    assert AuditEntry.objects.get().rows == 3


@pytest.mark.parametrize("asked", ["Info@Blåbær.dk", "info@xn--blbr-roah.dk", "info@bla\u030abær.dk"])
def test_a_person_is_the_same_however_the_address_is_written(asked):
    for number, written in enumerate(("info@blåbær.dk", "INFO@xn--blbr-roah.dk", "info@bla\u030abær.dk")):
        come(open_event(), email=written)
        submitted(f"form-{number}", email=written)
    come(open_event(), email="info@blabaer.dk")
    assert len(persons.told_of(asked)) == 12
    assert (
        persons.in_words(persons.erase(asked))
        == "0 ønsker om hjælp til at deltage, 3 tilmeldinger, 0 beskeder til tilmeldte, 3 indmeldte behov, 0 følgere, 0 mails"
    )
    assert columns_that_hold("xn--") == columns_that_hold("blåbær") == columns_that_hold("bla\u030a") == []
    assert len(persons.told_of("info@blabaer.dk")) == 2


def test_it_takes_a_right_of_its_own(client):
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_auditentry"))
    client.force_login(user)
    assert client.get(PAGE).status_code == 403
    assert "Udlevér" not in client.get(reverse("admin:foundation_auditentry_changelist")).text
    user.user_permissions.add(Permission.objects.get(codename="handle_person"))
    assert client.get(PAGE).status_code == 200
    assert "Udlevér" in client.get(reverse("admin:foundation_auditentry_changelist")).text


def test_the_start_page_leads_there_for_those_who_may(client):
    assert f'href="{PAGE}"' in with_rights(client, PERMISSION).get("/admin/").text
    assert PAGE not in with_rights(client).get("/admin/").text
