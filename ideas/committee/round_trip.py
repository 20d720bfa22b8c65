"""The table of answers as rows of a spreadsheet, out and back."""

from collections import Counter

from django.core.exceptions import ValidationError
from django.utils.text import get_text_list

from erhvervspanel.foundation.references import year_and_number
from erhvervspanel.foundation.spreadsheets import Column
from erhvervspanel.foundation.spreadsheets import Row as SheetRow
from ideas.actions.answer_table import Entry
from ideas.committee.table import Row, Table
from ideas.committee.wording import Wording, outcome_of, plain
from ideas.models import Outcome, Service

COLUMNS = ["nummer", "titel", "udfald", "begrundelse", "afdeling", "tilbud", "lagt sammen med", "udgave"]
SYNONYMS = {"kontor": "afdeling"}


def looks_of(table: Table) -> dict[str, Column]:
    """How the columns are to be filled in."""
    widths = {"nummer": 10, "titel": 40, "udfald": 30, "begrundelse": 70, "afdeling": 24, "tilbud": 40}
    choices = {"udfald": Outcome.labels, "tilbud": [str(service) for service in table.services]}
    return {name: Column(width, choices.get(name, ())) for name, width in widths.items()}


def rows_of(table: Table) -> list[list[str]]:
    """The values of `COLUMNS` for each idea. `udgave` tells a later reading what the row said when it was written."""
    return [
        [
            row.answer.idea.reference,
            row.answer.idea.title,
            row.readable("outcome"),
            row.stored.reason,
            row.stored.office,
            row.readable("service"),
            row.stored.merged_into,
            row.stored.fingerprint,
        ]
        for row in table.rows
    ]


def entries_of(columns: list[str], rows: list[SheetRow], table: Table) -> dict[int, Entry]:
    """What the spreadsheet's `rows` say that `table` does not, by the answers' keys.

    A column that is left out leaves its field as it is, and so does a row that nobody changed since it was written, even
    where somebody else has changed the answer by now.

    Raises:
        ValidationError: with a sentence for each wrong row: where, what, and how to mend it.
    """
    refuse_columns([SYNONYMS.get(name, name) for name in columns])
    on_agenda = {year_and_number(row.answer.idea.reference): row for row in table.rows}
    problems = [f"Række {row.number}, {name}: {why}" for row in rows for name, why in row.problems.items()]
    rows = [row for row in rows if "nummer" not in row.problems]
    numbers = [year_and_number(row.values["nummer"]) for row in rows]
    repeated = {number for number, count in Counter(numbers).items() if count > 1}
    entries = {}
    for sheet_row, number in zip(rows, numbers, strict=True):
        line, row = sheet_row.number, on_agenda.get(number)
        given = {SYNONYMS.get(name, name): value for name, value in sheet_row.values.items()}
        if row is None:
            named = f"»{given['nummer']}« er ikke" if given["nummer"].strip() else "Der mangler"
            problems.append(f"Række {line}: {named} nummeret på en ide på dagsordenen.")
        elif number in repeated:
            problems.append(f"Række {line}: {given['nummer']} står der flere gange. Behold én af dem.")
        else:
            entry, wrong = entry_of(given, row, table.services)
            problems += [f"Række {line}, {each}" for each in wrong]
            if entry:
                entries[row.answer.pk] = entry
    if problems:
        raise ValidationError(problems)
    return entries


def refuse_columns(names: list[str]) -> None:
    if "nummer" not in names:
        raise ValidationError("Filen mangler kolonnen »nummer«. Hent tabellen som regneark, og udfyld den.")
    unknown = [name for name in names if name and name not in COLUMNS]
    if unknown:
        listed = get_text_list([f"»{name}«" for name in unknown], "og")
        noun = "Kolonnen" if len(unknown) == 1 else "Kolonnerne"
        raise ValidationError(f"{noun} {listed} kendes ikke. Filen kan have {', '.join(COLUMNS)}.")


def entry_of(given: dict[str, str], row: Row, services: list[Service]) -> tuple[Entry | None, list[str]]:
    """What `given` says, or None where that is nothing new, and what is wrong in it."""
    outcome = outcome_of(given.get("udfald", row.readable("outcome")))
    service = service_of(given.get("tilbud", row.readable("service")), services)
    wrong = []
    if outcome is None:
        wrong.append(f"udfald: »{given['udfald']}« kendes ikke. Skriv {' / '.join(Outcome.labels)}.")
    if service is None:
        wrong.append(f"tilbud: »{given['tilbud']}« kendes ikke. Skriv et af tilbuddenes navne.")
    if wrong:
        return None, wrong
    wording = Wording(
        outcome=outcome,
        reason=plain(given.get("begrundelse", row.stored.reason)),
        office=plain(given.get("afdeling", row.stored.office)).strip(),
        service=service,
        merged_into=plain(given.get("lagt sammen med", row.stored.merged_into)).strip(),
    )
    # What the row said when it was written: one that says another thing by now is not written over unseen.
    entry = Entry(wording, given.get("udgave", "").strip() or row.stored.fingerprint)
    return (entry if entry.is_touched and wording != row.stored else None), []


def service_of(name: str, services: list[Service]) -> str | None:
    """The key of the service with `name`, with its provider or without: "" for no name, None where there is none."""
    name = name.strip().casefold()
    found = [each for each in services if name in {str(each).casefold(), each.name.casefold()}]
    if not name:
        return ""
    return str(found[0].pk) if len(found) == 1 else None
