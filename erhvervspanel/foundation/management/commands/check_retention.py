"""`manage.py check_retention`: tells whether anything that names a person is past its day. Exit 1 if so."""

from django.core.management.base import BaseCommand, CommandError

from erhvervspanel.foundation import persons


class Command(BaseCommand):
    help = "Kontrollerer, at ingen personoplysninger er gemt for længe."

    def handle(self, **options):
        late = persons.overdue()
        for sentence in late:
            self.stdout.write(sentence)
        if late:
            raise CommandError("Der er personoplysninger, som skulle være slettet. Kør purge_personal_data.")
        self.stdout.write("Ingen personoplysninger er gemt for længe.")
