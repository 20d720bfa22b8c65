"""Whether transactions are kept apart as registration counts on, looked up in the database itself."""

from django.core import checks
from django.db import connections

WANTED = "read committed"


@checks.register(checks.Tags.database)
def transactions_are_read_committed(app_configs, databases, **kwargs):
    """A pooler that drops what the portal asks for at a connection's start is found here, by `migrate` and `check --database`.

    With REPEATABLE READ thirty are let in for ten seats: the lock is taken, and then counted what was before it.
    """
    found = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SHOW default_transaction_isolation")
            level = cursor.fetchone()[0]
        if level != WANTED:
            found.append(
                checks.Error(
                    f"Databasens transaktioner er {level.upper()} og ikke {WANTED.upper()}: Pladser ville blive givet væk to gange.",
                    hint="Lad en pgbouncer sende startup-parameteren »options« videre, eller sæt default_transaction_isolation for rollen.",
                    id="erhvervspanel.E008",
                )
            )
    return found
