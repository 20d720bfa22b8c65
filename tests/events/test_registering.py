"""Registering, confirming, waiting and being promoted, one at a time."""

from datetime import UTC, timedelta
from itertools import count

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from erhvervspanel.foundation.models import OutgoingMail
from events.actions import (
    Duplicate,
    Full,
    NotOpen,
    Party,
    accept,
    cancel,
    capacity_problems,
    confirm,
    decline,
    late_until,
    promote,
    register,
    release_expired,
)
from events.models import (
    Event,
    Promotion,
    Registration,
    RegistrationChange,
    RegistrationState,
)
from tests.factories import EventFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db
S = RegistrationState
numbers = count(1)


def open_event(**kwargs) -> Event:
    """An event in three weeks that takes registrations, on one day however late it is now."""
    now = timezone.now()
    morning = timezone.localtime(now + timedelta(days=21)).replace(hour=9)
    given = {
        "capacity": 2,
        "confirms_email": False,
        "registration_opens_at": now - timedelta(days=1),
        "registration_closes_at": now + timedelta(days=20),
        "starts_at": morning.astimezone(UTC),
    }
    return EventFactory(**given | kwargs)


def party(places: int = 1, **kwargs) -> Party:
    number = next(numbers)
    given = {"name": f"Borger {number}", "email": f"borger{number}@example.org", "notice_version": "1"}
    return Party(places=places, **given | kwargs)


def come(event, places: int = 1, *, wait: bool = False, **kwargs) -> Registration:
    return register(event, party(places, **kwargs), form_token=f"form-{next(numbers)}", wait=wait)


def mails() -> list[str]:
    return list(OutgoingMail.objects.order_by("pk").values_list("kind", flat=True))


@pytest.fixture(autouse=True)
def _audited():
    """However a test ends, the counters tell what the rows do."""
    yield
    assert capacity_problems() == []


def test_a_party_is_registered_and_told():
    event = open_event()
    registration = come(event, 2, name="  Åse   Øst ", organisation="Værkstedet")
    assert (registration.state, registration.name, registration.places) == (S.CONFIRMED, "Åse Øst", 2)
    assert Registration.objects.by_token(registration.token).get() == registration
    mail = OutgoingMail.objects.get()
    assert mail.kind == "confirmed"
    assert f"http://testserver/tilmelding/{registration.token}/" in mail.text
    event.refresh_from_db()
    assert event.seats_left == 0


def test_the_same_form_twice_is_one_registration_and_one_mail():
    event, who = open_event(), party()
    first = register(event, who, form_token="samme")
    assert register(event, who, form_token="samme") == first
    assert Registration.objects.count() == OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("again", ["BORGER@example.org", " borger@EXAMPLE.org ", "borger@example.org"])
def test_the_same_address_again_makes_nothing(again):
    event = open_event()
    known = come(event, email="borger@example.org")
    with pytest.raises(Duplicate) as found:
        come(event, email=again)
    assert found.value.registration == known
    assert Registration.objects.count() == 1


def test_a_domain_is_one_however_it_is_written():
    event = open_event()
    come(event, email="bo@blåbær.dk")
    with pytest.raises(Duplicate):
        come(event, email="bo@xn--blbr-roah.dk")


def test_a_full_event_says_what_is_left_and_takes_none():
    event = open_event(capacity=3)
    come(event, 2)
    with pytest.raises(Full) as full:
        come(event, 2)
    assert full.value.left == 1
    event.refresh_from_db()
    assert event.seats_taken == 2


def test_a_full_cafe_takes_no_seat_at_the_event():
    event = open_event(capacity=10)
    cafe = SessionFactory(event=event, kind="cafe", capacity=1)
    other = SessionFactory(event=event, kind="cafe", capacity=5)
    come(event, sessions=(cafe,))
    with pytest.raises(Full) as full:
        come(event, sessions=(other, cafe))
    assert full.value.sessions == [cafe]


@pytest.mark.parametrize(
    "closed",
    [
        {"registration_opens_at": None},
        {"registration_opens_at": lambda: timezone.now() + timedelta(hours=1)},
        {"registration_closes_at": lambda: timezone.now() - timedelta(minutes=1)},
        {"cancelled_at": timezone.now},
        {"starts_at": lambda: timezone.now() - timedelta(minutes=1), "registration_closes_at": None},
    ],
)
def test_an_event_that_is_not_open_takes_nobody(closed):
    event = open_event(**{name: value() if callable(value) else value for name, value in closed.items()})
    with pytest.raises(NotOpen):
        come(event)


def test_a_form_that_was_opened_in_time_has_a_short_grace():
    event = open_event()
    opened, closes = timezone.now(), event.registration_closes_at
    with time_machine.travel(closes + timedelta(minutes=10)):
        assert register(event, party(), form_token="i tide", opened_at=opened).state == S.CONFIRMED
        with pytest.raises(NotOpen):
            register(event, party(), form_token="for sent", opened_at=closes + timedelta(minutes=1))
    with time_machine.travel(closes + timedelta(minutes=20)), pytest.raises(NotOpen):
        register(event, party(), form_token="alt for sent", opened_at=opened)


def test_the_grace_ends_with_the_start():
    event = open_event()
    for before_start, grace in ((20, 15), (10, 10), (0, None), (-5, None)):
        event.registration_closes_at = closes = event.starts_at - timedelta(minutes=before_start)
        assert late_until(event) == (closes + timedelta(minutes=grace) if grace else None)


def test_a_seat_is_held_until_the_address_is_confirmed():
    event = open_event(confirms_email=True, capacity=1)
    registration = come(event)
    assert (registration.state, mails()) == (S.PENDING, ["confirm"])
    with pytest.raises(Full):
        come(event)
    assert confirm(registration).state == S.CONFIRMED
    assert confirm(registration).state == S.CONFIRMED
    assert mails() == ["confirm", "confirmed"]


def test_a_seat_that_is_not_confirmed_goes_on_to_the_queue():
    event = open_event(confirms_email=True, capacity=1, promotion=Promotion.STRAIGHT)
    late, first = come(event), come(event, wait=True)
    with time_machine.travel(late.held_until + timedelta(seconds=1)):
        with pytest.raises(ValidationError, match="fristen er gået"):
            confirm(late)
        assert release_expired() == 1
        assert release_expired() == 0
    late.refresh_from_db()
    first.refresh_from_db()
    assert (late.state, first.state) == (S.LAPSED, S.CONFIRMED)
    assert mails() == ["confirm", "waiting", "lapsed", "promoted"]


def test_nobody_passes_those_who_wait():
    event = open_event(capacity=2)
    come(event, 2)
    waiting = come(event, 2, wait=True)
    Event.objects.filter(pk=event.pk).update(capacity=3)
    # One seat is free, which the first in the queue cannot use; it is not the newcomer's either.
    newcomer = come(event, wait=True)
    assert newcomer.state == S.WAITING
    assert list(event.registrations.queue()) == [waiting, newcomer]


def test_the_next_that_fits_gets_the_seat_where_the_event_says_so():
    event = open_event(capacity=2, group_rule="next", promotion=Promotion.STRAIGHT)
    held = come(event, 1)
    come(event, 1)
    big, small = come(event, 2, wait=True), come(event, 1, wait=True)
    cancel(held)
    big.refresh_from_db()
    small.refresh_from_db()
    assert (big.state, small.state) == (S.WAITING, S.CONFIRMED)


def test_an_offer_is_taken_declined_or_runs_out():
    event = open_event(capacity=1)
    seated = come(event)
    first, second, third = (come(event, wait=True) for _ in range(3))
    cancel(seated)
    first.refresh_from_db()
    assert first.state == S.OFFERED
    assert decline(first).state == S.DECLINED
    second.refresh_from_db()
    with time_machine.travel(second.held_until + timedelta(seconds=1)):
        with pytest.raises(ValidationError, match="gælder ikke længere"):
            accept(second)
        release_expired()
        third.refresh_from_db()
        assert accept(third).state == S.CONFIRMED
    second.refresh_from_db()
    assert second.state == S.EXPIRED


def test_an_offer_made_just_before_closing_gives_as_long_as_any_and_none_is_made_after():
    now = timezone.now()
    event = open_event(
        capacity=1, registration_closes_at=now + timedelta(seconds=20), starts_at=now + timedelta(days=14)
    )
    seated, first, second = come(event), come(event, wait=True), come(event, wait=True)
    cancel(seated)
    first.refresh_from_db()
    assert first.held_until > now + timedelta(hours=47)
    with time_machine.travel(event.registration_closes_at + timedelta(days=1)):
        assert release_expired() == 0
        assert accept(first).state == S.CONFIRMED
        cancel(first)
        assert promote(event) == []
    second.refresh_from_db()
    assert second.state == S.WAITING


def test_a_promoted_party_gets_its_cafe_too_or_waits_for_it():
    event = open_event(capacity=2, promotion=Promotion.STRAIGHT)
    cafe = SessionFactory(event=event, kind="cafe", capacity=1)
    in_cafe, other = come(event, sessions=(cafe,)), come(event)
    waiting = come(event, sessions=(cafe,), wait=True)
    cancel(other)
    waiting.refresh_from_db()
    assert waiting.state == S.CONFIRMED
    assert waiting.choices.get().queued_at is not None
    cancel(in_cafe)
    assert waiting.choices.get().queued_at is None
    assert mails()[-2:] == ["got_session", "cancelled"]
    assert capacity_problems() == []


def test_what_is_over_stays_over_and_coming_again_is_a_new_row_at_the_back():
    event = open_event(capacity=1)
    seated = come(event, email="bo@example.org")
    waiting = come(event, wait=True)
    assert cancel(seated) == cancel(seated)
    again = come(event, email="bo@example.org", wait=True)
    assert again != seated
    assert list(event.registrations.queue()) == [again]
    waiting.refresh_from_db()
    assert waiting.state == S.OFFERED


def test_each_change_has_one_row_and_one_mail():
    event = open_event(confirms_email=True)
    registration = come(event)
    confirm(registration)
    cancel(registration, by=UserFactory(), reason="Ringede")
    assert [(change.before, change.after) for change in registration.changes.all()] == [
        ("", S.PENDING),
        (S.PENDING, S.CONFIRMED),
        (S.CONFIRMED, S.CANCELLED),
    ]
    assert mails() == ["confirm", "confirmed", "cancelled"]
    assert RegistrationChange.objects.last().reason == "Ringede"


def test_saving_the_event_leaves_its_counter_alone():
    event = open_event()
    stale = Event.objects.get(pk=event.pk)
    come(event)
    stale.title = "En ny titel"
    stale.save()
    event.refresh_from_db()
    assert (event.title, event.seats_taken) == ("En ny titel", 1)


def test_the_database_refuses_two_active_registrations_of_one_address():
    registration = come(open_event())
    with pytest.raises(IntegrityError, match="registration_active_once"), transaction.atomic():
        Registration.objects.bulk_create(
            [Registration(**{**{field.attname: getattr(registration, field.attname) for field in Registration._meta.concrete_fields},
                             "id": None, "reference": "X", "form_token": "x", "token_hash": "x"})]
        )  # fmt: skip


def test_a_lowered_capacity_drops_nobody():
    event = open_event(capacity=3)
    come(event, 3)
    Event.objects.filter(pk=event.pk).update(capacity=1)
    assert capacity_problems() == [f"{event.title}: 3 pladser er taget, men der er kun 1."]
    Event.objects.filter(pk=event.pk).update(capacity=3)


def test_the_audit_sees_a_counter_that_lies():
    event = open_event()
    Event.objects.filter(pk=event.pk).update(seats_taken=1)
    assert capacity_problems() == [f"{event.title}: tælleren siger 1, men der er 0 pladser taget."]
    with pytest.raises(CommandError, match=r"^1 sted er der noget galt\.$"):
        call_command("check_capacity")
    Event.objects.filter(pk=event.pk).update(seats_taken=0)


def test_a_cafe_that_somebody_waits_for_since_just_now_is_not_for_a_newcomer():
    """The newcomer's own request lets a party in that is then first in line for the café: it needs more seats there than are left."""
    event = open_event(capacity=1, promotion=Promotion.STRAIGHT)
    cafe = SessionFactory(event=event, kind="cafe", capacity=3)
    come(event, sessions=(cafe,))
    group = come(event, 3, sessions=(cafe,), wait=True)
    Event.objects.filter(pk=event.pk).update(capacity=10)
    event.refresh_from_db()
    with pytest.raises(Full) as refusal:
        come(event, sessions=(cafe,))
    assert refusal.value.sessions == [cafe]
    alone = come(event, sessions=(cafe,), waits_for_sessions=True)
    group.refresh_from_db()
    assert group.state == S.CONFIRMED
    assert [choice.queue_place() for choice in (group.choices.get(), alone.choices.get())] == [1, 2]


def test_an_event_that_is_gone_meanwhile_takes_nobody():
    event = open_event()
    as_it_was_read = Event.objects.get(pk=event.pk)
    event.delete()
    with pytest.raises(NotOpen):
        come(as_it_was_read)
