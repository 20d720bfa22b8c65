"""`manage.py load_programme [FILE …]`: loads programme files; the sample programme where none is named."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from erhvervspanel.portal.programme import ProgrammeError, load_programme

# Two years: the one on record, and a small example of the next.
SAMPLE = sorted((settings.BASE_DIR / "programmes").glob("*.toml"))
ALONE = {"new": "oprettet", "changed": "ændret", "unchanged": "uændret"}


class Command(BaseCommand):
    help = "Indlæser en programfil. Den samme fil to gange ændrer intet anden gang."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="*", type=Path, default=SAMPLE, help="Programfiler (TOML).")

    def handle(self, *, files, **options):
        """All files or none, as a year may refer to an earlier one."""
        with transaction.atomic():
            for file in files:
                self.load(file)

    def load(self, file: Path):
        try:
            outcomes = load_programme(file)
        except ProgrammeError as error:
            raise CommandError(f"Intet er indlæst. {error}") from error
        if not any(outcomes.values()):
            raise CommandError(f"Intet er indlæst. {file}: filen er tom. Se docs/programme-format.md.")
        for model, counts in outcomes.items():
            if counts:
                self.stdout.write(line(model, counts))


def line(model, counts) -> str:
    """»40 ideer: 40 nye, 0 ændrede, 0 uændrede«, or »1 tema: oprettet«."""
    total = counts.total()
    if total == 1:
        return f"1 {model._meta.verbose_name}: {ALONE[next(iter(counts))]}"
    return (
        f"{total} {model._meta.verbose_name_plural}: {counts['new']} nye, "
        f"{counts['changed']} ændrede, {counts['unchanged']} uændrede"
    )
