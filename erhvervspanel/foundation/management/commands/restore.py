"""`manage.py restore FILE`: puts a backup back, once everything about it has been looked at."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.utils import timezone

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.backups import (
    BackupProblem,
    Restoration,
    erasure_list,
    looked_over,
    restore,
    settle,
)
from erhvervspanel.foundation.backups.database import is_empty

AUDITS = ("check_capacity", "check_chain", "check_retention")


class Command(BaseCommand):
    help = "Læser en sikkerhedskopi ind. Alt kontrolleres, før noget ændres."

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Kontrollér alt, og ændr intet.")
        parser.add_argument("--overwrite", action="store_true", help="Erstat det, der er i databasen.")
        parser.add_argument("--no-input", action="store_true", help="Spørg ikke om databasens navn.")
        parser.add_argument(
            "--erasures",
            type=Path,
            metavar="FILE",
            help="Listen over sletninger (den ved siden af sikkerhedskopien).",
        )
        parser.add_argument(
            "--without-erasures", action="store_true", help="Der er ingen liste over sletninger."
        )
        parser.add_argument(
            "--recovered",
            type=datetime.fromisoformat,
            metavar="MOMENT",
            help="I stedet for en fil: det, PostgreSQL selv har genskabt databasen til, fx 2026-11-24T13:05+01:00.",
        )
        parser.add_argument(
            "--despite-age", action="store_true", help="Også en, der er ældre end BACKUP_DAYS."
        )

    def handle(self, *, file, recovered, **options):
        if (file is None) == (recovered is None):
            raise CommandError("Skriv enten en fil eller --recovered.")
        try:
            is_done = self.settle(recovered, **options) if recovered else self.restore(file, **options)
        except BackupProblem as problem:
            raise CommandError(problem) from problem
        except OperationalError as error:
            raise CommandError(f"Databasen svarer ikke. Kontrollér DATABASE_URL. {error}") from error
        if is_done:
            self.audit()

    def settle(self, moment: datetime, *, erasures: Path | None, without_erasures: bool, **options) -> bool:
        moment = moment if moment.tzinfo else timezone.make_aware(moment)
        listed = erasures or settings.BACKUP_FOLDER / erasure_list.FILE
        settle(moment, erasures_at=listed, without_erasures=without_erasures, tell=self.stdout.write)
        return True

    def restore(self, file: Path, *, dry_run: bool, overwrite: bool, no_input: bool, **options) -> bool:
        """Whether it was done, and not only looked at."""
        with looked_over(
            file,
            erasures_at=options["erasures"],
            without_erasures=options["without_erasures"],
            despite_age=options["despite_age"],
        ) as restoration:
            self.tell(restoration)
            if not dry_run:
                self.refuse_unasked(overwrite=overwrite, ask=not no_input)
                restore(restoration, tell=self.stdout.write)
        return not dry_run

    def tell(self, restoration: Restoration):
        manifest, known = restoration.manifest, restoration.known_until
        self.stdout.write(
            f"Sikkerhedskopien er hel. Den er fra {notation.moment(manifest.made_at)}, med "
            f"{sum(manifest.tables.values())} rækker i {len(manifest.tables)} tabeller og {len(manifest.files())} filer."
        )
        until = f"til og med {notation.moment(known)}" if known else "kun, som databasen her kender dem"
        self.stdout.write(f"Sletninger, der gælder endnu: {len(restoration.erased)}, {until}.")

    def refuse_unasked(self, *, overwrite: bool, ask: bool):
        if is_empty():
            return
        name = connection.settings_dict["NAME"]
        if not overwrite:
            raise CommandError(
                f"Databasen {name} er ikke tom. Skriv --overwrite, hvis alt i den skal erstattes."
            )
        if ask and asked(f"Alt i databasen {name} bliver erstattet. Skriv dens navn: ") != name:
            raise CommandError("Det er ikke databasens navn. Intet er ændret.")

    def audit(self):
        for command in AUDITS:
            try:
                call_command(command, stdout=self.stdout, stderr=self.stderr)
            except CommandError as error:
                self.stderr.write(f"{command}: {error}")
        self.stdout.write(
            "Sikkerhedskopien er læst ind. Giv portalens rolle sine rettigheder, og start portalen."
        )


def asked(question: str) -> str:
    """What somebody answers. Raises CommandError where there is nobody to ask."""
    try:
        return input(question)
    except EOFError:
        raise CommandError("Der er ingen at spørge. Skriv --no-input, hvis alt skal erstattes.") from None
