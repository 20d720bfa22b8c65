"""What merging companies would do: which one stays, what it gets, and what is in the way."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import get_text_list

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.desk.history import truth
from erhvervspanel.foundation.publishing import related_model
from panels.models import Company

MOST = 10  # companies at once: more are hardly spellings of one

# -- What becomes of all that there is -------------------------------------------------------------------------
# Every relation of Company stands in one of these three; a test fails for one that does not.

# Many-to-many, from the other end: what was linked to those that go is linked to the one that stays.
MOVED_LINKS = ("ideas",)
# Rows that point at those that go, and then at the one that stays, unless it has one with the same value in the field.
MOVED_ROWS = {"attendances": "meeting"}
NOT_MOVED = {"meetings": "are the attendances"}
# What the text of a row is read with.
TEXT_OF = {"ideas": "theme", "attendances": "meeting__theme"}

# And every field in one of these two. What is empty, or not ticked, in the one that stays is filled from another, so that a protection
# that one of them had holds on. What says nothing alone comes together, by whether the first is empty.
FILLED = (
    ("cvr", "cvr_exception"),
    ("trade",),
    ("trade_code", "trade_code_version"),
    ("size_band",),
    ("town",),
    ("website",),
    ("named_since",),
    ("advertising_protected",),
    ("is_example",),
    ("provenance",),
)
KEPT = {
    "id": "is which one stays",
    "name": "is what the one that stays is called",
    "slug": "is its address, to which those of the others lead",
    "created_at": "is its own",
    "updated_at": "is its own",
}


@dataclass(frozen=True)
class Moved:
    """What those that go have in a relation.

    Attributes:
        field: what the rows are told by; themselves where it is nothing.
        coming: what the one that stays gets.
        doubled: what it has already, so that two become one.
    """

    name: str
    field: str
    coming: list[models.Model]
    doubled: list[models.Model]

    @property
    def kind(self) -> str:
        """What they are, in Danish."""
        return str(related_model(Company, self.name)._meta.verbose_name_plural)

    @property
    def gained(self) -> list[str]:
        return list(map(self.told, self.coming))

    @property
    def joined(self) -> list[str]:
        return list(map(self.told, self.doubled))

    def told(self, row: models.Model) -> str:
        return str(getattr(row, self.field) if self.field else row)


@dataclass(frozen=True)
class Merging:
    """What happens when `gone` are merged into `into`.

    Attributes:
        moved: what those that go have, by relation.
        taken: the fields that are filled, each with the company that it is filled from.
    """

    into: Company
    gone: list[Company]
    moved: list[Moved]
    taken: dict[str, Company]

    @property
    def names(self) -> str:
        """Those that go, in a sentence."""
        return quoted(self.gone)

    @cached_property
    def filled(self) -> list[tuple[str, str, Company]]:
        """Each field that is filled: its label, with what, and from whom."""
        return [
            (label(name), told(owner, name), owner)
            for name, owner in self.taken.items()
            if getattr(owner, name) != getattr(self.into, name)
        ]

    @cached_property
    def differing(self) -> list[tuple[str, str, str]]:
        """Each field in which one that goes says something else: its label, what stays, and what goes."""
        found = []
        for name in (name for group in FILLED for name in group):
            stays = getattr(self.taken.get(name, self.into), name)
            lost = [each for each in self.gone if getattr(each, name) and getattr(each, name) != stays]
            if lost:
                others = "; ".join(f"{told(each, name)} (»{each}«)" for each in lost)
                found.append((label(name), told(self.taken.get(name, self.into), name), others))
        return found

    @cached_property
    def digest(self) -> str:
        """Tells one plan from another, and from the same when something of it was changed."""
        companies = [(each.pk, each.updated_at.isoformat()) for each in (self.into, *self.gone)]
        keys = [[row.pk for row in rows] for each in self.moved for rows in (each.coming, each.doubled)]
        return hashlib.sha256(repr((companies, keys)).encode()).hexdigest()


def planned(companies: Collection[Company], into: Company) -> Merging:
    """What merging `companies` into one of them, `into`, would do. Nothing is written."""
    gone = sorted((each for each in companies if each.pk != into.pk), key=lambda each: each.pk)
    moved = [
        *(moved_links(name, into, gone) for name in MOVED_LINKS),
        *(moved_rows(name, into, gone) for name in MOVED_ROWS),
    ]
    return Merging(into, gone, moved, taken(into, gone))


def moved_links(name: str, into: Company, gone: list[Company]) -> Moved:
    has = set(getattr(into, name).values_list("pk", flat=True))
    rows = list(pointing(name, gone).select_related(TEXT_OF[name]))
    return Moved(name, "", [row for row in rows if row.pk not in has], [row for row in rows if row.pk in has])


def moved_rows(name: str, into: Company, gone: list[Company]) -> Moved:
    field = MOVED_ROWS[name]
    has = set(getattr(into, name).values_list(field, flat=True))
    coming, doubled = [], []
    for row in pointing(name, gone).select_related(TEXT_OF[name]).order_by("pk"):
        value = getattr(row, f"{field}_id")
        (doubled if value in has else coming).append(row)
        has.add(value)
    return Moved(name, field, coming, doubled)


def pointing(name: str, companies: Collection[Company | int]) -> models.QuerySet:
    """The rows at the other end of the relation `name` that point at any of `companies`, or of the keys of some, each once."""
    rows = related_model(Company, name)._base_manager
    field = Company._meta.get_field(name).field.name
    return rows.filter(pk__in=rows.filter(**{f"{field}__in": companies}).order_by().values("pk"))


def taken(into: Company, gone: list[Company]) -> dict[str, Company]:
    """The fields that `into` lacks, each with the first of `gone` that has it."""
    owners = {}
    for group in FILLED:
        owner = next((each for each in (into, *gone) if getattr(each, group[0])), into)
        if owner is not into:
            owners |= dict.fromkeys(group, owner)
    return owners


# -- Refusals --------------------------------------------------------------------------------------------------


def refuse_apart(companies: Collection[Company]) -> None:
    """Raises ValidationError where `companies` cannot be one, with sentences that say how it is mended."""
    if len(companies) < 2:
        raise ValidationError("Vælg mindst to virksomheder, som er den samme.")
    if len(companies) > MOST:
        raise ValidationError(f"Saml højst {MOST} virksomheder ad gangen.")
    refuse_other_numbers(companies)
    refuse_consent_taken_back(companies)


def refuse_other_numbers(companies: Collection[Company]) -> None:
    numbered = [f"»{each}« har {each.cvr_grouped}" for each in companies if each.cvr]
    if len(numbered) > 1:
        raise ValidationError(
            f"De har hver sit CVR-nummer, så de er ikke den samme virksomhed: {get_text_list(numbered, 'og')}. Er et af numrene "
            "forkert, så slet det på virksomhedens egen side, og saml dem bagefter."
        )


def refuse_consent_taken_back(companies: Collection[Company]) -> None:
    """One consent must not stand for another that was taken back."""
    unnamed = [each.pk for each in companies if not each.named_since]
    was_named = set(
        Company.history.filter(id__in=unnamed, named_since__isnull=False).values_list("id", flat=True)
    )
    took_back = [each for each in companies if each.pk in was_named]
    named = [each for each in companies if each.named_since]
    if took_back and named:
        raise ValidationError(
            f"{quoted(took_back)} har taget samtykket til navn tilbage, men {quoted(named)} har et. Gælder det stadig, så skriv "
            "dagen begge steder. Gælder det ikke, så slet den. Saml dem bagefter."
        )


# -- In words --------------------------------------------------------------------------------------------------


def quoted(companies: Collection[Company]) -> str:
    return get_text_list([f"»{each}«" for each in companies], "og")


def label(name: str) -> str:
    return str(Company._meta.get_field(name).verbose_name)


def told(company: Company, name: str) -> str:
    """What `company` has in the field, as staff read it."""
    value = getattr(company, name)
    if isinstance(value, bool):
        return truth(value)
    if isinstance(value, date):
        return notation.day(value)
    return str(dict(Company._meta.get_field(name).flatchoices).get(value, value) or "–")
