"""`manage.py setup_roles`: makes the groups of the staff's roles what the code says. Run it after each migration."""

from django.core.management.base import BaseCommand

from erhvervspanel.portal.roles import setup_roles


class Command(BaseCommand):
    help = "Opretter rollerne og giver dem deres rettigheder. Hvem der har dem, røres ikke."

    def handle(self, **options):
        changed = setup_roles()
        self.stdout.write(f"Sat: {', '.join(changed)}." if changed else "Rollerne er, som de skal være.")
