"""The content version: another one for every change of what the public may see, and the same for everything else."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from erhvervspanel.foundation import content_version
from erhvervspanel.foundation.counters import CounterField
from erhvervspanel.foundation.models import SynonymGroup
from erhvervspanel.foundation.prepared import spelt_out
from erhvervspanel.foundation.publishing import Public
from erhvervspanel.foundation.records import Record
from events.models import Event, Session
from ideas.models import Idea, LinkCheck
from panels.models import Theme
from tests.chains import chain
from tests.factories import (
    EventFactory,
    IdeaFactory,
    NeedFactory,
    NewsFactory,
    ProposalFactory,
    ServiceFactory,
    SessionFactory,
    ThemeFactory,
)
from tests.portal.test_public_pages import PAGES

# Not curated, and shown all the same.
SHOWN_BESIDES = {
    "ideas_linkcheck",
    "ideas_historicalidea",
    "ideas_historicalanswer",
    "initiatives_historicalinitiative",
}
# Pages ask only whether there is such a moment.
ONLY_WHETHER = {"cancelled_at", "undone_at"}


def curated_tables() -> set[str]:
    """The tables of every Record, with those of its many-to-many links."""
    return {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if issubclass(model, Record) or issubclass(model._meta.auto_created or object, Record)
    }


def rows(statement: str, *parameters) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def settled() -> str:
    """The version as it will be when the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return content_version.current()


# -- What is watched -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_table_of_content_is_watched_by_triggers():
    """A new model fails here until a migration with `RunSQL(*watched("its_table"))` is added."""
    watched = {
        table
        for (table,) in rows(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'content_changed' AND tgtype & 44 = 44"
        )
    }
    assert watched == curated_tables() | SHOWN_BESIDES


@pytest.mark.django_db
def test_an_update_of_any_column_is_told_of_but_that_of_a_counter():
    """A new field of a model with a counter fails here until a migration names it in `watched`."""
    found = {
        table: set(names)
        for table, names in rows(
            "SELECT tgrelid::regclass::text, ARRAY(SELECT attname FROM pg_attribute"
            " WHERE attrelid = tgrelid AND attnum = ANY(tgattr)) FROM pg_trigger WHERE tgname = 'content_updated'"
        )
    }
    assert set(found) == curated_tables() | SHOWN_BESIDES
    expected = {
        model._meta.db_table: {
            field.column
            for field in model._meta.concrete_fields
            if not field.generated and not isinstance(field, CounterField)
        }
        for model in apps.get_models()
        if any(isinstance(field, CounterField) for field in model._meta.fields)
    }
    expected["ideas_linkcheck"] = {"id", "service_id"}
    assert {table: names for table, names in found.items() if names} == expected


@pytest.mark.django_db
def test_every_moment_that_pages_wait_for_is_known():
    """A new moment of a public model fails here until a migration states `content_moments` anew."""
    ((source,),) = rows("SELECT prosrc FROM pg_proc WHERE proname = 'content_moments'")
    expected = {
        (field.column, model._meta.db_table)
        for model in apps.get_models()
        if issubclass(model, Public)
        for field in model._meta.fields
        if isinstance(field, models.DateTimeField) and field.editable and not field.auto_now_add
    }
    known = {
        (name, table) for name, table in re.findall(r"SELECT (\w+) FROM public\.(\w+) WHERE", source)
    } | {
        (name, table)
        for table, names in re.findall(r"FROM public\.(\w+), unnest\(ARRAY\[([\w, ]+)\]\)", source)
        for name in names.split(", ")
    }
    assert known == {pair for pair in expected if pair[0] not in ONLY_WHETHER}


@pytest.mark.django_db
def test_public_pages_read_nothing_that_is_not_watched(client):
    chained = chain(1)
    ProposalFactory(event=chained.events[0], ideas=chained.ideas, recommendations=chained.recommendations)
    with CaptureQueriesContext(connection) as queries:
        for address, _ in PAGES.values():
            client.get(address(chained))
        client.get("/soeg/?q=ide")
        client.get("/sitemap.xml")
    statements = [spelt_out(query["sql"]) for query in queries]
    read = {table for statement in statements for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', statement)}
    assert read == curated_tables() | SHOWN_BESIDES


# -- Changes ---------------------------------------------------------------------------------------------------


def raw(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


CHANGES = {
    "a save": lambda: Idea.objects.first().save(),
    "a new row": lambda: NewsFactory(),
    "a bulk update": lambda: Idea.objects.update(title="Ny titel"),
    "a bulk create": lambda: Theme.objects.bulk_create([Theme(year=2031, year_decided=2030, title="Vand")]),
    "raw SQL": lambda: raw("UPDATE ideas_idea SET summary = 'Ny'"),
    "a deletion": lambda: NeedFactory().delete(),
    "a link": lambda: Idea.objects.first().needs.add(NeedFactory()),
    "a link taken away": lambda: Idea.objects.first().needs.clear(),
    "a table emptied": lambda: raw("TRUNCATE panels_material"),
    "words that search takes for each other": lambda: SynonymGroup.objects.create(words=["bil", "vogn"]),
    "an event's capacity": lambda: Event.objects.update(capacity=7),
    "a session's room": lambda: Session.objects.update(room="Salen"),
    "a link that does not answer": lambda: LinkCheck.objects.update(problem="404"),
}


@pytest.fixture
def content(db):
    """Some of everything, and no note of a change left over."""
    rows = chain(1)
    LinkCheck.objects.create(service=rows.services[0], checked_at=timezone.now())
    settled()
    return rows


@pytest.mark.parametrize("what", CHANGES)
def test_the_version_changes_with(what, content):
    before = content_version.current()
    CHANGES[what]()
    assert settled() != before


NO_CHANGES = {
    "reading": lambda: list(Idea.objects.published().for_list()),
    "seats taken in a session": lambda: Session.objects.update(seats_taken=models.F("seats_taken") + 1),
    "a link controlled again": lambda: LinkCheck.objects.update(checked_at=timezone.now(), problem=""),
}


@pytest.mark.parametrize("what", NO_CHANGES)
def test_the_version_stays_with(what, content):
    before = content_version.current()
    NO_CHANGES[what]()
    assert settled() == before


@pytest.mark.parametrize("capacity", [None, 0, 1, 9, 10, 11, 25])
def test_a_registration_changes_the_version_where_it_changes_what_the_page_says(content, capacity):
    event = EventFactory(capacity=capacity)
    version = settled()
    for taken in [*range(1, 28), *range(28, -1, -1)]:
        said = event.fullness
        Event.objects.filter(pk=event.pk).update(seats_taken=taken)
        event.seats_taken = taken
        before, version = version, settled()
        assert (version != before) == (event.fullness != said), taken


def test_what_is_rolled_back_is_no_change_and_what_follows_is_one(content):
    before = content_version.current()
    with transaction.atomic():
        IdeaFactory()
        transaction.set_rollback(True)
    assert settled() == before
    IdeaFactory()
    assert settled() != before


def test_a_change_after_the_version_is_drawn_draws_another(content):
    IdeaFactory()
    first = settled()
    IdeaFactory()
    assert settled() != first


def test_the_version_costs_one_query(content, django_assert_num_queries):
    with django_assert_num_queries(1):
        content_version.current()


# -- Time ------------------------------------------------------------------------------------------------------

NOON = datetime(2031, 5, 7, 12, tzinfo=UTC)
MOMENTS = {
    "an embargo that ends": lambda: ThemeFactory(publish_at=NOON),
    "an event that opens": lambda: coming(registration_opens_at=NOON),
    "an event that closes": lambda: coming(registration_closes_at=NOON),
    "an event that begins": lambda: coming(starts_at=NOON, ends_at=NOON + timedelta(hours=3)),
    "an event that is over": lambda: coming(starts_at=NOON - timedelta(hours=3), ends_at=NOON),
}


def coming(**moments):
    return EventFactory(
        **{"starts_at": NOON + timedelta(days=9), "ends_at": NOON + timedelta(days=10), **moments}
    )


@pytest.mark.parametrize("what", MOMENTS)
def test_the_version_changes_by_itself_with(what, db):
    MOMENTS[what]()
    settled()
    second = timedelta(seconds=1)
    with time_machine.travel(NOON - second * 2, tick=False) as clock:
        before = content_version.current()
        clock.shift(second)
        assert content_version.current() == before
        clock.shift(second * 2)
        assert content_version.current() != before


def test_the_version_changes_at_midnight_in_denmark(db):
    with time_machine.travel(datetime(2031, 5, 7, 21, 59, 59, tzinfo=UTC), tick=False) as clock:
        before = content_version.current()
        clock.shift(timedelta(seconds=1))
        assert content_version.current() != before


# -- Transactions ----------------------------------------------------------------------------------------------


def elsewhere(action):
    """What `action` returns on a connection of its own."""

    def run():
        try:
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(timeout=20)


@pytest.mark.django_db(transaction=True)
def test_the_version_changes_when_the_change_is_committed_and_not_before():
    before = content_version.current()
    with transaction.atomic():
        NewsFactory()
        assert elsewhere(content_version.current) == before
    assert elsewhere(content_version.current) != before


@pytest.mark.django_db(transaction=True)
def test_who_writes_content_waits_for_nobody_else_who_does():
    """Both are known in the end: the later one's moments do not take the place of the earlier one's."""
    with transaction.atomic():
        ThemeFactory(publish_at=NOON)
        elsewhere(lambda: ServiceFactory(publish_at=NOON + timedelta(days=1)))
        between = elsewhere(content_version.current)
    assert content_version.current() != between
    assert rows("SELECT moments FROM content_version") == [([NOON, NOON + timedelta(days=1)],)]


@pytest.mark.django_db(transaction=True)
def test_registering_holds_nobody_up_who_writes_content():
    session = SessionFactory(event=EventFactory(capacity=1))
    with transaction.atomic():
        Event.objects.filter(pk=session.event_id).update(seats_taken=1)
        elsewhere(lambda: NewsFactory())


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_database_has_ended_is_made_anew():
    before = content_version.current()
    ((own,),) = rows("SELECT pg_backend_pid()")
    elsewhere(lambda: rows("SELECT pg_terminate_backend(%s, 10000)", own))
    connection.health_check_done = False  # the next request begins
    assert content_version.current() == before
