"""What was erased stays erased, though a restored backup brings it back."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from erhvervspanel.foundation import due_jobs, erasures, persons
from erhvervspanel.foundation.backups import erasure_list
from erhvervspanel.foundation.models import Erasure, OutgoingMail
from erhvervspanel.foundation.outbox import post
from events.actions import capacity_problems, erase
from events.models import Registration
from events.persons import Registrations
from ideas.models import Submission
from tests.events.test_forgetting import columns_that_hold
from tests.events.test_registering import come, open_event
from tests.factories import UserFactory
from tests.foundation.backups.conftest import KEY
from tests.ideas.test_submissions import submitted

pytestmark = pytest.mark.django_db
WHO = "kanariefuglen@example.org"
PERSON = {"name": "Kanariefuglen", "email": WHO}


def test_what_is_erased_is_noted_by_what_names_nobody():
    registration = come(open_event(), **PERSON)
    submission = submitted(contact_name="Kanariefuglen", email=WHO)
    post(
        "initiatives/emails/stale",
        key="en",
        to=WHO,
        subject="Hej",
        context={"owner": UserFactory(), "initiatives": []},
    )
    mail = OutgoingMail.objects.get(key="en")
    persons.erase(WHO)
    assert {(each.thing, each.key) for each in erasures.noted()} == {
        ("events.registration", registration.reference),
        ("ideas.submission", submission.reference),
        ("foundation.outgoingmail", mail.message_id),
    }
    assert columns_that_hold("kanariefugl") == []


def test_who_comes_back_is_told_of_and_erased_again():
    registration = come(open_event(), 2, **PERSON)
    erase(Registration.objects.get())
    Registration.objects.filter(pk=registration.pk).update(name=registration.name, email=WHO)
    with pytest.raises(CommandError):
        call_command("check_retention", stdout=(told := StringIO()))
    assert told.getvalue() == "1 tilmelding, der var slettet og er kommet igen\n"
    assert persons.purge(dry_run=True)[Registrations.names] == 1
    assert persons.purge()[Registrations.names] == 1
    assert columns_that_hold("kanariefugl") == []
    assert persons.overdue() == []
    assert persons.purge()[Registrations.names] == 0


@pytest.mark.parametrize(("days", "state"), [(-1, "cancelled"), (1, "confirmed")])
def test_a_registration_is_erased_again_as_it_was_then(days, state):
    """Erased before the event, it gives its seat back, also when the event is over by now; erased after it, it does not."""
    event = open_event()
    registration = come(event, **PERSON)
    erasures.note("events.registration", [registration.reference])
    Erasure.objects.update(at=event.starts_at + timedelta(days=days))
    with time_machine.travel(event.starts_at + timedelta(days=2)):
        persons.purge()
    registration.refresh_from_db()
    assert (registration.name, registration.state) == ("", state)
    assert capacity_problems() == []


def test_a_registration_is_erased_again_while_the_event_goes_on():
    event = open_event()
    registration = come(event, **PERSON)
    erasures.note("events.registration", [registration.reference])
    with time_machine.travel(event.starts_at + timedelta(hours=1)):
        persons.purge()
    assert columns_that_hold("kanariefugl") == []


def test_submissions_and_mails_are_erased_again():
    submission = submitted(contact_name="Kanariefuglen", email=WHO)
    post(
        "initiatives/emails/stale",
        key="en",
        to=WHO,
        subject="Hej",
        context={"owner": UserFactory(), "initiatives": []},
    )
    erasures.note("ideas.submission", [submission.reference])
    erasures.note("foundation.outgoingmail", [OutgoingMail.objects.get(key="en").message_id])
    assert sorted(persons.overdue()) == [
        "1 indmeldt behov, der var slettet og er kommet igen",
        "1 mail, der var slettet og er kommet igen",
    ]
    persons.purge()
    assert columns_that_hold("kanariefugl") == []
    assert Submission.objects.get().need


def test_an_erasure_is_forgotten_when_no_backup_can_undo_it(settings):
    erasures.note("events.registration", ["K7F3QX2"])
    job = next(job for job in due_jobs.JOBS if job.name == "forget-erasures")
    for days, left in ((settings.BACKUP_DAYS, 1), (settings.BACKUP_DAYS + 2, 0)):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            assert due_jobs.run_due((job,)) == ["forget-erasures"]
        assert Erasure.objects.count() == left


def test_the_list_knows_what_the_database_has_lost(settings, tmp_path):
    settings.BACKUP_KEY = KEY
    erasures.note("events.registration", ["FOERSTE"])
    assert erasure_list.keep(tmp_path) == 1
    Erasure.objects.all().delete()  # a backup from before it is restored
    erasures.note("events.registration", ["ANDEN22"])
    assert erasure_list.keep(tmp_path) == 2
    listed, at = erasure_list.read(tmp_path / erasure_list.FILE)
    assert [each.key for each in listed] == ["ANDEN22", "FOERSTE"]
    assert timezone.now() - at < timedelta(minutes=5)
    with time_machine.travel(timezone.now() + timedelta(days=settings.BACKUP_DAYS + 2)):
        Erasure.objects.all().delete()
        assert erasure_list.keep(tmp_path) == 0
