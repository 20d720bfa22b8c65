"""`manage.py import_ideas FILE [--theme YEAR] [--dry-run]`: the same import as in the admin."""

from pathlib import Path
from sys import maxsize

from django.core.management.base import BaseCommand, CommandError

from erhvervspanel.foundation.notation import counted
from erhvervspanel.foundation.unreadable import unreadable
from ideas.actions.import_ideas import import_ideas
from ideas.exchange import Plan, planned
from panels.models import Theme
from panels.vocabulary import Candidate, Refused

# What to do of a name that is much like another, by its kind.
ADVICE = {
    "virksomhed": "Skriv navnet nøjagtigt eller virksomhedens CVR-nummer, eller opret den i administrationen først.",
    "behov": "Skriv navnet nøjagtigt, eller opret det i administrationen først.",
}


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
                plan = (self.looked_over if dry_run else self.carried_out)(opened, theme)
        except OSError as error:
            raise CommandError(unreadable(f"Filen {file}", error)) from error
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

    def looked_over(self, opened, theme: Theme) -> Plan:
        return planned(opened, theme, most_problems=maxsize)

    def carried_out(self, opened, theme: Theme) -> Plan:
        try:
            return import_ideas(opened, theme, by=None, progress=self.progress)
        except Refused:
            self.refuse(self.looked_over(opened, theme))
            raise

    def progress(self, done: int, total: int) -> None:
        if total > done or total > 500:
            self.stderr.write(f"{done} af {total} rækker")

    def refuse(self, plan: Plan) -> None:
        """Names every wrong row, and every name that has to be chosen, and ends with 1 where there is any."""
        for sentence in plan.problems:
            self.stderr.write(sentence)
        for choice in plan.choices:
            meant = ", ".join(map(told, choice.candidates))
            self.stderr.write(
                f"Række {choice.line}, {choice.kind} »{choice.name}« ligner {meant}. {ADVICE[choice.kind]}"
            )
        count = plan.problem_count + len(plan.choices)
        if count:
            raise CommandError(f"Intet er indlæst. {counted(count, 'sted', 'steder')} skal rettes.")

    def tell(self, plan: Plan, *, dry_run: bool) -> None:
        for sentence in plan.warnings:
            self.stderr.write(sentence)
        counts = plan.counts
        self.stdout.write(
            f"Nye ideer: {counts['new']}, ændrede: {counts['changed']}, uændrede: {counts['unchanged']}."
        )
        for kind, names in plan.created.items():
            self.stdout.write(f"Nye {kind}: {', '.join(names)}.")
        if dry_run:
            self.stdout.write("Det var en prøve: intet er gemt.")


def told(candidate: Candidate) -> str:
    """What may be meant, in words."""
    more = f" i række {candidate.line}" if candidate.line else ""
    return f"»{candidate.name}«{f' (CVR {candidate.cvr})' if candidate.cvr else ''}{more}"
