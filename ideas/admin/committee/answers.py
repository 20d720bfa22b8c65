"""The table of answers, and its way out to a spreadsheet and back."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from erhvervspanel.foundation.publishing import State
from erhvervspanel.foundation.spreadsheets import Limits, Row, SpreadsheetProblem, download, read_sheet
from ideas.actions import save_answers
from ideas.actions.answer_table import Saving
from ideas.admin.answer_form import CorrectionForm
from ideas.admin.committee.pages import DecisionPages
from ideas.committee.round_trip import COLUMNS, entries_of, looks_of, rows_of
from ideas.committee.table import Table, entries_from, filled_up, table_of
from ideas.models import Outcome
from panels.models import Decision

LIMITS = Limits(size=5_000_000, rows=5_000)  # an agenda has some tens of ideas
# What is told where no answer lacks anything, by the state that they all have.
COMPLETE = {
    State.DRAFT: "Alle svar er klar til at blive offentliggjort.",
    State.EMBARGOED: "Alle svar bliver offentliggjort af sig selv.",
    State.PUBLISHED: "Alle svar er offentliggjort.",
}


class AnswerPages(DecisionPages):
    def get_urls(self):
        return [
            self.page(
                "<int:pk>/svar/", require_http_methods(["GET", "HEAD", "POST"])(self.answers), "answers"
            ),
            self.page(
                "<int:pk>/svar/regneark/",
                require_http_methods(["GET", "HEAD", "POST"])(self.upload),
                "upload",
            ),
            self.page("<int:pk>/svar.xlsx", require_safe(self.sheet), "xlsx"),
            self.page("<int:pk>/svar.csv", require_safe(self.sheet), "csv"),
            *super().get_urls(),
        ]

    def answers(self, request, pk: int):
        """The table: shown, filled up from templates, or saved."""
        decision = self.opened(request, pk, "answers")
        if request.method != "POST":
            return self.show_table(request, decision, table_of(decision))
        if "udfyld" in request.POST:
            chosen = {
                "template": request.POST.get("alle-skabelon", ""),
                "office": request.POST.get("alle-afdeling", "").strip(),
            }
            entries = filled_up(entries_from(request.POST), **chosen)
            return self.show_table(request, decision, table_of(decision, entries), inserted=True)
        entries = filled_up(entries_from(request.POST))
        if not request.user.has_perm("initiatives.change_initiative"):
            entries = {key: replace(entry, initiative="") for key, entry in entries.items()}
        if "indsaet" in request.POST:
            return self.show_table(request, decision, table_of(decision, entries), inserted=True)
        return self.save(request, decision, entries)

    def save(self, request, decision: Decision, entries):
        correction = CorrectionForm(request.POST)
        if not correction.is_valid():
            return self.show_table(request, decision, table_of(decision, entries))
        because = correction.cleaned_data["change_reason"]
        saving = save_answers(decision, entries, by=request.user, because=because)
        count = len({answer.pk for answer in (*saving.saved, *saving.linked)})
        table = table_of(decision, entries, saving)
        if not saving.is_complete:
            return self.show_table(request, decision, table, saving=saving)
        told = f"{count} svar er gemt." if count else "Der var intet nyt at gemme."
        self.message_user(request, f"{told} {remaining(table)}", messages.SUCCESS)
        return redirect("admin:panels_decision_answers", decision.pk)

    def show_table(self, request, decision: Decision, table: Table, **context):
        context |= {
            "table": table,
            "outcomes": Outcome.choices,
            "correction": CorrectionForm(request.POST or None) if is_public(decision, table) else None,
            "remaining": remaining(table),
            "state": decision.publishing_state.value,
            "may_link": request.user.has_perm("initiatives.change_initiative"),
            "may_keep_templates": request.user.has_perm("ideas.view_answertemplate"),
        }
        return self.render(request, "answers", f"Svar: {decision.title}", decision, **context)

    def sheet(self, request, pk: int):
        """The table as a file."""
        decision = self.opened(request, pk, "answers")
        kind = request.path.rsplit(".", 1)[1]
        try:
            table = table_of(decision)
            name = f"svar-{decision.slug}"
            return download(kind, name, COLUMNS, rows_of(table), looks=looks_of(table))
        except SpreadsheetProblem as problem:
            self.message_user(request, str(problem), messages.ERROR)
            return redirect("admin:panels_decision_answers", decision.pk)

    def upload(self, request, pk: int):
        """A filled spreadsheet: what differs is shown in the table, and nothing is saved until somebody does."""
        decision = self.opened(request, pk, "answers")
        problems = []
        if request.method == "POST":
            try:
                stored = table_of(decision)
                entries = entries_of(*uploaded_table(request), stored)
            except ValidationError as error:
                problems = error.messages
            else:
                table = table_of(decision, entries, Saving(clashes=stored.written_since(entries)))
                return self.show_table(request, decision, table, from_sheet=True)
        title = f"Indlæs svar fra regneark: {decision.title}"
        told = {"problems": problems, "columns": COLUMNS, "outcomes": Outcome.labels}
        return self.render(request, "upload", title, decision, **told)


def is_public(decision: Decision, table: Table) -> bool:
    """Whether the public sees any of the answers."""
    states = {row.answer.publishing_state for row in table.rows}
    return decision.publishing_state == State.PUBLISHED and State.PUBLISHED in states


def uploaded_table(request) -> tuple[list[str], list[Row]]:
    """The columns and the rows of the file that was sent."""
    if "fil" not in request.FILES:
        raise ValidationError("Vælg en fil.")
    try:
        with read_sheet(request.FILES["fil"], limits=LIMITS, demanded={"nummer"}) as sheet:
            columns, rows = sheet.columns, list(sheet.rows)
    except SpreadsheetProblem as problem:
        raise ValidationError(str(problem)) from problem
    if not rows:
        raise ValidationError("Filen har ingen rækker. Hent tabellen som regneark, og udfyld den.")
    return columns, rows


def remaining(table: Table) -> str:
    """What is left to do, in a sentence."""
    count = len(table.incomplete)
    if not table.rows:
        return "Der er ingen ideer på dagsordenen."
    if table.changed:
        return f"Når det er gemt, mangler {count or 'ingen'} af {len(table.rows)} svar noget."
    if not count:
        states = {row.answer.publishing_state for row in table.rows}
        return COMPLETE[states.pop() if len(states) == 1 else State.DRAFT]
    return f"{count} af {len(table.rows)} svar mangler noget."
