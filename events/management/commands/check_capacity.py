"""`manage.py check_capacity`: holds the counters of seats against the registrations. Exit 1 if anything is wrong."""

from django.core.management.base import BaseCommand, CommandError

from erhvervspanel.foundation.notation import counted
from events.actions import capacity_problems


class Command(BaseCommand):
    help = "Kontrollerer, at tællerne af pladser svarer til tilmeldingerne."

    def handle(self, **options):
        problems = capacity_problems()
        for problem in problems:
            self.stdout.write(problem)
        if problems:
            raise CommandError(f"{counted(len(problems), 'sted', 'steder')} er der noget galt.")
        self.stdout.write("Alle tællere svarer til tilmeldingerne.")
