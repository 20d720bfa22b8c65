"""After the day that was promised, nothing names the person."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation.models import AuditEntry
from events.actions import (
    Wish,
    cancel,
    capacity_problems,
    change,
    check_in,
    confirm,
    erase,
    move_up,
    register_for,
    release_expired,
)
from events.models import AccessNeed, Message, Promotion, Registration
from tests.events.test_desk import desk, own, submit
from tests.events.test_registering import come, open_event, party
from tests.factories import EventFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db
CANARY = "Kanariefugl"  # as a search index writes it, too


def told(command: str, **options) -> str:
    text = StringIO()
    call_command(command, stdout=text, **options)
    return text.getvalue().strip()


def columns_that_hold(word: str) -> list[str]:
    """Every column of every table, of whatever kind, that has `word` in it, as it stands or in lower case."""
    as_bytes = "|".join({written.encode().hex() for written in (word, word.lower())})
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(
                # Lists, and the words of a search index, are written out; bytes are written in hexadecimal.
                f'SELECT DISTINCT each.name FROM "{table}" AS kept, jsonb_each_text(to_jsonb(kept)) AS each (name, value) '  # noqa: S608 (names from the catalogue)
                "WHERE strpos(lower(each.value), lower(%s)) > 0 OR (each.value LIKE '\\\\x%%' AND each.value ~ %s)",
                [word, as_bytes],
            )
            found += [f"{table}.{column}" for (column,) in cursor.fetchall()]
    return sorted(found)


def test_a_new_event_keeps_persons_as_long_as_the_municipality_has_settled(settings):
    settings.RETENTION_DAYS = 30
    assert EventFactory().retention_days == 30


def test_persons_are_kept_no_longer_than_two_years_and_than_they_were_told():
    event = open_event(retention_days=30)

    def settle(days: int) -> list[str]:
        event.retention_days = days
        try:
            event.full_clean()
        except ValidationError as error:
            return error.message_dict["retention_days"]
        event.save()
        return []

    assert settle(731) == ["Højst 730 dage."]
    assert settle(730) == []
    registration = come(event)
    assert settle(31) == []
    [sentence] = settle(32)
    assert "slettet 31 dage efter arrangementet. Tallet kan kun sættes ned." in sentence
    event.refresh_from_db()
    erase(registration)
    assert settle(32) == []


def test_putting_an_event_back_keeps_what_was_promised(client):
    client.force_login(UserFactory(superuser=True))
    event = open_event(title="Før", retention_days=400)
    earlier = event.history.first()
    event.title, event.retention_days = "Efter", 30
    event.save()
    come(event)
    client.post(reverse("admin:events_event_simple_history", args=[event.pk, earlier.pk]))
    event.refresh_from_db()
    assert (event.title, event.retention_days) == ("Før", 30)


def test_no_column_holds_the_person_after_the_purge():
    event = open_event(confirms_email=True, retention_days=30)
    registration = come(event, name=CANARY, email=f"{CANARY}@example.org", organisation=f"{CANARY}s Værksted")
    confirm(registration)
    cancel(come(event, name=f"{CANARY} 2", email=f"{CANARY}2@example.org"))
    assert columns_that_hold(CANARY)
    with time_machine.travel(event.ends_at + timedelta(days=29)):
        assert (
            told("purge_personal_data")
            == "Personoplysninger er slettet: 0 ønsker om hjælp til at deltage, 0 tilmeldinger, 0 beskeder til tilmeldte, 0 indmeldte behov, 0 følgere, 0 mails."
        )
    with time_machine.travel(event.ends_at + timedelta(days=32)):
        with pytest.raises(CommandError, match="skulle være slettet"):
            told("check_retention")
        assert (
            told("purge_personal_data", dry_run=True)
            == "Personoplysninger skal slettes: 0 ønsker om hjælp til at deltage, 2 tilmeldinger, 0 beskeder til tilmeldte, 0 indmeldte behov, 0 følgere, 0 mails."
        )
        assert columns_that_hold(CANARY)
        assert (
            told("purge_personal_data")
            == "Personoplysninger er slettet: 0 ønsker om hjælp til at deltage, 2 tilmeldinger, 0 beskeder til tilmeldte, 0 indmeldte behov, 0 følgere, 0 mails."
        )
        assert (
            told("purge_personal_data")
            == "Personoplysninger er slettet: 0 ønsker om hjælp til at deltage, 0 tilmeldinger, 0 beskeder til tilmeldte, 0 indmeldte behov, 0 følgere, 0 mails."
        )
        assert told("check_retention") == "Ingen personoplysninger er gemt for længe."
    assert columns_that_hold(CANARY) == []
    registration.refresh_from_db()
    assert (registration.state, registration.places) == ("confirmed", 1)
    assert capacity_problems() == []


def test_no_column_holds_what_staff_have_done_with_the_person(client):
    """Written up, written to, changed, moved up from the waiting list, taken out in a file, let in and cancelled, with companions,
    help and reasons."""
    client.force_login(UserFactory(superuser=True))
    event = open_event(
        capacity=2, most_places=4, asks_names=True, asks_access=True, confirms_email=True, retention_days=30
    )
    cafe = SessionFactory(event=event, kind="cafe", title="Affald", capacity=2)
    given = {"organisation": f"{CANARY}s Værksted", "access": ["live_text"], "sessions_1": cafe.pk}
    address = f"{CANARY}@example.org"
    submit(
        client,
        desk(event, "skriv-op"),
        name=CANARY,
        email=address,
        places="2",
        companion_2=f"{CANARY} 2",
        **given,
    )
    beyond = {
        "name": f"{CANARY} 3",
        "email": f"3{address}",
        "places": "1",
        "override_reason": f"{CANARY} har bedt om det",
    }
    submit(client, desk(event, "skriv-op"), **beyond)
    first, second = event.registrations.order_by("pk")
    third = come(event, 1, name=f"{CANARY} 4", email=f"4{address}", access=("parking",), wait=True)
    letter = {"states": ["confirmed", "waiting"], "subject": f"{CANARY} kommer", "text": f"Hils på {CANARY}."}
    submit(client, desk(event, "besked"), confirmed="1", **letter)
    wish = {
        "name": f"{CANARY} 5",
        "places": "2",
        "companion_2": f"{CANARY} 6",
        "opened_version": first.version,
    }
    client.post(own(first), {"step": "ret"} | wish)
    client.post(own(third), {"step": "ryk-op", "reason": f"{CANARY} er vært"})
    client.post(own(second), {"step": "meld-fra", "reason": f"{CANARY} er syg"})
    client.post(own(first), {"step": "e-mail", "email": f"ny{address}"})
    file = client.post(
        desk(event, "hent"), {"states": ["confirmed"], "file_format": "xlsx", "purpose": "Bordkort"}
    )
    assert b"".join(file.streaming_content)
    first.refresh_from_db(), second.refresh_from_db(), third.refresh_from_db()
    assert (first.name, first.email) == (f"{CANARY} 5", f"ny{address}")
    assert (second.state, third.state) == ("cancelled", "confirmed")
    assert {table.partition(".")[0] for table in columns_that_hold(CANARY)} == {
        "events_companion",
        "events_message",
        "events_registration",
        "events_registrationchange",
        "foundation_outgoingmail",
    }
    with time_machine.travel(event.ends_at + timedelta(days=32)):
        told("purge_personal_data")
    assert columns_that_hold(CANARY) == []
    assert not AccessNeed.objects.exists()


@pytest.mark.parametrize(
    ("word", "value"),
    [("Kanariefugl", "'{Kanariefuglen}'::varchar[]"), ("Blåbær", "convert_to('xBlåbær', 'UTF8')"), ("bær", "'{\"a\": \"BÆR\"}'::jsonb"), ("bær", "to_tsvector('simple', 'Bær')")],
)  # fmt: skip
def test_a_person_is_found_in_columns_of_any_kind(word, value):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE aviary AS SELECT {value} AS bird")
    assert columns_that_hold(word) == ["aviary.bird"]
    assert columns_that_hold("solsort") == []


def test_what_staff_wrote_to_all_goes_with_the_registrations(client):
    client.force_login(UserFactory(superuser=True))
    event = open_event(retention_days=30)
    come(event)
    submit(client, desk(event, "besked"), confirmed="1", states=["confirmed"], subject=CANARY, text="Hej")
    with time_machine.travel(event.ends_at + timedelta(days=29)):
        told("purge_personal_data")
        assert Message.objects.get().subject == CANARY
    with time_machine.travel(event.ends_at + timedelta(days=32)):
        call = StringIO()
        with pytest.raises(CommandError):
            call_command("check_retention", stdout=call)
        assert "Besked fra" in call.getvalue()
        assert CANARY not in call.getvalue()
        assert "1 besked til tilmeldte" in told("purge_personal_data", dry_run=True)
        assert Message.objects.get().subject == CANARY
        assert "1 besked til tilmeldte" in told("purge_personal_data")
        assert told("check_retention") == "Ingen personoplysninger er gemt for længe."
    message = Message.objects.get()
    assert (message.subject, message.text, message.recipients) == ("", "", 1)


def test_that_help_to_take_part_is_deleted_is_shown_counted_and_logged():
    event = open_event(asks_access=True, retention_days=30)
    come(event, access=("live_text", "parking"))
    with time_machine.travel(event.ends_at + timedelta(days=9)):
        with pytest.raises(CommandError):
            told("check_retention")
        assert "2 ønsker om hjælp til at deltage, 0 tilmeldinger" in told("purge_personal_data", dry_run=True)
        assert AccessNeed.objects.count() == 2
        assert "2 ønsker om hjælp til at deltage, 0 tilmeldinger" in told("purge_personal_data")
        assert told("check_retention") == "Ingen personoplysninger er gemt for længe."
    entry = AuditEntry.objects.get(action="purged")
    assert (entry.purpose, entry.rows) == ("Ønsker om hjælp til at deltage", 2)


def test_an_address_that_nobody_answered_from_is_forgotten_a_week_later():
    """Anybody can sign up anybody: whoever was never there is not kept as those are who come."""
    event = open_event(capacity=1, confirms_email=True, promotion=Promotion.OFFER)
    unconfirmed = come(event, name=f"{CANARY} 1", email=f"{CANARY}1@example.org")
    unanswered = come(event, name=f"{CANARY} 2", email=f"{CANARY}2@example.org", wait=True)
    for registration, state in ((unconfirmed, "lapsed"), (unanswered, "expired")):
        registration.refresh_from_db()
        with time_machine.travel(registration.held_until + timedelta(minutes=1)):
            assert release_expired() == 1
        registration.refresh_from_db()
        assert registration.state == state
    confirm(real := come(event, name="Bo Vig"))
    deadline = unanswered.held_until
    with time_machine.travel(deadline + timedelta(days=6, hours=23)):
        told("purge_personal_data")
        unanswered.refresh_from_db()
        assert (unanswered.name, unanswered.kept_until_day() - timezone.localdate(deadline)) == (
            f"{CANARY} 2",
            timedelta(days=7),
        )
    with time_machine.travel(deadline + timedelta(days=8, hours=1)):
        with pytest.raises(CommandError, match="skulle være slettet"):
            told("check_retention")
        told("purge_personal_data")
        assert told("check_retention") == "Ingen personoplysninger er gemt for længe."
    assert columns_that_hold(CANARY) == []
    assert list(Registration.objects.exclude(name="")) == [real]
    assert capacity_problems() == []


def test_who_lapsed_is_kept_no_longer_than_who_came():
    event = open_event(confirms_email=True, retention_days=1)
    registration = come(event)
    registration.state, registration.held_until = "lapsed", event.ends_at
    assert registration.kept_until_day() == timezone.localdate(event.ends_at + timedelta(days=1))


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
