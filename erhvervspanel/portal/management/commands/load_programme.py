"""`manage.py load_programme [FILE]`: loads a programme file; the sample programme where none is named."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from erhvervspanel.portal.programme import ProgrammeError, load_programme

SAMPLE = settings.BASE_DIR / "programmes" / "2021.toml"
ALONE = {"new": "oprettet", "changed": "ændret", "unchanged": "uændret"}


class Command(BaseCommand):
    help = "Indlæser en programfil. Den samme fil to gange ændrer intet anden gang."

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, default=SAMPLE, help="Programfilen (TOML).")

    def handle(self, *, file, **options):
        try:
            outcomes = load_programme(file)
        except ProgrammeError as error:
            raise CommandError(f"Intet er indlæst. {error}") from error
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
