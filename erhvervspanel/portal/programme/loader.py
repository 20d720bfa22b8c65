"""Loading a programme file into the database."""

from collections import Counter
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.utils import timezone

from erhvervspanel.foundation.models import User
from erhvervspanel.portal.programme.document import Entry, ProgrammeError, entries, read
from erhvervspanel.portal.programme.sections import REFERABLE, SECTIONS, Section
from ideas.actions import carried_to, merge_answered
from ideas.models import Answer, Idea
from panels.models import Company, Theme

Outcomes = dict[type[models.Model], Counter[str]]


def load_programme(path: Path | str, *, by: User | None = None) -> Outcomes:
    """Loads the programme file at `path`: creates what is missing and updates what differs, all or nothing.

    What the file leaves out is left alone, and nothing is ever deleted. The same file twice writes nothing the
    second time, no history either.

    Args:
        by: the person whom the history names; nobody where it is left out.

    Returns:
        For each model, how many records of the file were "new", "changed" and "unchanged".

    Raises:
        ProgrammeError: the file cannot be read, or something in it is wrong. Nothing is written then.
    """
    path = Path(path)
    document = read(path)
    with transaction.atomic():
        return Loader(reason=f"Programfilen {path.name}", by=by).load(document)


class Loader:
    """One load of one file."""

    def __init__(self, *, reason: str, by: User | None):
        self.reason = reason
        self.by = by
        self.theme: models.Model | None = None
        self.rows: dict[tuple[type[models.Model], Any], models.Model] = {}
        self.outcomes: Outcomes = {}
        self.carried: dict[tuple[int, str], set[int]] = {}

    def load(self, document: dict[str, Any]) -> Outcomes:
        for section in SECTIONS:
            if section.name not in document:
                continue
            if section.parent and self.theme is None:
                raise ProgrammeError(f"»{section.name}« hører til et tema. Skriv også [theme].")
            parent = self.theme if section.parent else None
            inherited = document.get("defaults", {})
            written = list(entries(section, document[section.name], inherited, parent=parent))
            self.load_section(section, written)
            for entry in written:
                self.rows[section.model, entry.record[section.key]] = entry.row
            if section.model is Theme:
                self.theme = written[0].row
            if section.model is Idea:
                self.merge_answered()
        return self.outcomes

    def merge_answered(self) -> None:
        """Merges the ideas that the file answers as merged, as publishing the answers would have done."""
        merge_answered(
            list(
                Answer.objects.published()
                .filter(idea__theme=self.theme)
                .select_related("idea__theme", "merged_into__theme")
            ),
            by=self.by,
        )

    def load_section(self, section: Section, written: list[Entry]) -> None:
        rows = existing(section, written)
        if section.model is Idea or any(
            link.related_model is Idea for link in section.model._meta.many_to_many
        ):
            # Anew, as answers that come in between may merge ideas.
            self.carried = carried_to(Idea.objects.filter(theme=self.theme))
        if section.model is Company:
            written = self.with_bearers(written, rows)
        self.place(written, rows)
        for entry in written:
            self.link(entry)
        counts = self.outcomes.setdefault(section.model, Counter())
        counts.update(entry.outcome for entry in written)
        for child in section.children:
            self.load_section(child, [inner for entry in written for inner in entry.nested(child)])

    def with_bearers(self, written: list[Entry], rows: dict[tuple, models.Model]) -> list[Entry]:
        """`written`, with the companies that bear names which are not in `rows` put there. They say what is new about those last: what
        the file says by the name that one has now is what counts."""
        found = {}
        for entry in written:
            values = self.values(entry)
            if (None, values["name"]) not in rows and (company := bearer(values["name"], values.get("cvr"))):
                found[None, values["name"]] = company
                entry.only_adds = True
        rows |= found
        return sorted(written, key=lambda entry: entry.only_adds)

    def place(self, written: list[Entry], rows: dict[tuple, models.Model]) -> None:
        """Gives each record its row, one of `rows` or a new one, and writes that."""
        seen = set()
        for entry in written:
            values = self.values(entry)
            key = (entry.parent and entry.parent.pk, comparable(values[entry.section.key]))
            is_there = entry.only_adds and key in rows
            # Two names of one company may each say that it came to a meeting.
            if key in seen and not (is_there and entry.parent):
                raise entry.error(entry.section.key, "Den samme står to gange i filen.")
            seen.add(key)
            if is_there:
                entry.row = rows[key]
                continue
            entry.row = rows.setdefault(key, entry.section.model())
            self.save(entry, values)

    def values(self, entry: Entry) -> dict[str, Any]:
        """What the file says of the row, as the model holds it."""
        values = {name: self.value(entry, name, raw) for name, raw in entry.fields.items()}
        if entry.section.parent:
            values[entry.section.parent] = entry.parent
        return values

    def value(self, entry: Entry, name: str, raw: Any) -> Any:
        """One value. An empty text empties a column, as TOML has no word for nothing."""
        column = entry.section.model._meta.get_field(name)
        try:
            if raw == "" and column.null:
                return None
            if column.is_relation:
                return self.referred(column.related_model, raw)
            return converted(column, raw)
        except (ValidationError, TypeError, ValueError) as error:
            raise entry.error(name, sentence(error)) from error

    def referred(self, model: type[models.Model], reference: Any) -> models.Model:
        """The row that the file points at. Raises ValidationError where there is none."""
        if model not in REFERABLE:
            raise ValidationError("Det kan ikke skrives i filen. Vælg det i administrationen.")
        if (model, reference) not in self.rows:
            row = model._default_manager.filter(**self.look_up(model, reference)).first()
            if row is None and model is Company:
                row = bearer(str(reference))
            if row is None:
                plural = model._meta.verbose_name_plural
                raise ValidationError(f"»{reference}« findes ikke blandt {plural}.")
            self.rows[model, reference] = row
        return self.rows[model, reference]

    def look_up(self, model: type[models.Model], reference: str | int) -> dict[str, Any]:
        """How to find a row by its key or, where rows are numbered, by its address.

        `2021-07` is an idea of another year, `borgersamling-3` a recommendation.
        """
        section = REFERABLE[model]
        owner, _, number = str(reference).rpartition("-")
        if section.owner and owner:
            return {section.owner: owner, section.key: number}
        if section.parent and not model._meta.get_field(section.key).unique:
            return {section.parent: self.theme, section.key: reference}
        return {section.key: reference}

    def save(self, entry: Entry, values: dict[str, Any]) -> None:
        """Writes the row if it is new or differs. Only then is it checked, as checks ask the database."""
        row = entry.row
        is_new = row.pk is None
        before = state(row)
        for name, value in values.items():
            setattr(row, name, value)
        if not is_new and state(row) == before:
            return
        try:
            row.full_clean()
        except ValidationError as error:
            raise refused(entry, error) from error
        self.write(row)
        entry.outcome = "new" if is_new else "changed"

    def link(self, entry: Entry) -> None:
        """Sets the many-to-many fields that differ, as one entry in the row's history."""
        row = entry.row
        different = {}
        for name, references in entry.links.items():
            wanted = self.linked(entry, name, references)
            if wanted != set(getattr(row, name).all()):
                different[name] = wanted
        if not different:
            return
        row.skip_history_when_saving = True
        for name, wanted in different.items():
            getattr(row, name).set(wanted)
        del row.skip_history_when_saving
        self.write(row)
        if entry.outcome == "unchanged":
            entry.outcome = "changed"

    def linked(self, entry: Entry, name: str, references: Any) -> set[models.Model]:
        """The rows to link to. A link that goes both ways may be written at the other end, and stays; so does what an
        idea got when another was merged into it."""
        column = entry.section.model._meta.get_field(name)
        try:
            rows = {self.referred(column.related_model, each) for each in listed(references)}
        except (ValidationError, TypeError, ValueError) as error:
            raise entry.error(name, sentence(error)) from error
        if column.remote_field.symmetrical:
            rows.update(getattr(entry.row, name).all())
        carried = self.carried.get((entry.row.pk, name), ()) if entry.section.model is Idea else ()
        if carried:
            rows.update(row for row in getattr(entry.row, name).all() if row.pk in carried)
        if column.related_model is Idea and not column.remote_field.symmetrical:
            back = column.remote_field.related_name
            there = getattr(entry.row, name).all()
            rows.update(idea for idea in there if entry.row.pk in self.carried.get((idea.pk, back), ()))
        return rows

    def write(self, row: models.Model) -> None:
        row._change_reason = self.reason
        if self.by is not None:
            row._history_user = self.by
        row.save()


def existing(section: Section, written: list[Entry]) -> dict[tuple, models.Model]:
    """The rows that the database has, by parent and key; the oldest where two have the same."""
    rows = section.model._default_manager.prefetch_related(*section.links).order_by("-pk")
    if not section.parent:
        return {(None, getattr(row, section.key)): row for row in rows}
    parent, key = (section.model._meta.get_field(name).attname for name in (section.parent, section.key))
    rows = rows.filter(**{f"{section.parent}__in": {entry.parent for entry in written}})
    return {(getattr(row, parent), getattr(row, key)): row for row in rows}


def bearer(name: str, cvr: str | None = None) -> Company | None:
    """The company that goes by `name` now, of which another spelling is on record, or into which one of the name was merged.

    None where several do, or where its CVR number is another than `cvr`, or it has none and another company has that: it is another.
    """
    found = list(Company.objects.called(name)[:2])
    if len(found) != 1:
        return None
    [company] = found
    is_another = cvr and company.cvr != cvr and (company.cvr or Company.objects.filter(cvr=cvr).exists())
    return None if is_another else company


def comparable(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def state(row: models.Model) -> dict[str, Any]:
    """What the row's columns hold, but for those that the database works out."""
    names = [column.attname for column in row._meta.concrete_fields if not column.generated]
    return {name: getattr(row, name) for name in names}


def converted(column: models.Field, raw: Any) -> Any:
    """A value of the file as the column's own type. Raises ValidationError where it is of another kind."""
    if isinstance(column, ArrayField):
        return listed(raw)
    if isinstance(raw, list | dict):
        raise ValidationError("Her skal stå én værdi.")
    if isinstance(column, models.DateTimeField):
        return moment(raw)
    return column.to_python(raw.strip() if isinstance(raw, str) else raw)


def listed(raw: Any) -> list:
    if not isinstance(raw, list):
        raise ValidationError("Her skal stå en liste.")
    return raw


def moment(raw: Any) -> datetime:
    """A time of day, Danish where it gives no zone; a date alone is its midnight."""
    if not isinstance(raw, date):
        raise ValidationError("Her skal stå en dato med klokkeslæt, uden anførselstegn.")
    if not isinstance(raw, datetime):
        raw = datetime.combine(raw, time.min)
    return raw if timezone.is_aware(raw) else timezone.make_aware(raw)


def sentence(error: Exception) -> str:
    return " ".join(getattr(error, "messages", ["Værdien kan ikke bruges her."]))


def refused(entry: Entry, error: ValidationError) -> ProgrammeError:
    """What the model's own checks found wrong with a record."""
    wrong = dict(error.message_dict)
    found = wrong.pop(NON_FIELD_ERRORS, [])
    found += [f"Feltet »{name}«: {' '.join(messages)}" for name, messages in wrong.items()]
    return ProgrammeError(f"{entry.where}: {' '.join(found)}")
