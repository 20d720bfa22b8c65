"""`manage.py prepare_demo`: all that a demonstration needs before it is served. `make run` calls it.

In one process, as starting Django costs more than all of this does the second time.
"""

import os
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
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
        make_user(os.environ["DEMO_USER"], os.environ["DEMO_PASSWORD"])
        for role in ROLES:
            make_user(slugify(role.name), os.environ["DEMO_PASSWORD"], role=role)
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


def make_user(name: str, password: str, *, role: Role | None = None) -> None:
    """A user of the demonstration, with `password`; without `role`, one who may do everything."""
    users = get_user_model().objects
    user = users.filter(username=name).first()
    if user is None and role is None:
        users.create_superuser(name, password=password)
    elif user is None:
        user = users.create_user(
            name, password=password, is_staff=True, first_name=role.name, last_name="(demo)"
        )
        user.groups.add(Group.objects.get(name=role.name))
    elif not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])


def state_of(folder: Path) -> str:
    """A digest that changes when a file in `folder` does."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    told = [f"{path.relative_to(folder)} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files]
    return sha256("\n".join(told).encode()).hexdigest()
