"""`manage.py check_links`: asks for the services' pages, those longest unasked first. Exit 1 if any does not answer."""

from django.core.management.base import BaseCommand, CommandError
from django.db.models import F

from ideas.links import PAUSE, TIMEOUT, check_links
from ideas.models import Service

MOST = 100


class Command(BaseCommand):
    help = "Kontrollerer, om de sider, som tilbuddene peger på, svarer."

    def add_arguments(self, parser):
        parser.add_argument("--limit", type=int, default=MOST, help=f"Højst så mange tilbud ({MOST}).")
        parser.add_argument("--timeout", type=float, default=TIMEOUT, help=f"Sekunder pr. side ({TIMEOUT}).")
        parser.add_argument("--pause", type=float, default=PAUSE, help="Sekunder mellem sider på samme vært.")

    def handle(self, *, limit, timeout, pause, **options):
        if limit < 1:
            raise CommandError("--limit skal være mindst 1.")
        oldest_first = F("link_check__checked_at").asc(nulls_first=True)
        services = Service.objects.exclude(publish_at=None).filter(is_over=False)
        services = services.order_by(oldest_first, "pk")[:limit]
        found = check_links(services, timeout=timeout, pause=pause)
        broken = [check for check in found if check.problem]
        for check in broken:
            self.stdout.write(f"{check.service.name}: {check.problem} {check.service.url}")
        self.stdout.write(f"{len(found)} links kontrolleret, {len(broken)} svarer ikke.")
        if broken:
            raise CommandError("Se listen over tilbud i administrationen.")
