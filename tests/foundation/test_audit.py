"""Who touched personal data: written down without the data, and changed by nobody."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation import audit, due_jobs
from erhvervspanel.foundation.models import AuditAction, AuditEntry
from tests.events.test_registering import come, open_event
from tests.factories import EventFactory, UserFactory

pytestmark = pytest.mark.django_db
A = AuditAction
LIST = reverse("admin:foundation_auditentry_changelist")


@pytest.fixture
def administrator(client):
    client.force_login(UserFactory(superuser=True))
    return client


def test_an_entry_tells_who_what_and_how_many():
    event, user = EventFactory(), UserFactory(staff=True)
    entry = audit.record(A.PRINTED, event, by=user, purpose="Deltagerliste", fields=("name",), rows=40)
    entry.refresh_from_db()
    told = (entry.action, entry.model, entry.key, entry.by, entry.purpose, entry.fields, entry.rows)
    assert told == (A.PRINTED, "events.event", str(event.pk), user, "Deltagerliste", ["name"], 40)
    assert timezone.now() - entry.at < timedelta(minutes=1)


def test_a_cpr_number_in_the_purpose_is_not_kept_and_a_long_one_is_cut():
    entry = audit.record(A.EXPORTED, by=None, purpose="Til 010190-1234 " + "x" * 300)
    assert entry.purpose.startswith("Til [CPR-nummer fjernet] xxx")
    assert len(entry.purpose) == 200


def test_an_entry_must_say_what_it_is_about():
    with pytest.raises(IntegrityError), transaction.atomic():
        audit.record(A.SEEN, by=None)


def test_what_was_rolled_back_was_not_done():
    with transaction.atomic():
        audit.record(A.CHANGED, EventFactory(), by=None)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


def test_entries_are_deleted_after_two_years_and_not_before():
    entry = audit.record(A.SEEN, by=None, purpose="Prøve")
    job = next(job for job in due_jobs.JOBS if job.name == "forget-audit")
    for age, left in ((timedelta(days=729), 1), (timedelta(days=732), 0)):
        with time_machine.travel(entry.at + age, tick=False):
            assert due_jobs.run_due((job,)) == ["forget-audit"]
        assert AuditEntry.objects.count() == left


def test_nobody_changes_an_entry_an_administrator_included(administrator):
    entry = audit.record(A.SEEN, EventFactory(), by=None)
    page = reverse("admin:foundation_auditentry_change", args=[entry.pk])
    assert administrator.get(page).status_code == 200
    assert administrator.post(page, {"purpose": "Noget andet"}).status_code == 403
    assert administrator.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert administrator.get(reverse("admin:foundation_auditentry_add")).status_code == 403
    administrator.post(LIST, {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"})
    assert AuditEntry.objects.get().purpose == ""


def test_staff_without_the_right_do_not_see_them(client):
    client.force_login(UserFactory(staff=True))
    assert client.get(LIST).status_code == 403


def test_the_account_of_somebody_in_the_log_cannot_be_deleted(administrator):
    user = UserFactory(staff=True)
    audit.record(A.SEEN, EventFactory(), by=user)
    administrator.post(reverse("admin:foundation_user_delete", args=[user.pk]), {"post": "yes"})
    user.refresh_from_db()
    assert AuditEntry.objects.get().by == user


def test_entries_are_found_by_person_thing_and_purpose(administrator):
    bente, anna = UserFactory(first_name="Bente"), UserFactory(first_name="Anna")
    event = EventFactory(pk=4711)
    audit.record(A.PRINTED, event, by=bente, purpose="Deltagerliste")
    audit.record(A.EXPORTED, EventFactory(), by=anna, purpose="Navneskilte")
    for query, purpose in (
        ("bente", "Deltagerliste"),
        ("4711", "Deltagerliste"),
        ("navneskilte", "Navneskilte"),
    ):
        found = administrator.get(LIST, {"q": query}).context["cl"].queryset
        assert [entry.purpose for entry in found] == [purpose]
    found = administrator.get(LIST, {"action__exact": A.EXPORTED}).context["cl"].queryset
    assert [entry.purpose for entry in found] == ["Navneskilte"]
    page = administrator.get(LIST)
    assert "arrangement 4711" in page.text
    assert "Hentet som fil" in page.text


def test_the_list_costs_the_same_however_long(administrator):
    def cost() -> int:
        audit.record(A.SEEN, EventFactory(), by=UserFactory())
        with CaptureQueriesContext(connection) as queries:
            administrator.get(LIST)
        return len(queries)

    cost()
    assert cost() == cost() == 7


def test_fields_are_told_in_danish(administrator):
    registration = come(open_event())
    audit.record(A.CHANGED, registration, by=None, fields=("name", "choices", "companions", "e-mail"))
    page = administrator.get(LIST).text
    assert "navn, valgte programpunkter, medfølgende, e-mail" in page
