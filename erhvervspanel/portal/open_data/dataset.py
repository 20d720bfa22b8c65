"""A dataset: what it is called, what it holds, and where each of its values comes from, all said once.

The files, the field dictionary and the catalogue are made of this, so that none of them can tell of something that the others lack.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Expression, F, Func, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone

CHUNK = 500  # rows fetched at a time


class Kind(StrEnum):
    """What a field holds, as its readers are told."""

    TEXT = "tekst"
    MARKDOWN = "tekst i Markdown"
    INTEGER = "helt tal"
    NUMBER = "tal"
    YES_NO = "ja eller nej"
    DATE = "dato"
    MOMENT = "tidspunkt"
    URL = "webadresse"
    TEXTS = "liste af tekster"
    INTEGERS = "liste af hele tal"


@dataclass(frozen=True)
class Field:
    """One field of a dataset.

    Attributes:
        name: what it is called in the files.
        about: a Danish sentence for the field dictionary.
        source: the path or the expression that the database reads it from; or what makes that, where it hangs on the present moment.
        written: what makes what is told of what the database gave.
        refers: the dataset whose first field the value is found in.
    """

    name: str
    kind: Kind
    about: str
    source: str | Expression | Callable[[], Expression]
    written: Callable | None = None
    refers: str = ""

    @property
    def read_from(self) -> str | Expression:
        return self.source() if callable(self.source) else self.source

    def told(self, value):
        """What the files say for the database's `value`; None where there is nothing to tell."""
        if value is None or value == "":
            return None
        if self.kind is Kind.MOMENT:
            value = timezone.localtime(value)
        return self.written(value) if self.written else value


@dataclass(frozen=True)
class Dataset:
    """What the public may see of one kind of record, as a table.

    Attributes:
        slug: its name in addresses.
        about: a Danish sentence or two.
        rows: makes the QuerySet of its rows, in order. It holds what is published, and nothing else.
        fields: the first one tells the rows apart, where another dataset refers to this one.
    """

    slug: str
    title: str
    about: str
    rows: Callable[[], QuerySet]
    fields: tuple[Field, ...]

    @property
    def names(self) -> list[str]:
        return [field.name for field in self.fields]

    def read(self) -> Iterator[list]:
        """The rows, each with the values of `fields`. One statement, and few rows in memory at a time."""
        found = self.rows().values_list(*(field.read_from for field in self.fields))
        for row in found.iterator(chunk_size=CHUNK):
            yield [field.told(value) for field, value in zip(self.fields, row, strict=True)]


# -- What rows go by ---------------------------------------------------------------------------------------------


def hyphenated(before: str | Expression, after: str | Expression) -> Expression:
    return Concat(before, Value("-"), after, output_field=models.TextField())


def in_words(path: str) -> Expression:
    return Cast(path, models.TextField())


def idea_key(prefix: str = "") -> Expression:
    """`Idea.reference` of the idea at the end of the path `prefix`, by the database: »2021-07«."""
    number = Func(F(f"{prefix}number"), Value("FM99900"), function="to_char", output_field=models.TextField())
    return hyphenated(in_words(f"{prefix}theme__year"), number)


def meeting_key() -> Expression:
    """`PanelMeeting.key`: »2021-2«."""
    return hyphenated(in_words("theme__year"), in_words("number"))


def recommendation_key(prefix: str = "") -> Expression:
    """The assembly's slug and the recommendation's number: »borgersamling-3«."""
    return hyphenated(f"{prefix}assembly__slug", in_words(f"{prefix}number"))


def seen(model: type[models.Model], path: str, key: str | Expression = "slug") -> Callable[[], Expression]:
    """A source: `key` of the row of `model` that the foreign key `path` leads to, where the public may see that row."""
    return lambda: Subquery(model.objects.published().filter(pk=OuterRef(path)).values_list(key)[:1])


def linked(
    model: type[models.Model], relation: str, key: str | Expression = "slug"
) -> Callable[[], Expression]:
    """A source: `key` of each row of `model` that has this one in its `relation` and that the public may see."""
    return those(lambda: model.objects.published().filter(**{relation: OuterRef("pk")}), key)


def those(rows: Callable[[], QuerySet], key: str | Expression = "slug") -> Callable[[], Expression]:
    """A source: `key` of each of the rows that `rows` makes, which tell by OuterRef whose they are; in order."""
    named = F(key) if isinstance(key, str) else key
    return lambda: ArraySubquery(rows().order_by().annotate(key=named).order_by("key").values("key"))


# -- How values are written --------------------------------------------------------------------------------------


def label_of(choices: type[models.TextChoices]) -> Callable[[str], str]:
    """What writes a value of `choices` as people read it."""
    return lambda value: str(choices(value).label)


def page(name: str, split: Callable[[str], list] = lambda key: [key]) -> Callable[[str], str]:
    """What makes the whole address of the page `name`, of the key that `split` makes the page's arguments of.

    Not by `link`: a file of very many would push all other paths out of what that remembers.
    """
    return lambda key: f"{settings.SITE_URL}{reverse(name, args=split(key))}"


# -- What many datasets tell ---------------------------------------------------------------------------------------

PROVENANCE = Field(
    "kilde", Kind.TEXT, "Hvor oplysningerne kommer fra, eller hvad der er eksempel.", "provenance"
)
EXAMPLE = Field(
    "eksempel", Kind.YES_NO, "Om rækken er opdigtet for at vise, hvordan portalen virker.", "is_example"
)
CHANGED = Field("ændret", Kind.MOMENT, "Hvornår rækken sidst blev ændret.", "updated_at")
GOALS = Field("verdensmål", Kind.INTEGERS, "Numrene på de af FN's verdensmål, der er peget på.", "goals")
