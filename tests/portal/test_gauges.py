"""Figures that stand in the database."""

from datetime import timedelta

import pytest
from django.db import InterfaceError, connection
from django.utils import timezone

from erhvervspanel.foundation.models import DueRun, OutgoingMail, WorkerBeat
from erhvervspanel.foundation.monitoring import metrics
from erhvervspanel.foundation.throttle import Limit, TooMany, count
from erhvervspanel.portal.gauges import Gauges, audited
from events.actions import confirm
from events.models import Event
from tests.events.test_registering import come, open_event
from tests.factories import EventFactory
from tests.foundation.outbox.test_outbox import write

pytestmark = pytest.mark.django_db
EVENTS = ("erhvervspanel_event_seats", "erhvervspanel_registrations")
TOKEN = "kun-til-prometheus-8f1d27c4"


@pytest.fixture(autouse=True)
def _audit_anew():
    audited.cache_clear()


def told() -> dict[str, float]:
    """All samples, by name and labels as Prometheus writes them."""
    lines = metrics.exposition(Gauges()).decode().splitlines()
    samples = (line.rpartition(" ") for line in lines if line.startswith("erhvervspanel_"))
    return {name: float(value) for name, _, value in samples}


def test_an_empty_portal():
    figures = told()
    assert figures["erhvervspanel_database_up"] == 1
    assert figures["erhvervspanel_oldest_mail_seconds"] == 0
    assert figures["erhvervspanel_worker_silent_seconds"] == float("inf")
    assert figures['erhvervspanel_job_age_seconds{job="purge-personal-data"}'] == float("inf")
    assert figures['erhvervspanel_mails{state="queued"}'] == 0


def test_mails_worker_and_jobs():
    now = timezone.now()
    for number in range(3):
        write(number)
    OutgoingMail.objects.filter(key="prøve:0").update(next_attempt_at=now - timedelta(hours=1))
    OutgoingMail.objects.filter(key="prøve:1").update(state="failed")
    WorkerBeat.objects.create(name="gammel", beat_at=now - timedelta(minutes=10))
    WorkerBeat.objects.create(name="ny", beat_at=now - timedelta(minutes=2))
    DueRun.objects.create(job="forget-audit", due_at=now, done_at=now - timedelta(hours=2))
    figures = told()
    assert [figures[f'erhvervspanel_mails{{state="{state}"}}'] for state in ("queued", "failed", "sent")] == [
        2,
        1,
        0,
    ]
    assert figures["erhvervspanel_oldest_mail_seconds"] // 60 == 60
    assert figures["erhvervspanel_worker_silent_seconds"] // 60 == 2
    assert figures['erhvervspanel_job_age_seconds{job="forget-audit"}'] // 3600 == 2


def test_a_mail_that_was_refused_for_now_is_as_old_as_it_is():
    write(1)
    now = timezone.now()
    OutgoingMail.objects.update(
        attempts=5, next_attempt_at=now + timedelta(minutes=30), created_at=now - timedelta(hours=1)
    )
    assert told()["erhvervspanel_oldest_mail_seconds"] // 60 == 60


def test_registrations_of_coming_events_by_state():
    event = open_event(title="Åbent hus", capacity=3, confirms_email=True)
    for registration in (come(event), come(event)):
        if registration.pk % 2:
            confirm(registration)
    EventFactory(title="Holdt", past=True)
    figures = {name: value for name, value in told().items() if name.startswith(EVENTS)}
    assert {name: value for name, value in figures.items() if value} == {
        'erhvervspanel_event_seats{event="aabent-hus",which="taken"}': 2,
        'erhvervspanel_event_seats{event="aabent-hus",which="all"}': 3,
        'erhvervspanel_registrations{event="aabent-hus",state="pending"}': 1,
        'erhvervspanel_registrations{event="aabent-hus",state="confirmed"}': 1,
    }
    assert "holdt" not in str(figures)


@pytest.mark.parametrize("width", [1, 3])
def test_they_cost_the_same_with_any_number_of_rows(width, django_assert_num_queries):
    for number in range(width):
        event = open_event()
        come(event)
        write(number)
    # Half of them by the audits, which are done anew here.
    with django_assert_num_queries(18):
        told()


def test_audits_tell_how_much_is_wrong():
    event = open_event()
    come(event)
    assert told()['erhvervspanel_audit_problems{audit="capacity"}'] == 0
    Event.objects.filter(pk=event.pk).update(seats_taken=7)
    OutgoingMail.objects.update(state="sent", sent_at=timezone.now() - timedelta(days=92))
    audited.cache_clear()
    figures = told()
    assert figures['erhvervspanel_audit_problems{audit="capacity"}'] == 1
    assert figures['erhvervspanel_audit_problems{audit="retention"}'] == 1


def test_without_a_database_that_is_what_they_tell():
    def refuse(*arguments):
        raise InterfaceError("connection already closed")

    with connection.execute_wrapper(refuse):
        samples = [sample for metric in Gauges().collect() for sample in metric.samples]
    assert [(sample.name, sample.value) for sample in samples] == [("erhvervspanel_database_up", 0)]


def test_refusals_are_counted_by_what_was_tried(settings):
    settings.METRICS_TOKEN = TOKEN
    limit = Limit(1, timedelta(minutes=10), "For mange.")
    count("prøve-af-tal", ("bo@example.org", limit))
    for _ in range(2):
        with pytest.raises(TooMany):
            count("prøve-af-tal", ("bo@example.org", limit))
    assert told()['erhvervspanel_throttle_refusals_total{purpose="prøve-af-tal"}'] == 2


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_machines_are_answered_without_tls_and_never_from_a_store(client, settings, path):
    settings.SECURE_SSL_REDIRECT, settings.METRICS_TOKEN = True, TOKEN
    response = client.get(path, headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
