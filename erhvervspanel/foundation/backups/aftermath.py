"""What a restore has to do when the data is back: nobody hears from the past, and nobody who was deleted comes back."""

from collections.abc import Callable
from datetime import datetime
from io import StringIO

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string
from psycopg2.sql import SQL, Identifier, Literal

from erhvervspanel.foundation import persons
from erhvervspanel.foundation.due_jobs import run_due
from erhvervspanel.foundation.erasures import Noted
from erhvervspanel.foundation.models import Erasure, MailState, OutgoingMail, WorkerBeat

# What a new version of the portal asks for, by name.
COMMANDS = ("migrate", "setup_roles")
# By path, as the foundation knows no app: what was to happen by a certain time. Each gets how long to wait longer.
DEADLINES = ("events.actions.hold_longer",)

# Where mails stand in the tables is what it was in all backups so far.
QUIET = (
    "UPDATE {mails} SET state = {withheld} WHERE state = {queued};",
    "UPDATE {mails} SET leased_until = NULL WHERE leased_until IS NOT NULL;",
    "DELETE FROM {beats};",
    "DELETE FROM {sessions};",
)
NOTED = "INSERT INTO {erasures} (thing, key, at) VALUES ({thing}, {key}, {at}) ON CONFLICT DO NOTHING;"


def statements(erased: list[Noted]) -> str:
    """What has to be true at the very moment that the restored data is: SQL, carried out in the transaction of the restore.

    Mails that were waiting are withheld, leases are off, and workers are forgotten, so that one that was not stopped sends
    nothing. Nobody is logged in. `erased` is noted, so that the nightly purge erases it though all that follows were cut short.
    """
    names = {
        "mails": Identifier(OutgoingMail._meta.db_table),
        "sessions": Identifier(apps.get_model("sessions", "Session")._meta.db_table),
        "beats": Identifier(WorkerBeat._meta.db_table),
        "erasures": Identifier(Erasure._meta.db_table),
        "queued": Literal(MailState.QUEUED.value),
        "withheld": Literal(MailState.WITHHELD.value),
    }
    said = [SQL(statement).format(**names) for statement in QUIET]
    said += [SQL(NOTED).format(**names, **literals(each)) for each in erased]
    connection.ensure_connection()
    return SQL("\n").join(said).as_string(connection.connection)


def literals(erased: Noted) -> dict[str, Literal]:
    return {name: Literal(value) for name, value in erased._asdict().items()}


def carry_out(since: datetime, *, tell: Callable[[str], None]) -> None:
    """Brings data from the moment `since` up to now: migrations, deletions that are due, scheduled work, and nothing sent."""
    connection.close()
    for command in COMMANDS:
        call_command(command, verbosity=0, stdout=StringIO())
    ContentType.objects.clear_cache()
    cache.clear()
    for path in DEADLINES:
        import_string(path)(timezone.now() - since)
    try:
        deleted = persons.in_words(persons.purge())
        tell(f"Personoplysninger, hvis dag er kommet, eller som var slettet, er slettet: {deleted}.")
        tell(f"Planlagte opgaver er udført: {', '.join(run_due()) or 'ingen'}.")
    finally:
        OutgoingMail.objects.filter(state=MailState.QUEUED).update(state=MailState.WITHHELD)
    withheld = OutgoingMail.objects.filter(state=MailState.WITHHELD).count()
    tell(f"{withheld} mails holdes tilbage, til nogen frigiver dem under »Mails«.")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
