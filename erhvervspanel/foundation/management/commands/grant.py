"""`manage.py grant`: what the portal's role may do with each table. Run it as the owner after each migration."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

GRANTS = settings.BASE_DIR / "deploy/grants.sql"


class Command(BaseCommand):
    help = "Giver portalens rolle dens rettigheder til tabellerne, som der står i deploy/grants.sql. Kør den som ejeren."

    def handle(self, **options):
        with connection.cursor() as cursor:
            cursor.execute(GRANTS.read_text())
        if options["verbosity"]:
            self.stdout.write("Rettighederne er sat.")
