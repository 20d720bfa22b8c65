"""The names that the table's cells refer to: found on record, much like something on record, or new."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection, models
from stdnum.dk import cvr as cvr_number
from stdnum.exceptions import ValidationError as InvalidNumber

from erhvervspanel.foundation import danish
from erhvervspanel.foundation.models import User
from erhvervspanel.foundation.publishing import visible
from erhvervspanel.foundation.slugs import free_slug
from panels.models import Company, Need

LIKE = 0.5  # likeness by trigrams, from which on a name may be a misspelling of another
NEW = "ny"
CANDIDATES = 5

# One statement for all names at once; the trigram index finds what is like each.
ALIKE = """
    SELECT asked.name, known.id FROM unnest(%s::text[]) AS asked(name) JOIN {table} known
    ON danish_fold(known.name) %% asked.name AND similarity(danish_fold(known.name), asked.name) >= {like}
    ORDER BY asked.name, similarity(danish_fold(known.name), asked.name) DESC, known.id
"""


@dataclass(frozen=True)
class Choice:
    """A name that may be a misspelling of something on record, or new.

    Attributes:
        key: what the answer goes by in a form.
        line: the number of the first row in the file that has the name.
    """

    key: str
    kind: str
    name: str
    line: int
    candidates: list[models.Model]


@dataclass
class Names:
    """The companies or the needs: what is on record by its folded name, and what was asked for besides."""

    model: type[models.Model]
    kind: str
    known: dict[str, list[int]] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)  # folded name → as it was written
    lines: dict[str, int] = field(default_factory=dict)  # folded name → the first row that asked for it
    names: dict[int, str] = field(default_factory=dict)

    def load(self) -> None:
        for key, name in self.model.objects.values_list("pk", "name"):
            # With single spaces, as a cell is read.
            self.known.setdefault(danish.fold(" ".join(name.split())), []).append(key)
            self.names[key] = name

    def key_of(self, name: str, line: int) -> int | str:
        """The key of what goes by `name`, or else the name, folded, which is noted as asked for by the row `line`."""
        folded = danish.fold(name)
        found = self.known.get(folded, [])
        if len(found) == 1:
            return found[0]
        self.asked.setdefault(folded, name)
        self.lines.setdefault(folded, line)
        return folded

    def choices(self) -> list[Choice]:
        """What has to be chosen: names like something on record, or that several have."""
        alike: dict[str, list[int]] = {}
        with connection.cursor() as cursor:
            sql = ALIKE.format(table=self.model._meta.db_table, like=LIKE)
            cursor.execute(sql, [sorted(self.asked)])
            for name, key in cursor.fetchall():
                alike.setdefault(name, []).append(key)
        for name in self.asked:
            if name in self.known:  # several have it
                alike[name] = self.known[name]
        rows = self.model.objects.in_bulk({key for keys in alike.values() for key in keys[:CANDIDATES]})
        return [
            Choice(
                f"{self.kind}:{name}",
                self.kind,
                self.asked[name],
                self.lines[name],
                [rows[key] for key in alike[name][:CANDIDATES]],
            )
            for name in self.asked
            if name in alike
        ]


class Vocabulary:
    """What the cells of one file refer to."""

    def __init__(self):
        self.companies = Names(Company, "virksomhed")
        self.needs = Names(Need, "behov")
        self.companies.load()
        self.needs.load()
        self.by_cvr = dict(Company.objects.exclude(cvr=None).values_list("cvr", "pk"))
        self.unnamed = set(Company.objects.exclude(visible(Company)).values_list("pk", flat=True))

    def company(self, written: str, line: int) -> int | str:
        """The key of a company, or a name that the row `line` asks for. Raises ValueError, with a sentence, where it is neither."""
        digits = cvr_number.compact(written)
        if not digits.isdecimal() or len(digits) != 8:
            return self.companies.key_of(written, line)
        if digits in self.by_cvr:
            return self.by_cvr[digits]
        try:
            cvr_number.validate(digits)
        except InvalidNumber:
            raise ValueError(
                f"»{written}« er ikke et gyldigt CVR-nummer. Ret det, eller skriv navnet."
            ) from None
        raise ValueError(
            f"Der er ingen virksomhed med CVR-nummer {written}. Skriv navnet, eller opret virksomheden først."
        )

    def name_of(self, link: str, key: int | str) -> str:
        """What a key that the field `link` leads to is called, or a name that is asked for, as it was written."""
        names = {"companies": self.companies, "needs": self.needs}[link]
        return names.names[key] if isinstance(key, int) else names.asked.get(key, key)

    def choices(self) -> list[Choice]:
        return [*self.companies.choices(), *self.needs.choices()]

    def resolved(self, answers: dict[str, str], *, by: User | None, reason: str) -> list[str]:
        """Settles all names that were asked for: by `answers`, or else as new ones, which are made. Returns those.

        A new company has not agreed to be named.
        """
        new = []
        for names in (self.companies, self.needs):
            for folded, written in list(names.asked.items()):
                answer = answers.get(f"{names.kind}:{folded}", NEW)
                if answer == NEW:
                    new.append(written)
                key = made(names.model, written, by=by, reason=reason) if answer == NEW else int(answer)
                names.known[folded] = [key]
        return new

    def created(self, choices: Iterable[Choice]) -> list[str]:
        """The names that are going to be made, whatever is chosen."""
        unsure = {choice.key for choice in choices}
        return [
            written
            for names in (self.companies, self.needs)
            for folded, written in names.asked.items()
            if f"{names.kind}:{folded}" not in unsure
        ]


def made(model: type[models.Model], name: str, *, by: User | None, reason: str, **values) -> int:
    """Makes a company or a need of the name, with `values` in its other columns, and returns its key. Raises ValidationError."""
    # Where the name gives no address there is nobody to ask for one: what it is, with a number, will do.
    readable = danish.slugify(name) and name
    row = model(
        **values, name=name, slug=free_slug(model.objects.all(), readable or model._meta.verbose_name)
    )
    row.full_clean()
    row._history_user = by
    row._change_reason = reason
    row.save()
    return row.pk
