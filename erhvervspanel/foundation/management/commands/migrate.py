"""`manage.py migrate`: Django's own, made fit to run while the portal is in use."""

import time

from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as Migrate
from django.db import OperationalError, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

NO_LOCK = "55P03"  # lock_not_available
ALONE = 0x65727676  # the advisory lock of those who migrate; any number that nothing else here uses
LOOKS = 0.2  # seconds between two looks whether another is done


class Command(Migrate):
    """A change of a table waits for those who use it, and whoever comes after waits behind it: one long report, and the portal stands
    still. So a migration waits for `--lock-timeout` seconds at most, lets the others pass, and tries again. It is a transaction of
    its own, so nothing is left of a try. One that is none, as an index that is built beside the traffic, waits as long as it has to.

    Two who migrate at once go one after the other.
    """

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-timeout",
            type=float,
            default=3.0,
            help="Sekunder, som en migrering højst venter på en låst tabel, før den lader andre komme til (3).",
        )
        parser.add_argument("--tries", type=int, default=20, help="Hvor mange gange den prøver (20).")

    def handle(self, *args, lock_timeout, tries, **options):
        if tries < 1 or lock_timeout <= 0:
            raise CommandError("--tries skal være mindst 1, og --lock-timeout mere end 0.")
        self.connection = connections[options["database"]]
        self.milliseconds = int(lock_timeout * 1000)
        try:
            wait_to_be_alone(self.connection)
            refuse_what_is_too_old(self.connection)
            for remaining in reversed(range(tries)):
                if self.is_done(remaining, *args, **options):
                    return
                time.sleep(lock_timeout)
        finally:
            self.connection.close()  # and with it the lock and the setting

    def is_done(self, remaining, *args, **options) -> bool:
        """One try. Raises CommandError where it was the last."""
        try:
            super().handle(*args, **options)
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) != NO_LOCK:
                raise
            if not remaining:
                raise CommandError(
                    "En tabel var i brug hele tiden, så migreringen kom ikke til. Intet er ændret siden den sidste, der er nævnt. "
                    "Se i pg_stat_activity, hvem der holder den, og prøv igen."
                ) from None
            self.stderr.write("\nEn tabel er i brug. Prøver igen om lidt.")
            return False
        return True

    def migration_progress_callback(self, action, migration=None, fake=False):
        super().migration_progress_callback(action, migration, fake)
        if action in ("apply_start", "unapply_start"):
            with self.connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = %s", [self.milliseconds if migration.atomic else 0])


def wait_to_be_alone(connection) -> None:
    """Returns when nobody else migrates. It looks rather than waits: a statement that waits would hold up an index that the other
    builds beside the traffic, as that waits for all statements from before it."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [ALONE])
            if cursor.fetchone()[0]:
                return
            time.sleep(LOOKS)


def refuse_what_is_too_old(connection) -> None:
    """Raises CommandError for a database in which only some ran of the migrations that a present one stands for."""
    loader = MigrationLoader(connection, load=False)
    loader.load_disk()
    applied = MigrationRecorder(connection).applied_migrations().keys()
    for migration in loader.disk_migrations.values():
        missing = set(migration.replaces) - applied
        if missing and len(missing) < len(migration.replaces):
            raise CommandError(
                "Databasen er ældre, end denne udgave kan føre videre. Intet er ændret. Er det prøvedata fra `make run`, så slet "
                "mappen var/, og start igen. Ellers kør først `migrate` med den udgave, som har disse migreringer: "
                f"{', '.join(sorted('.'.join(name) for name in missing))}."
            )
