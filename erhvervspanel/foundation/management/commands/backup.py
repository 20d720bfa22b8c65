"""`manage.py backup [FOLDER|FILE]`: a sealed backup of the database and of the uploaded files, read again when it is written."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from erhvervspanel.foundation.backups import BackupProblem, erasure_list, folder, make_backup

MAX_AGE = 26  # hours: one a day, and two to make it


class Command(BaseCommand):
    help = "Laver en låst sikkerhedskopi af databasen og de uploadede filer, og læser den igen."

    def add_arguments(self, parser):
        parser.add_argument(
            "target",
            nargs="?",
            type=Path,
            help=f"Mappe, eller en ny fil ….epbackup ({settings.BACKUP_FOLDER}).",
        )
        parser.add_argument(
            "--keep", type=int, metavar="N", help="Slet de ældste, når der er flere end N i mappen."
        )
        parser.add_argument("--erasures", action="store_true", help="Skriv kun listen over sletninger.")
        parser.add_argument(
            "--check", action="store_true", help="Se efter, om den nyeste i mappen er ny nok."
        )
        parser.add_argument(
            "--max-age", type=float, default=MAX_AGE, metavar="HOURS", help=f"Timer ({MAX_AGE})."
        )

    def handle(self, *, target, keep, erasures, check, max_age, **options):
        if keep is not None and keep < 1:
            raise CommandError("--keep skal være mindst 1.")
        if target is None:
            target = settings.BACKUP_FOLDER
            target.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            if check:
                self.stdout.write(folder.refuse_too_old(target, most=max_age))
            elif erasures:
                self.stdout.write(f"Listen over sletninger har {erasure_list.keep(target)}.")
            else:
                self.back_up(target, keep)
        except BackupProblem as problem:
            raise CommandError(problem) from problem
        except OSError as error:
            raise CommandError(f"Der kan ikke skrives eller læses: {error}.") from error
        except OperationalError as error:
            raise CommandError(f"Databasen svarer ikke. Kontrollér DATABASE_URL. {error}") from error

    def back_up(self, target: Path, keep: int | None):
        place = target.parent if target.suffix == folder.SUFFIX else target
        with folder.recorded(place) as record:
            made = make_backup(target)
            record |= {"file": made.path.name, "size": made.size}
            erasure_list.keep(place)
        manifest = made.manifest
        self.stdout.write(
            f"{made.path}: {sum(manifest.tables.values())} rækker i {len(manifest.tables)} tabeller, "
            f"{len(manifest.files())} filer, {made.size} byte. Læst igen og fundet hel."
        )
        if manifest.dumped_by > manifest.server:
            self.stderr.write(
                f"pg_dump er version {manifest.dumped_by}, og serveren er {manifest.server}. Det er ikke sikkert, at en server som "
                f"den kan læse sikkerhedskopien ind. Installér pakken postgresql-client-{manifest.server}."
            )
        for name in manifest.missing:
            self.stderr.write(f"Databasen nævner filen »{name}«, og lageret har den ikke.")
        for gone in folder.prune(place, keep=keep) if target.is_dir() else ():
            self.stdout.write(f"Slettet, fordi den er for gammel: {gone.name}")
