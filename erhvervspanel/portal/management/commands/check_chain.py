"""`manage.py check_chain`: audits the chain from theme to measured outcome. Exit 1 if it is broken anywhere."""

from django.core.management.base import BaseCommand, CommandError

from erhvervspanel.foundation.notation import counted
from erhvervspanel.portal.chain_audit import broken_links


class Command(BaseCommand):
    help = "Kontrollerer, at kæden fra tema til målt virkning er hel."

    def handle(self, **options):
        found = broken_links()
        for each in found:
            self.stdout.write(str(each))
        if found:
            raise CommandError(f"Kæden er brudt {counted(len(found), 'sted', 'steder')}.")
        self.stdout.write("Kæden er hel fra tema til målt virkning.")
