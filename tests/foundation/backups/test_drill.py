"""The drill: a portal is backed up, destroyed, and comes back with every row and every file, and nothing but what the law wants
gone and what must not be sent."""

import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from erhvervspanel.foundation import persons
from erhvervspanel.foundation.backups import aftermath, database, make_backup
from erhvervspanel.foundation.backups.inspection import verified
from erhvervspanel.foundation.backups.programs import newest
from erhvervspanel.foundation.backups.restoring import add_files, dump_of, settle_files
from erhvervspanel.foundation.models import Erasure, MailState, OutgoingMail, WorkerBeat
from erhvervspanel.foundation.outbox import send_due
from events.actions import capacity_problems, erase
from events.models import Registration, RegistrationState
from tests.events.test_forgetting import columns_that_hold
from tests.foundation.backups.conftest import FILES, fingerprint, stored
from tests.foundation.backups.world import ERASED_BY_LINK, ERASED_BY_STAFF, FORMER, OVERDUE

LEFT_OUT = {"django_session", "foundation_attemptcount", "foundation_attemptsalt"}
EMPTY = "0 d41d8cd98f00b204e9800998ecf8427e"
# What a restore changes besides: mails are withheld, workers forgotten, deadlines moved, and what was due is done and noted.
SETTLED = {
    "foundation_outgoingmail",
    "foundation_workerbeat",
    "foundation_duerun",
    "foundation_duerun_id_seq",
    "events_registration",
}


def restored(file, **options) -> str:
    told = StringIO()
    call_command("restore", file, stdout=told, stderr=told, **{"without_erasures": True} | options)
    return told.getvalue()


def differing(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def test_the_dump_brings_back_every_row_of_every_table(source, empty):
    with source.backup.open("rb") as file:
        verified(file)
        database.replace(dump_of(file), by=newest(), last="")
    after = fingerprint()
    gone = {name for name in source.rows if name in LEFT_OUT}
    assert differing(source.rows, after) == LEFT_OUT
    assert {after[name] for name in gone} == {EMPTY}
    assert len(after) > 200


def test_a_restored_portal_has_all_that_it_had(source, empty):
    told = restored(source.backup)
    assert differing(source.rows, fingerprint()) == LEFT_OUT | SETTLED
    assert stored() == FILES
    assert not WorkerBeat.objects.exists()
    assert capacity_problems() == []
    assert "Alle tællere svarer til tilmeldingerne." in told
    assert "Ingen personoplysninger er gemt for længe." in told
    assert "Kæden er hel" in told


def test_no_link_is_broken_by_a_restore(source, empty):
    """The sitemap lists every published row. Of the pages, one of each kind and every tenth are fetched."""
    restored(source.backup)
    client = Client()
    assert client.get("/sitemap.xml").text == source.world.sitemap
    pages = re.findall(r"<loc>http://testserver(.*?)</loc>", source.world.sitemap)
    assert len(pages) > 150
    chosen = [*{page.split("/")[1]: page for page in pages}.values(), *pages[::10], *source.world.links]
    assert {page: client.get(page).status_code for page in chosen} == dict.fromkeys(chosen, 200)
    moved = client.get(f"/initiativer/{FORMER}/")
    assert (moved.status_code, moved["Location"]) == (301, source.world.moved)


def test_no_mail_is_sent_from_a_restored_backup(source, empty, smtp):
    restored(source.backup)
    waiting = OutgoingMail.objects.filter(state=MailState.WITHHELD).count()
    for _ in range(2):
        call_command("worker", once=True)
    assert smtp.inbox.messages == []
    assert waiting > 10
    assert not OutgoingMail.objects.exclude(leased_until=None).exists()
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"sent", "failed", "withheld"}


def test_no_mail_is_sent_by_a_worker_that_nobody_stopped(source, empty, smtp):
    """At the very moment that the data is there, before anything else of the restore is done."""
    with source.backup.open("rb") as file:
        database.replace(dump_of(file), by=newest(), last=aftermath.statements([]))
    assert send_due() == 0
    assert smtp.inbox.messages == []


def test_who_is_overdue_by_now_is_deleted_by_a_restore(source, empty):
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        told = restored(source.backup)
    assert columns_that_hold(OVERDUE) == []
    assert "Ingen personoplysninger er gemt for længe." in told


def test_a_restore_gives_those_who_were_to_answer_the_time_that_they_had(source, portal, settings_of_backups):
    before = list(Registration.objects.filter(state="pending"))
    assert before
    made = make_backup(settings_of_backups)
    later = made.manifest.made_at + timedelta(days=2)
    with time_machine.travel(later, tick=False):
        restored(made.path, overwrite=True, no_input=True)
    for registration in before:
        held_until = registration.held_until
        registration.refresh_from_db()
        assert registration.state == RegistrationState.PENDING
        assert registration.held_until == held_until + timedelta(days=2)


def test_files_are_put_back_as_they_were_and_those_that_came_since_are_gone(source, settings_of_backups):
    changed = next(iter(FILES))
    default_storage.save(changed, ContentFile(b"Noget andet"))
    default_storage.save("nye/ny.txt", ContentFile(b"Ny"))
    with source.backup.open("rb") as file:
        manifest = verified(file)
        add_files(file, added := [])
        assert set(added) == set(FILES) - {changed}
        assert settle_files(file, manifest) == (1, 1)
    assert stored() == FILES


def test_who_was_erased_after_the_backup_stays_erased(portal, another, settings_of_backups):
    """The database is lost; the list of erasures lies beside the backup. Somebody else waits for their seats."""
    made = make_backup(settings_of_backups)
    erased = persons.erase(f"{ERASED_BY_STAFF}@example.org")
    assert persons.in_words(erased) == (
        "0 ønsker om hjælp til at deltage, 1 tilmelding, 0 beskeder til tilmeldte, 1 indmeldt behov, 0 følgere, 0 mails"
    )
    erase(Registration.objects.get(name=ERASED_BY_LINK))
    call_command("backup", settings_of_backups, erasures=True, stdout=StringIO())
    with another():
        restored(made.path, without_erasures=False)
        for bird in (ERASED_BY_STAFF, ERASED_BY_LINK):
            assert columns_that_hold(bird) == []
        assert Erasure.objects.count() == 3
        assert Registration.objects.filter(state="cancelled", name="").count() == 2
        assert capacity_problems() == []
        offers = OutgoingMail.objects.filter(kind="offer", created_at__gt=made.manifest.made_at)
        assert [mail.state for mail in offers] == [
            "withheld",
            "withheld",
        ]  # the seats go on, and staff decide


def test_a_database_that_postgresql_recovered_is_settled_as_a_restored_one(portal, smtp):
    """Recovery to a point in time brings back the rows of then, and knows nothing of what was sent since."""
    moment = timezone.now() - timedelta(hours=1)
    told = StringIO()
    call_command("restore", recovered=moment, without_erasures=True, stdout=told, stderr=told)
    call_command("worker", once=True)
    assert smtp.inbox.messages == []
    assert not OutgoingMail.objects.filter(state=MailState.QUEUED).exists()
    assert "Ingen personoplysninger er gemt for længe." in told.getvalue()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "Skriv enten en fil eller --recovered"),
        ({"recovered": datetime(2999, 1, 1, tzinfo=UTC), "without_erasures": True}, "ikke kommet endnu"),
    ],
)
def test_a_recovery_is_told_of_with_its_moment(portal, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("restore", **options)
