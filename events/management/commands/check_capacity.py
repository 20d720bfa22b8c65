"""`manage.py check_capacity`: holds the counters of seats against the registrations. Exit 1 if anything is wrong."""

from django.core.management.base import BaseCommand, CommandError

from events.actions import capacity_problems


class Command(BaseCommand):
    help = "Kontrollerer, at tællerne af pladser svarer til tilmeldingerne."

    def handle(self, **options):
        problems = capacity_problems()
        for problem in problems:
            self.stdout.write(problem)
        if problems:
            places = "sted" if len(problems) == 1 else "steder"
            raise CommandError(f"{len(problems)} {places} er der noget galt.")
        self.stdout.write("Alle tællere svarer til tilmeldingerne.")
