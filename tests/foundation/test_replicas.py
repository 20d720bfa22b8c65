"""Which rows a request reads where. What the replica does to pages is in tests/replicas."""

from contextlib import contextmanager

import pytest
from django.contrib.sessions.models import Session as LogInSession
from django.core.cache.backends.db import BaseDatabaseCache

from erhvervspanel.foundation.models import OutgoingMail, User
from erhvervspanel.foundation.replicas import REPLICA, Router, reading
from events.models import Event
from ideas.models import Idea

CACHE_ENTRY = BaseDatabaseCache("foundation_cache", {}).cache_model_class


@contextmanager
def reading_from_the_replica():
    token = reading.set(REPLICA)
    try:
        yield Router()
    finally:
        reading.reset(token)


def test_what_has_not_been_let_through_reads_from_the_primary():
    assert Router().db_for_read(Event) == "default"


def test_public_content_is_read_from_the_replica_where_the_request_may():
    with reading_from_the_replica() as router:
        assert [router.db_for_read(model) for model in (Event, Idea)] == [REPLICA, REPLICA]


@pytest.mark.parametrize("model", [User, LogInSession, OutgoingMail, CACHE_ENTRY])
def test_people_sessions_mails_and_the_cache_are_read_where_they_are_written(model):
    with reading_from_the_replica() as router:
        assert router.db_for_read(model) == "default"


def test_once_something_is_written_the_request_reads_from_the_primary():
    with reading_from_the_replica() as router:
        assert router.db_for_write(Event) == "default"
        assert router.db_for_read(Event) == "default"


def test_nothing_is_migrated_at_the_replica():
    assert not Router().allow_migrate(REPLICA, "events")
    assert Router().allow_migrate("default", "events")
