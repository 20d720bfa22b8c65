"""`manage.py purge_personal_data`: deletes what names a person and is past its date."""

from django.core.management.base import BaseCommand

from events.actions import purge_registrations


class Command(BaseCommand):
    help = "Sletter personoplysninger, hvis frist er nået."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="Tæl kun.")

    def handle(self, *, dry_run, **options):
        count = purge_registrations(dry_run=dry_run)
        word = "skal slettes" if dry_run else "er slettet"
        self.stdout.write(f"Personoplysninger i {count} tilmeldinger {word}.")
