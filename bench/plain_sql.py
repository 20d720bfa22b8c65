"""The limit: a registration's transaction as plain SQL, on the same server and for the same event.

It decides nothing and renders nothing: the rows are given. What it costs is what the database takes for them, one event's lock
after the other.
"""

import multiprocessing
import secrets
import threading
import time
from base64 import b32encode
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import psycopg2

PROCESSES = 4  # as many as the web server has, so that one interpreter is not what is measured
# What the portal sends for one registration with a café, as few times to the database and back as it does (`foundation/insertion.py`):
# the event's lock, two counters, and all rows. The mail is due next year, so that no worker spends time on it here.
STATEMENTS = (
    "SELECT seats_taken, capacity FROM events_event WHERE id = %(event)s FOR NO KEY UPDATE",
    "UPDATE events_event SET seats_taken = seats_taken + 1"
    " WHERE id = %(event)s AND (capacity IS NULL OR seats_taken < capacity)",
    "UPDATE events_session SET seats_taken = seats_taken + 1"
    " WHERE id = %(session)s AND (capacity IS NULL OR seats_taken < capacity)",
    """
    WITH party AS (
        INSERT INTO events_registration (event_id, reference, name, email, email_key, organisation, organisation_key, places, state,
            held_until, form_token, token_version, token_hash, notice_version, override_reason, created_at)
        VALUES (%(event)s, %(reference)s, 'Borger', %(email)s, %(email)s, '', '', 1, 'pending', now() + interval '1 day',
            %(token)s, 1, %(token)s, '2026-11', '', now())
        RETURNING id
    ), choice AS (
        INSERT INTO events_sessionchoice (registration_id, session_id) SELECT id, %(session)s FROM party
    ), change AS (
        INSERT INTO events_registrationchange (registration_id, at, before, after, reason)
        SELECT id, now(), '', 'pending', '' FROM party
    ), mail AS (
        INSERT INTO foundation_outgoingmail (key, kind, "to", subject, text, html, attachments, message_id, state, attempts,
            next_attempt_at, last_error, created_at)
        VALUES (%(token)s, 'confirm', %(email)s, %(subject)s, %(text)s, %(html)s, '[]', %(token)s, 'queued', 0,
            now() + interval '1 year', '', now())
    )
    SELECT id FROM party
    """,
)


@dataclass(frozen=True)
class Load:
    """What one process does.

    Attributes:
        server: where, as libpq has it.
        connections: how many it has at it at once.
        transactions: on each of these.
        event: the key of the event that all are for.
        sessions: the keys of its cafés, taken in turn.
        mail: subject, text and html, of the size that the portal writes.
    """

    server: dict[str, str]
    connections: int
    transactions: int
    event: int
    sessions: tuple[int, ...]
    mail: dict[str, str]


def per_second(load: Load) -> float:
    """Transactions per second when all of PROCESSES do `load`, with `load.connections` each."""
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool:
        spans = list(pool.map(work, [load] * PROCESSES))
    taken = max(end for _, end in spans) - min(start for start, _ in spans)
    return PROCESSES * load.connections * load.transactions / taken


def work(load: Load) -> tuple[float, float]:
    """When the transactions began and ended, on the machine's clock."""
    ready = threading.Barrier(load.connections)
    spans = []

    def run() -> None:
        connection = psycopg2.connect(**load.server)
        ready.wait()
        started = time.monotonic()
        for number in range(load.transactions):
            register(connection, load, load.sessions[number % len(load.sessions)])
        spans.append((started, time.monotonic()))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(load.connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return min(start for start, _ in spans), max(end for _, end in spans)


def register(connection, load: Load, session: int) -> None:
    random = secrets.token_bytes(16)
    token = random.hex()
    values = load.mail | {
        "event": load.event,
        "session": session,
        "token": token,
        "reference": b32encode(random)[:7].decode(),  # seven hexadecimal digits would meet each other
        "email": f"{token}@plain.example",
    }
    with connection, connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement, values)
