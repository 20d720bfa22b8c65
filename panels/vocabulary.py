"""Names of companies and needs that come in from elsewhere: on record, much like another one, or new."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection, models
from stdnum.dk import cvr as cvr_number
from stdnum.exceptions import ValidationError as InvalidNumber

from erhvervspanel.foundation import danish
from erhvervspanel.foundation.models import User
from erhvervspanel.foundation.publishing import visible
from erhvervspanel.foundation.slugs import free_slug
from panels.models import Company, Need
from panels.models.names import former_names

LIKE = 0.5  # likeness by trigrams, from which on a name may be a misspelling of another
NEW = "ny"
CANDIDATES = 5
MOST_COMPARED = (
    1_000  # new names that are held against each other; a programme's first year has a few hundred
)
SECTIONS = {"virksomhed": "virksomheder", "behov": "behov"}  # what several of a kind are called

# One statement for all names at once; the trigram index finds what is like each.
ALIKE = """
    SELECT asked.name, known.id FROM unnest(%s::text[]) AS asked(name) JOIN {table} known
    ON danish_fold(known.name) %% asked.name AND similarity(danish_fold(known.name), asked.name) >= {like}
    ORDER BY asked.name, similarity(danish_fold(known.name), asked.name) DESC, known.id
"""
# A new name and those like it that were asked for before: so of two spellings the first is new, and the second is asked about.
# Names with other numbers in them are others: »Afdeling 1«, »Afdeling 2«.
ALIKE_AMONG_NEW = r"""
    WITH asked AS MATERIALIZED (
        SELECT name, place, regexp_replace(name, '\D', '', 'g') AS digits
        FROM unnest(%s::text[]) WITH ORDINALITY AS asked(name, place)
    )
    SELECT later.name, earlier.name FROM asked later JOIN asked earlier
    ON earlier.place < later.place AND earlier.digits = later.digits
    AND similarity(earlier.name, later.name) >= {like}
    ORDER BY later.place, similarity(earlier.name, later.name) DESC, earlier.place
"""


class Refused(Exception):
    """A file, or a list, cannot be taken in as it is.

    Attributes:
        plan: what is wrong, or has to be chosen.
    """

    def __init__(self, plan, why: str = ""):
        super().__init__(why)
        self.plan = plan


@dataclass(frozen=True)
class Candidate:
    """What may be meant by a name.

    Attributes:
        value: the answer that chooses it: the key of something on record, or the choice's key of a name that is new itself.
        cvr: the CVR number of a company, with spaces.
        line: where a name that is new itself stands first; 0 for what is on record.
    """

    value: str
    name: str
    cvr: str = ""
    line: int = 0


@dataclass(frozen=True)
class Choice:
    """A name that may be a misspelling of another, or new.

    Attributes:
        key: what the answer goes by in a form.
        line: the number of the first row that has the name.
    """

    key: str
    kind: str
    name: str
    line: int
    candidates: list[Candidate]

    def is_answered(self, answers: Mapping[str, str]) -> bool:
        return answers.get(self.key) in {NEW, *(candidate.value for candidate in self.candidates)}


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
        rows = self.model.objects.all()
        self.names = dict(rows.values_list("pk", "name"))
        # Of one that was merged with another the name leads there, unless one has it again.
        self.known = by_name(former_names(rows)) | by_name(self.names.items())

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
        """What has to be chosen: names like something on record or like each other, or that several have."""
        on_record, among_new = self.like_on_record(), self.like_each_other()
        rows = self.model.objects.in_bulk({key for keys in on_record.values() for key in keys})
        choices = []
        for name, written in self.asked.items():
            found = [
                *(Candidate(str(key), rows[key].name, cvr_of(rows[key])) for key in on_record.get(name, [])),
                *(
                    Candidate(self.choice_key(other), self.asked[other], line=self.lines[other])
                    for other in among_new.get(name, [])
                ),
            ]
            if found:
                choices.append(Choice(self.choice_key(name), self.kind, written, self.lines[name], found))
        return choices

    def choice_key(self, folded: str) -> str:
        return f"{self.kind}:{folded}"

    def like_on_record(self) -> dict[str, list[int]]:
        """The keys of what each name may mean, the likest first."""
        sql = ALIKE.format(table=self.model._meta.db_table, like=LIKE)
        alike = grouped(sql, sorted(self.asked))
        # Of those whose name several have, just these.
        alike |= {name: self.known[name] for name in self.asked if name in self.known}
        return {name: keys[:CANDIDATES] for name, keys in alike.items()}

    def like_each_other(self) -> dict[str, list[str]]:
        """The names, folded, that were asked for before one and may be spellings of the same."""
        new = [name for name in self.asked if name not in self.known]
        alike = grouped(ALIKE_AMONG_NEW.format(like=LIKE), new[:MOST_COMPARED])
        return {name: others[:CANDIDATES] for name, others in alike.items()}

    def settle(self, answers: Mapping[str, str], *, by: User | None, reason: str) -> list[str]:
        """Gives every name that was asked for a key: by `answers`, or else of a row that is made. Returns the names of those made."""
        new = []
        for folded, written in self.asked.items():
            answer = answers.get(self.choice_key(folded), NEW)
            if answer == NEW:
                new.append(written)
                self.known[folded] = [made(self.model, written, by=by, reason=reason)]
            elif answer.isdecimal():
                self.known[folded] = [int(answer)]
            else:  # another new name, which stands before this one
                self.known[folded] = self.known[answer.removeprefix(self.choice_key(""))]
        return new

    def new_but_for(self, unsure: Collection[str]) -> list[str]:
        """The names that are going to be made, whatever is chosen for the choices `unsure`."""
        return [name for folded, name in self.asked.items() if self.choice_key(folded) not in unsure]


def by_name(names: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    """The keys in `names` by the name, folded, and with single spaces, as a cell is read."""
    found: dict[str, list[int]] = {}
    for key, name in names:
        found.setdefault(danish.fold(" ".join(name.split())), []).append(key)
    return found


def grouped(sql: str, names: list[str]) -> dict[str, list]:
    """What `sql` finds for each of `names`."""
    alike: dict[str, list] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [names])
        for name, found in cursor.fetchall():
            alike.setdefault(name, []).append(found)
    return alike


def cvr_of(row: models.Model) -> str:
    return row.cvr_grouped if isinstance(row, Company) else ""


class Vocabulary:
    """The names that one file, or one list, refers to."""

    def __init__(self):
        self.companies = Names(Company, "virksomhed")
        self.needs = Names(Need, "behov")
        self.all = (self.companies, self.needs)
        for names in self.all:
            names.load()
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

    def resolved(self, answers: Mapping[str, str], *, by: User | None, reason: str) -> dict[str, list[str]]:
        """Settles all names that were asked for: by `answers`, or else as new ones, which are made. Returns those, by their kind.

        A new company has not agreed to be named.
        """
        return by_kind({names.kind: names.settle(answers, by=by, reason=reason) for names in self.all})

    def created(self, choices: Collection[Choice]) -> dict[str, list[str]]:
        """The names that are going to be made, whatever is chosen, by their kind."""
        unsure = {choice.key for choice in choices}
        return by_kind({names.kind: names.new_but_for(unsure) for names in self.all})


def by_kind(names: dict[str, list[str]]) -> dict[str, list[str]]:
    """`names` under what several of the kind are called, without kinds that have none."""
    return {SECTIONS[kind]: some for kind, some in names.items() if some}


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
