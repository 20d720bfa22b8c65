"""`manage.py purge_personal_data`: deletes what names a person and is past its day."""

from django.core.management.base import BaseCommand

from erhvervspanel.foundation import persons


class Command(BaseCommand):
    help = "Sletter personoplysninger, hvis frist er nået."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="Tæl kun.")

    def handle(self, *, dry_run, **options):
        counts = persons.in_words(persons.purge(dry_run=dry_run))
        word = "skal slettes" if dry_run else "er slettet"
        self.stdout.write(f"Personoplysninger {word}: {counts}.")
