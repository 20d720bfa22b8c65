"""What a registration costs, and what a crowd before it has to do with that."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

from erhvervspanel.foundation.prepared import forget
from events.actions.registering import BY_INDEXES, LOOK
from events.models import Event, Registration, RegistrationState, SessionChoice
from tests.events.test_registering import come, open_event
from tests.factories import SessionFactory
from tests.plans import plan_of, rows_read, steps

pytestmark = pytest.mark.django_db
S = RegistrationState
# The tables that hold those who are in already.
CROWDED = {"events_registration", "events_sessionchoice"}


def test_a_registration_costs_the_same_however_many_there_are(django_assert_num_queries):
    event = open_event(capacity=None)
    cafe = SessionFactory(event=event, kind="cafe", capacity=50)
    for _ in range(3):
        # The lock and the look; a seat at the event, and in the café; all rows; and the savepoint around them here.
        with django_assert_num_queries(6):
            come(event, sessions=(cafe,))


def test_to_wait_costs_the_same_however_many_wait_already(django_assert_num_queries):
    event = open_event(capacity=0)
    cafe = SessionFactory(event=event, kind="cafe", capacity=50)
    for _ in range(3):
        # The lock and the look; all rows; and the savepoint around them here.
        with django_assert_num_queries(4):
            come(event, sessions=(cafe,), wait=True)


def crowd(event: Event, cafe, state: S, **values) -> None:
    """2,000 registrations with a place in `cafe`."""
    many = [
        Registration(
            event=event, name="Borger", email_key=f"borger{number}", reference=f"{number}", form_token=f"{number}",
            token_hash=f"{number}", state=state, override_reason="Uden for loftet", **values,
        )
        for number in range(2000)
    ]  # fmt: skip
    SessionChoice.objects.bulk_create(
        SessionChoice(registration=registration, session=cafe, queued_at=values.get("queued_at"))
        for registration in Registration.objects.bulk_create(many)
    )


@pytest.mark.parametrize("planned", ["each time", "once", "once, when one was in"])
@pytest.mark.parametrize("before", ["nobody", "a crowd that waited and went"])
def test_the_look_under_the_lock_reads_none_of_those_who_are_in_already(before, planned):
    """In a table that has just filled, and of which the planner knows nothing yet, or what is no longer so."""
    forget(connection)
    event = open_event(capacity=None)
    cafe = SessionFactory(event=event, kind="cafe")
    values = {
        "event": event.pk,
        "form_token": "ny",
        "email_key": "ny",
        "sessions": [cafe.pk],
    }
    if planned == "once, when one was in":
        come(event, sessions=(cafe,))
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(CROWDED)}")
        looked(values)
    if before != "nobody":
        with transaction.atomic():
            crowd(event, cafe, S.WAITING, queued_at=timezone.now())
            transaction.set_rollback(True)
    crowd(event, cafe, S.CONFIRMED)
    plan = looked(values, is_kept=planned != "each time")
    # How the one event is found is not what it is about: where there are few, all of them are on one page.
    found = [node for node in steps(plan) if node.get("Relation Name") in CROWDED]
    assert len(found) == 4
    # By a bitmap of the address or of the form's number as well, where what is known of the tables promises several rows.
    assert {node["Node Type"] for node in found} <= {"Index Scan", "Index Only Scan", "Bitmap Heap Scan"}
    assert [rows_read(plan, table) for table in CROWDED] == [0, 0]


def looked(values: dict, *, is_kept: bool = True) -> dict:
    """Looks as under the lock, by the plan that PostgreSQL keeps or one of now. Returns the plan as it was run."""
    LOOK.is_asked_for_again = is_kept
    look, places = LOOK.call(connection, values)
    with connection.cursor() as cursor:
        cursor.execute(BY_INDEXES)
    return plan_of(look, places)
