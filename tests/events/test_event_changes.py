"""What happens to an event, and who is told: moved, cancelled, held after all; messages, reminders and the door."""

from copy import copy
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.due_jobs import JOBS
from erhvervspanel.foundation.models import MailState, OutgoingMail
from erhvervspanel.foundation.outbox import send_due
from erhvervspanel.foundation.outbox.sending import KEPT
from events.actions import (
    Full,
    accept,
    cancel,
    cancel_event,
    capacity_problems,
    check_in,
    close_cancelled,
    close_door,
    confirm,
    follow_change,
    move_people,
    register_for,
    release_expired,
    remind_participants,
    remind_unconfirmed,
    restore_event,
    send_message,
    undo_check_in,
)
from events.actions.standing import release_event
from events.facts import Programme
from events.figures import attendance
from events.models import Event, GroupRule, Message, Promotion, RegistrationState
from tests.events.test_registering import come, mails, numbers, open_event, party
from tests.factories import SessionFactory, UserFactory, VenueFactory

pytestmark = pytest.mark.django_db
S = RegistrationState


@pytest.fixture
def by():
    return UserFactory(is_staff=True, first_name="Anna", last_name="Jensen")


def moved(event, **values) -> int:
    event.refresh_from_db()
    before = Programme.of(copy(event))
    for name, value in values.items():
        setattr(event, name, value)
    event.save()
    return follow_change(event, before=before)


def sent() -> None:
    """What is in the outbox has gone."""
    OutgoingMail.objects.update(state=MailState.SENT, sent_at=timezone.now())


def calendar_in(mail) -> Calendar:
    return Calendar.from_ical(mail.attachments[0]["content"])


def test_an_event_that_is_moved_twice_sends_one_mail_with_where_it_ended():
    event = open_event()
    come(event)
    come(event, 2, wait=True)
    OutgoingMail.objects.all().delete()
    assert (
        moved(event, starts_at=event.starts_at + timedelta(days=1), ends_at=event.ends_at + timedelta(days=1))
        == 2
    )
    assert moved(event, venue=VenueFactory(name="Birkerød Idrætscenter")) == 2
    assert mails() == ["moved", "moved"]
    assert all("Birkerød Idrætscenter" in mail.text for mail in OutgoingMail.objects.all())
    first = OutgoingMail.objects.order_by("pk").first()
    assert first.next_attempt_at > timezone.now() + timedelta(minutes=4)
    entry = calendar_in(first).walk("VEVENT")[0]
    assert (entry["sequence"], entry["status"]) == (2, "CONFIRMED")
    assert moved(event) == 0


def test_a_move_that_is_not_one_tells_nobody():
    event = open_event()
    come(event)
    assert moved(event, title="Nyt navn") == 0
    event.refresh_from_db()
    assert event.sequence == 0


def test_cancelling_tells_all_takes_the_calendar_entry_away_and_closes_sign_up(by):
    event = open_event()
    seated, waiting = come(event, 2), come(event, wait=True)
    OutgoingMail.objects.all().delete()
    assert cancel_event(event, by=by, message="Der er storm.") == 2
    mail = OutgoingMail.objects.order_by("pk").first()
    assert "Der er storm." in mail.text
    calendar = calendar_in(mail)
    assert calendar["method"] == "CANCEL"
    entry = calendar.walk("VEVENT")[0]
    assert (entry["sequence"], entry["status"]) == (1, "CANCELLED")
    event.refresh_from_db()
    assert not event.is_open
    assert event.history.first().history_change_reason == "Aflyst"
    for registration in (seated, waiting):
        registration.refresh_from_db()
    assert (seated.state, waiting.state) == (S.CONFIRMED, S.WAITING)
    with pytest.raises(ValidationError, match="allerede aflyst"):
        cancel_event(event, by=by)


def test_held_after_all_everybody_stands_where_they_stood(by):
    event = open_event(capacity=2, confirms_email=True)
    held, waiting = come(event, 2), come(event, wait=True)
    cancel_event(event, by=by)
    sent()
    with time_machine.travel(held.held_until + timedelta(hours=1)):
        assert release_expired() == 0
        assert restore_event(event, by=by) == 2
        held.refresh_from_db()
        waiting.refresh_from_db()
        assert (held.state, waiting.state) == (S.PENDING, S.WAITING)
        confirm(held)
    told = ["event_cancelled"] * 2 + ["event_restored"] * 2
    assert [kind for kind in mails() if kind.startswith("event")] == told
    with pytest.raises(ValidationError, match="ikke aflyst"):
        restore_event(event, by=by)


def test_an_offer_that_stood_when_it_was_cancelled_can_be_taken_though_registration_has_closed(by):
    event = open_event(capacity=1, registration_closes_at=timezone.now() + timedelta(days=2))
    seated, waiting = come(event), come(event, wait=True)
    cancel(seated)
    cancel_event(event, by=by)
    sent()
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        restore_event(event, by=by)
        assert release_expired() == 0
        waiting.refresh_from_db()
        assert waiting.state == S.OFFERED
        [mail] = OutgoingMail.objects.filter(kind="event_restored", to=waiting.email)
        assert notation.moment(waiting.held_until) in mail.text
        accept(waiting)
    waiting.refresh_from_db()
    assert waiting.state == S.CONFIRMED


def test_nobody_lapses_of_an_event_that_is_cancelled_at_that_moment(by):
    event = open_event(confirms_email=True)
    registration = come(event)
    cancel_event(event, by=by)
    assert release_event(event, registration.held_until) == []
    registration.refresh_from_db()
    assert registration.state == S.PENDING


def test_who_was_there_before_it_was_cancelled_was_there(by):
    event = open_event(capacity=5)
    cafe = SessionFactory(event=event, kind="cafe", capacity=5)
    there, awaited = come(event, 2, sessions=(cafe,)), come(event, sessions=(cafe,))
    with time_machine.travel(event.starts_at + timedelta(minutes=5)):
        check_in(there, by=by)
        cancel_event(event, by=by)
        with pytest.raises(ValidationError, match="aflyst"):
            check_in(awaited, by=by)
        with pytest.raises(ValidationError, match="aflyst"):
            close_door(event, by=by)
    with time_machine.travel(event.ends_at + timedelta(days=1)):
        assert close_cancelled() == 1
        assert close_cancelled() == 0
    for registration in (there, awaited):
        registration.refresh_from_db()
    assert (there.state, awaited.state) == (S.ATTENDED, S.EVENT_CANCELLED)
    assert attendance(event).present == 2
    assert capacity_problems() == []


def test_when_the_day_has_passed_registrations_of_a_cancelled_event_end(by):
    event = open_event()
    registration = come(event)
    cancel_event(event, by=by)
    assert close_cancelled() == 0
    with time_machine.travel(event.ends_at + timedelta(days=1)):
        assert close_cancelled() == 1
    registration.refresh_from_db()
    assert registration.state == S.EVENT_CANCELLED
    assert capacity_problems() == []


def test_lowering_the_capacity_drops_nobody_and_closes(by):
    event = open_event(capacity=3)
    come(event, 3)
    Event.objects.filter(pk=event.pk).update(capacity=1)
    assert capacity_problems() == [f"{event.title}: 3 pladser er taget, men der er kun 1."]
    with pytest.raises(Full):
        come(event)


def test_moving_people_between_cafes_moves_all_or_none(by):
    event = open_event(capacity=10)
    one = SessionFactory(event=event, kind="cafe", capacity=2)
    small, large = (SessionFactory(event=event, kind="cafe", capacity=capacity) for capacity in (1, 5))
    come(event, sessions=(one,))
    come(event, sessions=(one,))
    waiting = come(event, sessions=(one,), waits_for_sessions=True)
    with pytest.raises(ValidationError, match="ikke plads til alle"):
        move_people(one, small, by=by)
    assert capacity_problems() == []
    assert move_people(one, large, by=by) == 3
    assert waiting.choices.get().session == large
    large.refresh_from_db()
    one.refresh_from_db()
    assert (one.seats_taken, large.seats_taken) == (0, 3)  # who waited has a seat there
    assert capacity_problems() == []


def test_nobody_is_moved_to_where_they_cannot_be(by):
    event = open_event(capacity=10)
    rounds = [timedelta(0), timedelta(0), timedelta(hours=1), timedelta(hours=1)]
    a, b, c, d = (
        SessionFactory(
            event=event,
            kind="cafe",
            starts_at=event.starts_at + after,
            ends_at=event.starts_at + after + timedelta(minutes=40),
        )
        for after in rounds
    )
    come(event, sessions=(a, d))
    with pytest.raises(ValidationError, match="på det tidspunkt"):
        move_people(a, c, by=by)
    talk = SessionFactory(event=event, kind="talk")
    with pytest.raises(ValidationError, match="Vælg en anden café"):
        move_people(a, talk, by=by)
    assert move_people(a, b, by=by) == 1


def test_only_those_with_an_address_are_counted_as_told(by):
    event = open_event(capacity=5)
    come(event)
    register_for(event, party(email=""), form_token="a", by=by)
    assert cancel_event(event, by=by) == 1


def test_held_after_all_who_did_not_confirm_is_reminded_anew(by):
    event = open_event(confirms_email=True)
    registration = come(event)
    with time_machine.travel(registration.held_until - timedelta(hours=1)):
        assert remind_unconfirmed() == 1
        cancel_event(event, by=by)
        restore_event(event, by=by)
        assert remind_unconfirmed() == 0
    registration.refresh_from_db()
    with time_machine.travel(registration.held_until - timedelta(hours=1)):
        assert remind_unconfirmed() == 1
    assert mails().count("confirm_soon") == 2


def test_held_after_all_who_was_not_reminded_is_so_when_the_new_time_is_nearly_out(by):
    """However long it was cancelled."""
    event = open_event(confirms_email=True)
    registration = come(event)
    cancel_event(event, by=by)
    with time_machine.travel(timezone.now() + timedelta(days=5)):
        restore_event(event, by=by)
        assert remind_unconfirmed() == 0
    registration.refresh_from_db()
    with time_machine.travel(registration.held_until - timedelta(hours=5)):
        assert remind_unconfirmed() == 1


def test_who_has_little_time_to_confirm_is_reminded_when_a_quarter_is_left():
    event = open_event(confirms_email=True)
    with time_machine.travel(event.starts_at - timedelta(hours=8)):
        Event.objects.filter(pk=event.pk).update(registration_closes_at=None)
        event.refresh_from_db()
        registration = come(event)
        assert remind_unconfirmed() == 0
    for minutes, told in ((70, 0), (50, 1)):
        with time_machine.travel(registration.held_until - timedelta(minutes=minutes)):
            assert remind_unconfirmed() == told


def test_a_message_goes_once_to_each_address_of_the_states_chosen(by):
    event = open_event(capacity=1)
    come(event)
    come(event, wait=True)
    register_for(event, party(email=""), form_token="x", by=by, override_reason="Vært")
    letter = {"subject": "Parkering", "text": "Brug <P-huset>.", "states": ["confirmed"], "form_token": "t"}
    sent = send_message(event, Message(**letter), by=by)
    assert sent.recipients == 1
    assert send_message(event, Message(**letter), by=by) == sent
    assert mails().count("message") == 1
    mail = OutgoingMail.objects.get(kind="message")
    assert "Brug <P-huset>." in mail.text
    assert "Brug &lt;P-huset&gt;." in mail.html


def test_a_reminder_comes_once_before_a_held_seat_lapses():
    event = open_event(confirms_email=True)
    registration = come(event)
    hold = registration.held_until - registration.created_at
    for share, kinds in ((0.5, 1), (0.8, 2), (0.9, 2)):
        with time_machine.travel(registration.created_at + hold * share):
            remind_unconfirmed()
        assert OutgoingMail.objects.count() == kinds
    assert mails() == ["confirm", "confirm_soon"]


def test_participants_are_reminded_once_and_anew_when_the_event_is_moved():
    event = open_event(capacity=5, reminder_days=2, group_rule=GroupRule.NEXT)
    come(event)
    come(event, 5, wait=True)
    assert remind_participants() == 0
    with time_machine.travel(event.starts_at - timedelta(days=1, hours=20)):
        late = come(event)
        assert remind_participants() == 1
        assert remind_participants() == 0
        moved(
            event, starts_at=event.starts_at + timedelta(hours=1), ends_at=event.ends_at + timedelta(hours=1)
        )
        assert remind_participants() == 1
    assert not late.mails().filter(kind="reminder").exists()


def test_a_reminder_comes_while_it_is_remembered_who_has_had_it():
    """It is the mail that is remembered, and mails are forgotten."""
    event = open_event(reminder_days=60)
    event.clean_fields()
    assert timedelta(days=event.reminder_days) < KEPT
    event.reminder_days = 61
    with pytest.raises(ValidationError, match=r"Højst 60 dage\."):
        event.clean_fields()


@pytest.mark.parametrize(
    ("hour", "minute", "is_sent"), [(8, 30, False), (9, 0, False), (9, 30, True), (17, 0, True)]
)
def test_a_reminder_on_the_day_itself_is_refused_where_it_would_come_too_late(hour, minute, is_sent):
    day = timezone.localtime() + timedelta(days=21)
    starts_at = day.replace(hour=hour, minute=minute, second=0, microsecond=0)
    event = open_event(reminder_days=0, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
    come(event)
    [job] = [job for job in JOBS if job.name == "remind-participants"]
    with time_machine.travel(job.due(starts_at.replace(hour=23)) + timedelta(seconds=1)):
        assert remind_participants() == is_sent
    if is_sent:
        event.clean()
    else:
        with pytest.raises(
            ValidationError, match=r"Påmindelser sendes kl\. 9, og da er arrangementet begyndt"
        ) as refused:
            event.clean()
        assert list(refused.value.message_dict) == ["reminder_days"]


def test_a_reminder_is_for_those_who_come_to_an_event_that_is_held(by):
    event = open_event(reminder_days=2)
    come(event)
    cancel_event(event, by=by)
    with time_machine.travel(event.starts_at - timedelta(days=1)):
        assert remind_participants() == 0


def test_checking_in_twice_says_when_and_by_whom(by):
    event = open_event(capacity=5)
    registration = come(event, 3)
    with time_machine.travel(event.starts_at.replace(hour=15, minute=4), tick=False):
        check_in(registration, by=by, places=2)
        with pytest.raises(
            ValidationError, match=r"er allerede mødt op. Noteret kl. 1[67].04 af Anna Jensen."
        ):
            check_in(registration, by=by)
    with time_machine.travel(event.ends_at):
        came = attendance(event)
        assert (came.present, came.absent, came.expected, came.absent_share) == (2, 1, 3, 33)
        undo_check_in(registration, by=by)
        assert close_door(event, by=by) == 1
        registration.refresh_from_db()
        assert registration.state == S.NO_SHOW
        assert attendance(event).absent_share == 100


def test_the_door_is_not_closed_before_the_event(by):
    with pytest.raises(ValidationError, match="ikke begyndt"):
        close_door(open_event(), by=by)


@pytest.mark.django_db(transaction=True)
def test_mails_with_a_calendar_file_arrive_as_calendars_do(by, smtp):
    event = open_event()
    come(event)
    cancel_event(event, by=by)
    OutgoingMail.objects.update(next_attempt_at=timezone.now())
    assert send_due() == 2
    parts = [part for message in smtp.inbox.messages for part in message.walk()]
    calendars = [part for part in parts if part.get_content_type() == "text/calendar"]
    assert [part.get_param("method") for part in calendars] == ["PUBLISH", "CANCEL"]
    for part in calendars:
        assert Calendar.from_ical(part.get_payload(decode=True))["method"] == part.get_param("method")
        assert "tilmelding/" not in part.get_payload(decode=True).decode()
    assert not OutgoingMail.objects.exclude(state=MailState.SENT).exists()


def test_times_stand_in_danish_time_over_the_change_of_clocks():
    """The last Sundays of March and October: wall time is kept in mail and calendar."""
    for month, day, offset in ((3, 28, "+02:00"), (10, 31, "+01:00")):
        start = timezone.datetime(2027, month, day, 15, 0, tzinfo=timezone.get_default_timezone())
        with time_machine.travel(start - timedelta(days=3)):
            event = open_event(starts_at=start, registration_closes_at=start, reminder_days=2)
            come(event)
            mail = OutgoingMail.objects.order_by("pk").last()
            assert "kl. 15.00" in mail.text
            entry = calendar_in(mail).walk("VEVENT")[0]
            assert entry.decoded("dtstart").isoformat().endswith(f"T15:00:00{offset}")
            with time_machine.travel(start - timedelta(days=2) + timedelta(minutes=1)):
                assert remind_participants() == 1
            assert next(numbers)


def test_the_same_message_sent_twice_is_written_once(by):
    event = open_event()
    come(event)
    given = {"states": [S.CONFIRMED], "subject": "Parkering", "text": "Brug P2.", "form_token": "a"}
    first = send_message(event, Message(**given), by=by)
    assert send_message(event, Message(**given), by=by) == first
    assert Message.objects.count() == 1


def test_an_earlier_version_of_an_event_is_put_back_as_a_save_would(client):
    client.force_login(UserFactory(superuser=True))
    event = open_event(capacity=5, title="Før", promotion=Promotion.STRAIGHT)
    earlier = event.history.first()
    come(event, 3)
    Event.objects.filter(pk=event.pk).update(capacity=3)
    waiting = come(event, wait=True)
    event.refresh_from_db()
    event.title, event.starts_at, event.invitation_version = "Efter", event.starts_at + timedelta(hours=1), 7
    event.save()
    client.post(reverse("admin:events_event_simple_history", args=[event.pk, earlier.pk]))
    event.refresh_from_db()
    waiting.refresh_from_db()
    assert (event.title, event.capacity, event.invitation_version) == ("Før", 5, 7)
    assert waiting.state == S.CONFIRMED
    assert "moved" in mails()
    cancel_event(event, by=UserFactory())
    client.post(reverse("admin:events_event_simple_history", args=[event.pk, earlier.pk]))
    event.refresh_from_db()
    assert event.cancelled_at is not None
