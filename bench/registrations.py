"""Registrations: 2,000 people for 200 seats and six network cafés, over HTTP and at once, while some who got a seat give it up.

Round after round: the crowd at an event that is too small; the same crowd at one with room for all, where each send is a full
registration; and the same transaction as plain SQL. A last round with a stopwatch in the server tells how long the event's lock is waited for and held.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from bench import audits, plain_sql, processor
from bench.crowd import Crowd, Outcome
from bench.served import Portal, portal
from dev.console import ROOT, say
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.models import MailState, OutgoingMail
from events.actions import cancel
from events.models import Event, EventKind, SessionKind, Venue

ROUNDS = 2
PEOPLE = 2_000
CLIENTS = 64
SEATS = 200
CAFES = (36, 30, 30, 36, 36, 32)  # seats in each, as at the conference of 2021
PARTIES = (1, 1, 1, 2, 1, 1, 3, 1)  # places, person after person
CANCELLATIONS = 20  # while the crowd is at it, so that seats go to the waiting list
PLAIN = {8: 250, 64: 40}  # connections, and transactions on each
LIMIT = 8  # of those connections: what the budget is a share of
TARGET = 0.25  # of plain SQL
DRAINED_WITHIN = 120  # seconds


def measure() -> dict:
    """The medians of ROUNDS, the faults of all of them, and the lock's times."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    with tempfile.TemporaryDirectory() as folder:
        with portal() as served:
            rounds = [one_round(served, number) for number in range(ROUNDS)]
            memory = served.memory()
        log = Path(folder) / "stopwatch"
        with portal(application="bench.stopwatch", STOPWATCH=str(log)) as served:
            send(served, new_event(ROUNDS))
        under_load = lock_times(log)
    results = together(rounds) | {"memory_mb": memory, "lock": under_load}
    show(results)
    met = results["of_plain_sql"] >= TARGET
    say(f"target of_plain_sql, by {LIMIT} connections: {TARGET}{'' if met else '  NOT MET'}")
    return results


def one_round(served: Portal, number: int) -> dict:
    event = new_event(number)
    before = time.monotonic(), processor.busy(), served.processor()
    outcome = send(served, event)
    after = time.monotonic(), processor.busy(), served.processor()
    drained = drain()
    result = figures(outcome) | {
        "processor": shares(before, after, outcome),
        "last_mail_after_s": drained,
        "faults": faults(event, served, outcome),
    }
    roomy = new_event(f"{number}-rummelig")
    lift(roomy)
    outcome = send(served, roomy)
    drain()
    result["full_registrations_per_s"] = len(outcome.registered) / outcome.taken
    for connections in PLAIN:
        result[f"plain_sql_per_s_of_{connections}"] = plain(roomy, connections)
    result["of_plain_sql"] = result["full_registrations_per_s"] / result[f"plain_sql_per_s_of_{LIMIT}"]
    result["faults"]["counters that are wrong after plain SQL"] = audits.wrong_counters()
    return result


# -- The crowd -------------------------------------------------------------------------------------------------


def new_event(number: int | str) -> Event:
    """An event that opened yesterday and starts in a month, with its cafés, all at the same time."""
    now = timezone.now()
    starts = now + timedelta(days=30)
    venue, _ = Venue.objects.get_or_create(
        name="Nærum Gymnasium", address="Nærum Hovedgade 30", postcode="2850", town="Nærum"
    )
    event = Event.objects.create(
        kind=EventKind.CONFERENCE,
        title=f"Konference {number}",
        slug=f"konference-{number}",
        summary="En konference, som flere vil til, end der er plads til.",
        venue=venue,
        starts_at=starts,
        ends_at=starts + timedelta(hours=3),
        capacity=SEATS,
        registration_opens_at=now - timedelta(days=1),
        publish_at=now - timedelta(days=2),
    )
    for place, seats in enumerate(CAFES, start=1):
        event.sessions.create(
            kind=SessionKind.CAFE,
            title=f"Netværkscafé {place}",
            starts_at=starts + timedelta(hours=1),
            ends_at=starts + timedelta(hours=2),
            capacity=seats,
        )
    return event


def send(served: Portal, event: Event) -> Outcome:
    """Lets the crowd come to `event`, while some who got a seat give it up again."""
    gone = threading.Event()
    regretful = threading.Thread(target=give_up_seats, args=[event, gone])
    regretful.start()
    try:
        return come(served.port, event, PEOPLE)
    finally:
        gone.set()
        regretful.join()


def come(port: int, event: Event, many: int, *, clients: int = CLIENTS) -> Outcome:
    """Lets `many` people come to `event` by way of `port`, `clients` of them at a time."""
    cafes = [str(key) for key in event.sessions.values_list("pk", flat=True)]
    people = [
        {
            "name": f"Åse Østergård {number}",
            "email": f"borger{number}@{event.slug}.example",
            "places": str(PARTIES[number % len(PARTIES)]),
            "organisation": "Eksempel A/S",
            "sessions": cafes[number % len(cafes)],
        }
        for number in range(many)
    ]
    crowd = Crowd(port, link("events:sign-up", event.slug), people, clients)
    command = (sys.executable, "-m", "bench.crowd")
    told = subprocess.run(  # noqa: S603 (our own)
        command, cwd=ROOT, input=json.dumps(asdict(crowd)), stdout=subprocess.PIPE, text=True, check=True
    )
    return Outcome(**json.loads(told.stdout))


def give_up_seats(event: Event, gone: threading.Event) -> None:
    """Where there is a limit: cancels CANCELLATIONS held seats, the first first, once somebody waits and until the crowd is `gone`."""
    with closing(connection):
        for _ in range(CANCELLATIONS):
            while not gone.wait(0.1):
                if event.registrations.queue().exists():
                    cancel(event.registrations.holding().order_by("pk").first())
                    break


def drain() -> float:
    """Waits until no mail is due, and returns the seconds that took."""
    started = time.monotonic()
    while OutgoingMail.objects.filter(state=MailState.QUEUED, next_attempt_at__lte=timezone.now()).exists():
        if time.monotonic() - started > DRAINED_WITHIN:
            sys.exit("The outbox is not emptied.")
        time.sleep(0.1)
    return time.monotonic() - started


# -- The limit -------------------------------------------------------------------------------------------------


def lift(event: Event) -> None:
    """Makes room for all, so that plain SQL writes as much for each as a registration that got its seats."""
    Event.objects.filter(pk=event.pk).update(capacity=None)
    event.sessions.update(capacity=None)


def plain(event: Event, connections: int) -> float:
    """Transactions per second as plain SQL."""
    mail = OutgoingMail.objects.filter(kind="confirm").values("subject", "text", "html").first()
    load = plain_sql.Load(
        server=connection.get_connection_params() | {"cursor_factory": None},
        connections=connections // plain_sql.PROCESSES,
        transactions=PLAIN[connections],
        event=event.pk,
        sessions=tuple(event.sessions.values_list("pk", flat=True)),
        mail=mail,
    )
    return plain_sql.per_second(load)


# -- The figures -----------------------------------------------------------------------------------------------


def figures(outcome: Outcome) -> dict:
    """Rates per second, and times of a POST in milliseconds, the refused ones included."""
    cuts = statistics.quantiles(outcome.times, n=100)
    return {
        "registrations_per_s": len(outcome.registered) / outcome.taken,
        "posts_per_s": len(outcome.times) / outcome.taken,
        "p50_ms": cuts[49] * 1000,
        "p95_ms": cuts[94] * 1000,
        "p99_ms": cuts[98] * 1000,
        "statuses": outcome.statuses,
    }


def faults(event: Event, served: Portal, outcome: Outcome) -> dict[str, int]:
    """What must be 0."""
    rows = set(event.registrations.values_list("email", flat=True))
    mails = audits.lost_and_doubled(event, served.mails)
    return {
        "answers of 5xx": sum(times for status, times in outcome.statuses.items() if status.startswith("5")),
        "people without registration": PEOPLE - len(rows),
        "told so without registration": len(set(outcome.registered) ^ rows),
        "seats oversold": audits.oversold(event),
        "counters that are wrong": audits.wrong_counters(),
        "mails lost": mails["lost"],
        "mails doubled": mails["doubled"],
        "got past the queue": audits.out_of_order(event),
    }


def shares(before, after, outcome: Outcome) -> dict[str, float]:
    """Shares of the machine's processors while the crowd was there, its fetching of forms and its pause included, in percent."""
    (started, busy, used), (ended, busy_after, used_after) = before, after
    everything = processor.CORES * (ended - started) / 100
    return {
        "all": (busy_after - busy) / everything,
        "crowd": outcome.cpu / everything,
        **{who: (used_after[who] - used[who]) / everything for who in used},
    }


def lock_times(log: Path) -> dict[str, float]:
    """Milliseconds that registrations waited for the event and held it, from the stopwatch's log."""
    waited, held = zip(*(map(float, line.split()) for line in log.read_text().splitlines()), strict=True)
    return {
        "waited_p50_ms": statistics.median(waited),
        "waited_p95_ms": statistics.quantiles(waited, n=20)[-1],
        "held_p50_ms": statistics.median(held),
        "held_p95_ms": statistics.quantiles(held, n=20)[-1],
    }


def together(rounds: list[dict]) -> dict:
    """The medians of `rounds`, and the faults of all of them added up."""
    numbers = [name for name, value in rounds[0].items() if isinstance(value, float)]
    statuses = [Counter(one["statuses"]) for one in rounds]
    return {
        **{name: statistics.median(one[name] for one in rounds) for name in numbers},
        "processor": {
            who: statistics.median(one["processor"][who] for one in rounds) for who in rounds[0]["processor"]
        },
        "statuses": dict(sum(statuses, Counter())),
        "faults": {name: sum(one["faults"][name] for one in rounds) for name in rounds[0]["faults"]},
    }


def show(results: dict) -> None:
    for name, value in results.items():
        if isinstance(value, dict):
            say(name)
            for part, figure in value.items():
                say(f"  {part:<44}{rounded(figure):>12}")
        else:
            say(f"{name:<46}{rounded(value):>12}")


def rounded(value: float) -> str:
    return f"{value:.2f}" if value < 1 else f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
