"""`manage.py import_ideas FILE [--theme YEAR] [--dry-run]`: the same import as in the admin."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ideas.actions.import_ideas import import_ideas
from ideas.exchange import Plan, Refused, planned
from panels.models import Theme


class Command(BaseCommand):
    help = "Henter ideer ind fra et regneark (CSV eller XLSX). Alt eller intet; den samme fil to gange ændrer intet."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--theme", type=int, metavar="YEAR", help="Temaets år; det nyeste, hvor intet er nævnt."
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Viser, hvad der ville ske, og gemmer intet."
        )

    def handle(self, *, file, theme, dry_run, **options):
        theme = self.theme(theme)
        try:
            with file.open("rb") as opened:
                plan = planned(opened, theme) if dry_run else self.carried_out(opened, theme)
        except OSError as error:
            raise CommandError(f"Filen {file} kan ikke læses: {error.strerror}.") from error
        if dry_run:
            self.refuse(plan)
        self.tell(plan, dry_run=dry_run)

    def theme(self, year: int | None) -> Theme:
        theme = Theme.objects.filter(**({"year": year} if year else {})).order_by("-year").first()
        if theme is None:
            raise CommandError(
                f"Der er intet tema for {year}." if year else "Der er intet tema. Opret det først."
            )
        return theme

    def carried_out(self, opened, theme: Theme) -> Plan:
        try:
            return import_ideas(opened, theme, by=None, progress=self.progress)
        except Refused as refused:
            self.refuse(refused.plan)
            raise

    def progress(self, done: int, total: int) -> None:
        if total > done or total > 500:
            self.stderr.write(f"{done} af {total} rækker")

    def refuse(self, plan: Plan) -> None:
        """Names every wrong row, and every name that has to be chosen, and ends with 1 where there is any."""
        for sentence in plan.problems:
            self.stderr.write(sentence)
        for choice in plan.choices:
            meant = ", ".join(
                f"»{row}«{f' (CVR {row.cvr})' if getattr(row, 'cvr', None) else ''}"
                for row in choice.candidates
            )
            self.stderr.write(
                f"{choice.kind} »{choice.name}« ligner {meant}. Skriv navnet nøjagtigt eller virksomhedens CVR-nummer."
            )
        count = plan.problem_count + len(plan.choices)
        if count:
            raise CommandError(f"Intet er hentet ind. {count} steder skal rettes.")

    def tell(self, plan: Plan, *, dry_run: bool) -> None:
        for sentence in plan.warnings:
            self.stderr.write(sentence)
        counts = plan.counts
        self.stdout.write(
            f"{counts['new']} nye, {counts['changed']} ændrede, {counts['unchanged']} uændrede ideer."
        )
        if plan.created:
            self.stdout.write(f"Nye navne: {', '.join(plan.created)}.")
        if dry_run:
            self.stdout.write("Det var en prøve: intet er gemt.")
