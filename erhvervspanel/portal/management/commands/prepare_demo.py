"""`manage.py prepare_demo`: all that a demonstration needs before it is served. `make run` calls it.

In one process, as starting Django costs more than all of this does the second time.
"""

import os
from functools import cache, partial
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from erhvervspanel.foundation.danish import slugify
from erhvervspanel.portal.roles import ROLES, Role, setup_roles
from panels.models import Theme

STAMP = "collected"


class Command(BaseCommand):
    help = "Gør demonstrationen klar: database, eksempelprogram, bruger og statiske filer."

    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError(
                "Kun til demonstrationen, DEMO=true: den laver en bruger, hvis adgangskode bliver vist."
            )
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise CommandError(f"Databasen svarer ikke. Kontrollér DATABASE_URL. {error}") from error
        self.migrate()
        # Once only: what staff have changed since is theirs.
        if not Theme.objects.exists():
            self.stdout.write("Indlæser eksempelprogrammet")
            call_command("load_programme", stdout=self.stdout)
        setup_roles()
        make_users(os.environ["DEMO_USER"], os.environ["DEMO_PASSWORD"])
        if settings.MEDIA_ROOT:
            Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
        self.collect_static()

    def migrate(self):
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            self.stdout.write(f"Opdaterer databasen ({len(plan)} trin)")
            call_command("migrate", verbosity=0, interactive=False)

    def collect_static(self):
        """Collects and compresses the static files, if any has changed since the last time."""
        stamp = settings.STATIC_ROOT / STAMP
        state = state_of(settings.BASE_DIR / "static")
        if not stamp.exists() or stamp.read_text() != state:
            self.stdout.write("Samler og komprimerer statiske filer")
            call_command("collectstatic", verbosity=0, interactive=False, clear=True)
            stamp.write_text(state)


def make_users(administrator: str, password: str) -> None:
    """The users of the demonstration: one who may do everything, and one of each role. All have `password`.

    They share what is stored of it: it takes half a second to work out, and as long to look whether it fits.
    """
    fits = cache(partial(check_password, password))
    store = cache(partial(make_password, password))
    wanted: dict[str, Role | None] = {administrator: None} | {slugify(role.name): role for role in ROLES}
    there = {user.username: user for user in get_user_model().objects.filter(username__in=wanted)}
    for name, role in wanted.items():
        if name not in there:
            make_user(name, store(), role)
        elif not fits(there[name].password):
            there[name].password = store()
            there[name].save(update_fields=["password"])


def make_user(name: str, encoded: str, role: Role | None) -> None:
    if role is None:
        get_user_model().objects.create(username=name, password=encoded, is_staff=True, is_superuser=True)
        return
    user = get_user_model().objects.create(
        username=name, password=encoded, is_staff=True, first_name=role.name, last_name="(demo)"
    )
    user.groups.add(Group.objects.get(name=role.name))


def state_of(folder: Path) -> str:
    """A digest that changes when a file in `folder` does."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    told = [f"{path.relative_to(folder)} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files]
    return sha256("\n".join(told).encode()).hexdigest()
