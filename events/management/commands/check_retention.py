"""`manage.py check_retention`: tells whether anything that names a person is past its date. Exit 1 if so."""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from events.models import AccessNeed, Registration

GRACE = timedelta(days=1)  # for the nightly purge to have run


class Command(BaseCommand):
    help = "Kontrollerer, at ingen personoplysninger er gemt for længe."

    def handle(self, **options):
        late = Registration.objects.overdue(timezone.now() - GRACE)
        for registration in late.select_related("event"):
            self.stdout.write(f"{registration} til {registration.event.title}")
        needs = AccessNeed.objects.overdue(timezone.now() - GRACE)
        for need in needs.select_related("registration"):
            self.stdout.write(f"{need.registration}: hjælp til at deltage")
        if late.exists() or needs.exists():
            raise CommandError("Der er personoplysninger, som skulle være slettet. Kør purge_personal_data.")
        self.stdout.write("Ingen personoplysninger er gemt for længe.")
