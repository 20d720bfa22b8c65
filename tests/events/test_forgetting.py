"""After the day that was promised, nothing names the person."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from events.actions import Wish, cancel, capacity_problems, change, check_in, confirm, move_up, register_for
from tests.events.test_registering import come, open_event, party
from tests.factories import EventFactory, UserFactory

pytestmark = pytest.mark.django_db
CANARY = "Kanariefuglen"


def told(command: str, **options) -> str:
    text = StringIO()
    call_command(command, stdout=text, **options)
    return text.getvalue().strip()


def columns_that_hold(word: str) -> list[str]:
    """Every text column of every table that has `word` in it."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND data_type IN ('text', 'character varying', 'jsonb')"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT 1 FROM "{table}" WHERE "{column}"::text ILIKE %s LIMIT 1',  # noqa: S608 (names from the catalogue)
                [f"%{word}%"],
            )
            if cursor.fetchone():
                found.append(f"{table}.{column}")
    return found


def test_a_new_event_keeps_persons_as_long_as_the_municipality_has_settled(settings):
    settings.RETENTION_DAYS = 30
    assert EventFactory().retention_days == 30


def test_no_column_holds_the_person_after_the_purge():
    event = open_event(confirms_email=True, retention_days=30)
    registration = come(event, name=CANARY, email=f"{CANARY}@example.org", organisation=f"{CANARY}s Værksted")
    confirm(registration)
    cancel(come(event, name=f"{CANARY} 2", email=f"{CANARY}2@example.org"))
    assert columns_that_hold(CANARY)
    with time_machine.travel(event.ends_at + timedelta(days=29)):
        assert (
            told("purge_personal_data")
            == "Personoplysninger er slettet: 0 tilmeldinger, 0 indmeldte behov, 0 følgere, 0 mails."
        )
    with time_machine.travel(event.ends_at + timedelta(days=32)):
        with pytest.raises(CommandError, match="skulle være slettet"):
            told("check_retention")
        assert (
            told("purge_personal_data", dry_run=True)
            == "Personoplysninger skal slettes: 2 tilmeldinger, 0 indmeldte behov, 0 følgere, 0 mails."
        )
        assert columns_that_hold(CANARY)
        assert (
            told("purge_personal_data")
            == "Personoplysninger er slettet: 2 tilmeldinger, 0 indmeldte behov, 0 følgere, 0 mails."
        )
        assert (
            told("purge_personal_data")
            == "Personoplysninger er slettet: 0 tilmeldinger, 0 indmeldte behov, 0 følgere, 0 mails."
        )
        assert told("check_retention") == "Ingen personoplysninger er gemt for længe."
    assert columns_that_hold(CANARY) == []
    registration.refresh_from_db()
    assert (registration.state, registration.places) == ("confirmed", 1)
    assert capacity_problems() == []


def test_what_staff_gave_as_a_reason_goes_and_what_the_portal_noted_stays():
    event = open_event(capacity=1, retention_days=30)
    by = UserFactory()
    come(event)
    moved_up = move_up(come(event, wait=True), by=by, reason=f"{CANARY} kommer fra Aarhus")
    change(moved_up, Wish(name=f"{CANARY} 2", places=1), by=by)
    cancel(moved_up, by=by, reason=f"{CANARY} er syg")
    with time_machine.travel(event.ends_at + timedelta(days=32)):
        told("purge_personal_data")
    assert columns_that_hold(CANARY) == []
    changes = moved_up.changes.values_list("after", "by", "reason")
    assert list(changes) == [
        ("waiting", None, ""),
        ("confirmed", by.pk, ""),
        ("confirmed", by.pk, "navn"),
        ("cancelled", by.pk, ""),
    ]


def test_a_seat_beyond_the_capacity_stays_beyond_it():
    """The reason may name a person and goes; that there was one is what keeps the counter right."""
    event = open_event(capacity=0, retention_days=30)
    by = UserFactory()
    guest = register_for(event, party(), form_token="a", by=by, override_reason=f"{CANARY} holder oplæg")
    with time_machine.travel(event.starts_at):
        check_in(guest, by=by)
    with time_machine.travel(event.ends_at + timedelta(days=32)):
        told("purge_personal_data")
    assert columns_that_hold(CANARY) == []
    guest.refresh_from_db()
    assert (guest.state, guest.override_reason) == ("attended", "slettet")
    assert capacity_problems() == []
