"""Whatever people and staff do, in any order: the invariants of registration hold after each step."""

from datetime import timedelta
from itertools import count

import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from erhvervspanel.foundation.models import OutgoingMail
from events.actions import (
    Duplicate,
    Full,
    NotOpen,
    Party,
    Wish,
    accept,
    cancel,
    cancel_event,
    capacity_problems,
    change,
    check_in,
    close_cancelled,
    close_door,
    confirm,
    confirm_for,
    decline,
    erase,
    let_in,
    move_people,
    move_up,
    promote,
    register,
    register_for,
    release_expired,
    restore_event,
)
from events.models import (
    ACTIVE,
    HOLDING,
    Event,
    GroupRule,
    Promotion,
    Registration,
    RegistrationChange,
    SessionChoice,
)
from events.models.registration import MOVES
from tests.events.test_registering import open_event
from tests.factories import SessionFactory, UserFactory

REFUSALS = (Full, NotOpen, Duplicate, ValidationError)


class Registering(RuleBasedStateMachine):
    """An event with few seats and two small cafés, and everything that can be done to it."""

    registrations = Bundle("registrations")

    @initialize(
        capacity=st.integers(0, 6),
        cafes=st.tuples(st.integers(0, 3), st.integers(0, 3)),
        confirms=st.booleans(),
        promotion=st.sampled_from(Promotion),
        rule=st.sampled_from(GroupRule),
    )
    def begin(self, capacity, cafes, confirms, promotion, rule):
        self.example = transaction.atomic()
        self.example.__enter__()
        self.travel = time_machine.travel(timezone.now())
        self.clock = self.travel.start()
        self.numbers = count(1)
        self.by = UserFactory()
        self.event = open_event(
            capacity=capacity, confirms_email=confirms, promotion=promotion, group_rule=rule
        )
        self.cafes = [SessionFactory(event=self.event, kind="cafe", capacity=seats) for seats in cafes]
        self.lowered = False

    def teardown(self):
        if hasattr(self, "travel"):
            self.travel.stop()
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    def tried(self, action):
        """What `action` returns; None where it refuses."""
        try:
            return action()
        except REFUSALS:
            return None

    def chosen(self, picks) -> tuple:
        return tuple(cafe for cafe, pick in zip(self.cafes, picks, strict=True) if pick)

    @rule(
        target=registrations,
        places=st.integers(1, 4),
        picks=st.tuples(st.booleans(), st.booleans()),
        wait=st.booleans(),
        wait_cafe=st.booleans(),
        again=st.booleans(),
    )
    def sign_up(self, places, picks, wait, wait_cafe, again):
        number = 1 if again else next(self.numbers)
        party = Party(
            f"Borger {number}", f"Borger{number}@example.org", places, "1",
            sessions=self.chosen(picks), waits_for_sessions=wait_cafe,
        )  # fmt: skip
        form = f"form-{next(self.numbers)}"
        made = self.tried(lambda: register(self.event, party, form_token=form, wait=wait))
        return multiple() if made is None else made.pk

    @rule(
        target=registrations,
        places=st.integers(1, 4),
        picks=st.tuples(st.booleans(), st.booleans()),
        wait=st.booleans(),
        reason=st.sampled_from(["", "Oplæg"]),
    )
    def write_up(self, places, picks, wait, reason):
        number = next(self.numbers)
        email = f"gaest{number}@example.org" if wait else ""
        guest = Party("Gæst", email, places, "1", sessions=self.chosen(picks), waits_for_sessions=wait)
        told = {"form_token": f"form-{number}", "by": self.by, "wait": wait, "override_reason": reason}
        made = self.tried(lambda: register_for(self.event, guest, **told))
        return multiple() if made is None else made.pk

    @rule(places=st.permutations([0, 1]))
    def move_people(self, places):
        source, target = (self.cafes[place] for place in places)
        self.tried(lambda: move_people(source, target, by=self.by))

    @rule(key=registrations, step=st.sampled_from([confirm, accept, decline, cancel, erase]))
    def step(self, key, step):
        self.tried(lambda: step(Registration.objects.get(pk=key)))

    @rule(
        key=registrations,
        places=st.integers(1, 4),
        picks=st.tuples(st.booleans(), st.booleans()),
        wait=st.booleans(),
    )
    def change(self, key, places, picks, wait):
        wish = Wish("Nyt navn", places, sessions=self.chosen(picks), waits_for_sessions=wait)
        self.tried(lambda: change(Registration.objects.get(pk=key), wish))

    @rule(key=registrations)
    def move_up(self, key):
        self.tried(lambda: move_up(Registration.objects.get(pk=key), by=self.by, reason="Oplæg"))

    @rule(key=registrations)
    def say_yes_on_the_telephone(self, key):
        self.tried(lambda: confirm_for(Registration.objects.get(pk=key), by=self.by, reason="Ringede"))

    @rule(key=registrations)
    def arrive(self, key):
        self.tried(lambda: check_in(Registration.objects.get(pk=key), by=self.by))

    @rule(key=registrations, reason=st.sampled_from(["", "Oplæg"]))
    def come_to_the_door(self, key, reason):
        self.tried(lambda: let_in(Registration.objects.get(pk=key), by=self.by, reason=reason))

    @rule()
    def close_the_door(self):
        self.tried(lambda: close_door(self.event, by=self.by))

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours):
        self.clock.shift(timedelta(hours=hours))
        release_expired()
        close_cancelled()

    @rule(more=st.integers(1, 3))
    def raise_capacity(self, more):
        Event.objects.filter(pk=self.event.pk).update(capacity=F("capacity") + more)
        promote(self.event)

    @precondition(lambda self: not self.lowered)
    @rule()
    def lower_capacity(self):
        Event.objects.filter(pk=self.event.pk).update(capacity=0)
        self.lowered = True

    @rule()
    def cancel_it(self):
        self.tried(lambda: cancel_event(self.event, by=self.by))

    @rule()
    def restore_it(self):
        self.tried(lambda: restore_event(self.event, by=self.by))

    @invariant()
    def seats_are_counted_and_not_oversold(self):
        if hasattr(self, "event"):
            problems = [each for each in capacity_problems() if "tælleren" in each or not self.lowered]
            assert problems == []

    @invariant()
    def an_address_is_active_once(self):
        active = list(Registration.objects.filter(state__in=ACTIVE).values_list("email_key", flat=True))
        assert len(active) == len(set(active))

    @invariant()
    def nobody_waits_who_fits(self):
        """No seat stands free while the first on the waiting list, of those who can ever get one, fits it."""
        if not hasattr(self, "event"):
            return
        event = Event.objects.get(pk=self.event.pk)
        first = event.registrations.in_line().first()
        if first is not None and not event.is_closed:
            assert event.seats_left < first.places

    @invariant()
    def nobody_waits_for_a_cafe_who_fits(self):
        if not hasattr(self, "event") or Event.objects.get(pk=self.event.pk).is_closed:
            return
        waiting = SessionChoice.objects.filter(queued_at__isnull=False, registration__state__in=HOLDING)
        seen = set()
        for choice in waiting.select_related("session", "registration").order_by("queued_at", "pk"):
            if choice.registration.places > choice.session.capacity:
                continue
            if choice.session_id not in seen:
                assert choice.session.seats_left < choice.registration.places
            seen.add(choice.session_id)

    @invariant()
    def every_move_was_legal_and_is_in_the_log(self):
        for move in RegistrationChange.objects.exclude(before=F("after")):
            assert move.after in MOVES[move.before or None]
        for registration in Registration.objects.all():
            assert registration.changes.last().after == registration.state

    @invariant()
    def those_who_have_seats_are_the_counter(self):
        if hasattr(self, "event"):
            held = Registration.objects.filter(state__in=HOLDING, override_reason="")
            event = Event.objects.get(pk=self.event.pk)
            assert (held.aggregate(sum=Sum("places"))["sum"] or 0) == event.seats_taken

    @invariant()
    def no_mail_is_written_twice(self):
        keys = list(OutgoingMail.objects.values_list("key", flat=True))
        assert len(keys) == len(set(keys))


class TestRegistering(TestCase, Registering.TestCase):
    settings = settings(
        max_examples=60,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
