"""Counting attempts: exact under any number of processes, forgotten after the day, and not to be talked out of."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection, transaction
from django.test import RequestFactory

from erhvervspanel.foundation import due_jobs, throttle
from erhvervspanel.foundation.models import AttemptCount, AttemptSalt
from erhvervspanel.foundation.throttle import (
    ADDRESS,
    MAILBOX,
    NETWORK,
    SITE,
    TooMany,
    admit,
    count,
    network_of,
)

NOON = datetime(2026, 11, 24, 12, 3, tzinfo=UTC)
LIMIT = throttle.Limit(3, timedelta(minutes=10), "For mange.")


@pytest.fixture(autouse=True)
def _no_salt_is_remembered():
    throttle.salt_of.cache_clear()


def came(remote: str, forwarded: str | None = None):
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote)


@pytest.mark.django_db
def test_the_last_attempt_is_let_in_and_the_next_is_told_when_to_come_back():
    with time_machine.travel(NOON, tick=False):
        for _ in range(3):
            count("prøve", ("bo@example.org", LIMIT))
        with pytest.raises(TooMany) as refusal:
            count("prøve", ("bo@example.org", LIMIT))
        assert refusal.value.until == NOON + timedelta(minutes=7)
        assert refusal.value.seconds == 420
        assert refusal.value.sentence == "For mange. Prøv igen kl. 13.10."
    with time_machine.travel(NOON + timedelta(minutes=6, seconds=59), tick=False), pytest.raises(TooMany):
        count("prøve", ("bo@example.org", LIMIT))
    with time_machine.travel(refusal.value.until, tick=False):
        count("prøve", ("bo@example.org", LIMIT))


@pytest.mark.django_db
def test_each_purpose_and_each_person_has_a_count_of_its_own():
    for purpose, who in (("a", "bo"), ("a", "åse"), ("b", "bo")):
        for _ in range(LIMIT.most):
            count(purpose, (who, LIMIT))
    assert sorted(AttemptCount.objects.values_list("purpose", "count")) == [("a", 3), ("a", 3), ("b", 3)]


@pytest.mark.django_db
def test_a_network_that_has_had_its_share_uses_up_no_address(monkeypatch):
    monkeypatch.setattr(throttle, "NETWORK", LIMIT)
    for number in range(5):
        if number < LIMIT.most:
            admit(came("192.0.2.7"), "prøve", address=f"borger{number}@example.org")
        else:
            with pytest.raises(TooMany):
                admit(came("192.0.2.7"), "prøve", address=f"borger{number}@example.org")
    # The network, and each address, for this purpose and for all.
    assert AttemptCount.objects.count() == 1 + 2 * LIMIT.most


@pytest.mark.django_db
@pytest.mark.parametrize(
    "addresses",
    [
        [f"aase+{number}@example.org" for number in range(3)] + ["Aase@example.org"],
        ["aaseost@gmail.com", "aase.ost@gmail.com", "a.a.s.e.ost+x@googlemail.com", "AaseOst@Gmail.com"],
    ],
    ids=["plus", "gmail"],
)
def test_all_addresses_of_one_mailbox_have_one_share(monkeypatch, addresses):
    monkeypatch.setattr(throttle, "ADDRESS", LIMIT)
    *first, last = addresses
    for address in first:
        admit(came("192.0.2.7"), "prøve", address=address)
    with pytest.raises(TooMany):
        admit(came("192.0.2.7"), "prøve", address=last)
    for other in ("bo@example.org", "aase.ost@example.org", "+@example.org", "++@example.org"):
        admit(came("192.0.2.7"), "prøve", address=other)


@pytest.mark.django_db
def test_all_purposes_together_have_a_share_too():
    purposes = [f"prøve {number}" for number in range(MAILBOX.most + 1)]
    for purpose in purposes[:-1]:
        admit(came("192.0.2.7"), purpose, address="aase@example.org")
    with pytest.raises(TooMany):
        admit(came("198.51.100.1"), purposes[-1], address="aase@example.org")
    admit(came("192.0.2.7"), purposes[-1], address="bo@example.org")


@pytest.mark.django_db
def test_the_many_networks_of_one_subscriber_have_one_share(monkeypatch):
    monkeypatch.setattr(throttle, "SITE", LIMIT)
    for number in range(LIMIT.most):
        admit(came(f"2001:db8:1:{number}::1"), "prøve", address=f"borger{number}@example.org")
    with pytest.raises(TooMany):
        admit(came("2001:db8:1:ffff::1"), "prøve", address="aase@example.org")
    assert SITE.most > NETWORK.most
    for other in ("2001:db8:2::1", "192.0.2.7"):
        admit(came(other), "prøve", address="aase@example.org")


@pytest.mark.django_db
def test_all_limits_are_counted_in_one_statement(django_assert_num_queries):
    admit(came("2001:db8:1::1"), "prøve", address="aase@example.org")  # makes the salt of the day
    with django_assert_num_queries(1):
        admit(came("2001:db8:1::1"), "prøve", address="bo@example.org")


def test_a_school_passes_and_an_inbox_is_not_flooded():
    assert (NETWORK.most, NETWORK.window) == (300, timedelta(minutes=10))
    assert (ADDRESS.most, ADDRESS.window) == (MAILBOX.most / 2, MAILBOX.window) == (6, timedelta(hours=1))


CROWD = 12


def let_in_at_once(limit: throttle.Limit) -> int:
    """How many of CROWD get in that try at the same instant, each on a connection of its own."""
    barrier = Barrier(CROWD)

    def attempt(_) -> bool:
        connection.ensure_connection()
        barrier.wait()
        try:
            count("prøve", ("192.0.2.7", limit))
        except TooMany:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(CROWD) as pool:
        return sum(pool.map(attempt, range(CROWD)))


@pytest.mark.django_db(transaction=True)
def test_attempts_at_once_are_counted_exactly():
    assert let_in_at_once(throttle.Limit(7, timedelta(days=1), "For mange.")) == 7
    assert AttemptCount.objects.get().count == CROWD
    assert AttemptSalt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_reading_the_count_and_then_writing_it_would_let_more_in(monkeypatch):
    """The control: else the test above proves nothing."""
    read_first = """
        INSERT INTO foundation_attemptcount (purpose, key, window_at, count)
        SELECT given.*, 1 + (SELECT coalesce(max(count), 0) FROM foundation_attemptcount)
        FROM (VALUES (%s, %s, %s::timestamptz)) AS given, pg_sleep(0.2)
        ON CONFLICT (purpose, key, window_at) DO UPDATE SET count = EXCLUDED.count RETURNING count <= %s AS is_let_in
    """
    monkeypatch.setattr(throttle, "COUNT", read_first)
    assert let_in_at_once(throttle.Limit(7, timedelta(days=1), "For mange.")) > 7


@pytest.mark.django_db(transaction=True)
def test_an_attempt_cannot_be_counted_where_it_could_be_rolled_back():
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        count("prøve", ("bo@example.org", LIMIT))
    assert not AttemptCount.objects.exists()


@pytest.mark.django_db
def test_an_attempt_costs_the_same_however_many_there_were(django_assert_num_queries):
    count("prøve", ("bo@example.org", LIMIT))
    with django_assert_num_queries(1):
        count("prøve", ("bo@example.org", LIMIT), ("192.0.2.7", LIMIT))


@pytest.mark.django_db
def test_what_is_kept_names_nobody_and_is_not_the_same_the_day_after():
    for day in (NOON, NOON + timedelta(days=1)):
        with time_machine.travel(day, tick=False):
            count("prøve", ("bo@example.org", LIMIT))
    first, second = AttemptCount.objects.order_by("window_at").values_list("key", flat=True)
    assert first != second
    assert len(first) == 64
    assert "bo" not in str(list(AttemptCount.objects.values())).replace("prøve", "")
    assert len(set(AttemptSalt.objects.values_list("salt", flat=True))) == 2


@pytest.mark.django_db
def test_no_window_has_two_salts():
    evening = datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC)
    for limit in (NETWORK, ADDRESS):
        with time_machine.travel(evening, tick=False):
            count("prøve", ("bo@example.org", limit))
        assert AttemptCount.objects.get().window_at + limit.window == evening + timedelta(seconds=1)
        AttemptCount.objects.all().delete()


@pytest.mark.django_db
@pytest.mark.parametrize("month", [1, 7])  # winter and summer time
def test_yesterdays_counts_and_salt_are_gone_in_the_morning(month):
    day = datetime(2026, month, 24, 23, 59, tzinfo=UTC)
    with time_machine.travel(day, tick=False):
        count("prøve", ("bo@example.org", LIMIT))
    job = next(job for job in due_jobs.JOBS if job.name == "forget-attempts")
    morning = job.due(day + timedelta(hours=3))
    assert morning > day
    with time_machine.travel(morning, tick=False):
        count("prøve", ("bo@example.org", LIMIT))
        assert due_jobs.run_due((job,)) == ["forget-attempts"]
    assert AttemptSalt.objects.get().day == morning.astimezone(UTC).date()
    assert AttemptCount.objects.get().window_at >= morning.replace(minute=0)


@pytest.mark.parametrize(
    ("remote", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_a_network_is_what_one_subscriber_has(remote, network):
    assert network_of(came(remote)) == network


@pytest.mark.parametrize("spoofed", ["198.51.100.1", "198.51.100.1, 203.0.113.5", "", "vrøvl", "::1", ","])
def test_a_spoofed_header_changes_nothing_without_a_proxy(settings, spoofed):
    settings.BEHIND_PROXY = 0
    assert network_of(came("192.0.2.7", spoofed)) == "192.0.2.7"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "network"),
    [
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "198.51.100.1, 203.0.113.5", "203.0.113.5"),
        (1, "198.51.100.1,203.0.113.5:51234", "203.0.113.5"),
        (1, "[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        (1, "vrøvl", "192.0.2.7"),
        (1, None, "192.0.2.7"),
        (2, "198.51.100.1, 203.0.113.5, 10.0.0.1", "203.0.113.5"),
        (2, "198.51.100.1", "192.0.2.7"),
    ],
)
def test_behind_proxies_their_own_word_is_taken_and_no_other(settings, proxies, forwarded, network):
    settings.BEHIND_PROXY = proxies
    assert network_of(came("192.0.2.7", forwarded)) == network
