"""A portal with something of everything: the sample programme, registrations and mails in every state, and what no backup holds."""

import io
from dataclasses import dataclass
from datetime import timedelta

import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from erhvervspanel.foundation import throttle
from erhvervspanel.foundation.models import MailState, OutgoingMail, User, WorkerBeat
from erhvervspanel.portal.roles import setup_roles
from events.actions import (
    cancel,
    cancel_event,
    check_in,
    close_cancelled,
    close_door,
    decline,
    release_expired,
)
from events.models import Event, Registration, RegistrationState
from ideas.actions import submit
from initiatives.models import Initiative
from tests.events.test_registering import come, open_event
from tests.factories import UserFactory
from tests.ideas.test_submissions import given

S = RegistrationState
FORMER = "gammelt-navn"  # the address that an initiative had
ERASED_BY_STAFF, ERASED_BY_LINK, OVERDUE = "Kanariefugl", "Solsortfugl", "Gulspurv"


@dataclass(frozen=True)
class World:
    """What tests look for.

    Attributes:
        moved: what the address FORMER leads to.
        links: the personal links that work.
        sitemap: all that is public.
    """

    moved: str
    links: list[str]
    sitemap: str


def fill() -> World:
    """Fills the database that Django uses now."""
    call_command("load_programme", stdout=io.StringIO())
    setup_roles()
    staff = UserFactory(superuser=True)
    initiative = Initiative.objects.published().first()
    name, initiative.slug = initiative.slug, FORMER
    initiative.save()
    initiative.slug = name
    initiative.save()
    register_all(staff)
    for bird in (ERASED_BY_STAFF, ERASED_BY_LINK):
        sold_out = open_event(capacity=2)
        come(sold_out, 2, name=bird, email=f"{bird}@example.org", companions=(f"{bird}s ven",))
        come(sold_out, wait=True)
    submit(given(contact_name=ERASED_BY_STAFF, email=f"{ERASED_BY_STAFF}@example.org"), form_token="told")
    assert set(Registration.objects.values_list("state", flat=True)) == set(S)
    mail_in_every_state()
    leave_out()
    links = [row.get_absolute_url() for row in Registration.objects.exclude(name="").order_by("pk")]
    return World(initiative.get_absolute_url(), links, Client().get("/sitemap.xml").text)


def register_all(staff: User) -> None:
    """A registration in each state, and one that is overdue in a day."""
    now = timezone.now()
    pending = open_event(confirms_email=True, capacity=9)
    come(pending)
    late = come(pending)
    full = open_event(capacity=1)
    first, *waiting = [come(full, wait=True) for _ in range(5)]
    cancel(first)
    decline(Registration.objects.get(pk=waiting[0].pk))
    lapse(late, waiting[1])
    with time_machine.travel(now - timedelta(days=25)):
        past, off = (open_event(capacity=9, retention_days=5) for _ in range(2))
        came = come(past)
        come(past, name=OVERDUE, email=f"{OVERDUE}@example.org")
        come(off)
    with time_machine.travel(past.ends_at - timedelta(hours=1)):
        check_in(came, by=staff)
        close_door(Event.objects.get(pk=past.pk), by=staff)
        cancel_event(off, by=staff)
    close_cancelled()


def lapse(*registrations: Registration) -> None:
    keys = [registration.pk for registration in registrations]
    Registration.objects.filter(pk__in=keys).update(held_until=timezone.now() - timedelta(seconds=1))
    release_expired()


def mail_in_every_state() -> None:
    """Those that the registrations wrote are in the queue; some go on from there, and a worker has one in hand."""
    mails = list(OutgoingMail.objects.order_by("pk")[:4])
    now = timezone.now()
    states = ({"state": MailState.SENT, "sent_at": now}, {"state": MailState.FAILED, "last_error": "550 Ukendt"},
              {"state": MailState.WITHHELD}, {"attempts": 1, "leased_until": now + timedelta(minutes=2)})  # fmt: skip
    for mail, values in zip(mails, states, strict=True):
        OutgoingMail.objects.filter(pk=mail.pk).update(**values)


def leave_out() -> None:
    """What no backup holds."""
    SessionStore().save()
    throttle.salt_of.cache_clear()
    throttle.count("prøve", ("192.0.2.1", throttle.NETWORK))
    WorkerBeat.objects.create(name="worker-1")
