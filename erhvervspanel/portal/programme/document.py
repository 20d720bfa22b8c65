"""A programme file as it is written: read, and every key in it checked, before a row is touched."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import models

from erhvervspanel.foundation.unreadable import unreadable
from erhvervspanel.portal.programme.sections import SECTIONS, Section

# What a record that leaves them out takes from the record it is nested in, and at last from [defaults].
INHERITED = ("publish_at", "is_example")


class ProgrammeError(Exception):
    """What is wrong with a programme file: a Danish sentence that names section, record and field."""


@dataclass
class Entry:
    """One record of the file, and the row that it becomes.

    Attributes:
        only_adds: whether it is written by a name that its row has no longer: what is there stays as it is.
    """

    section: Section
    where: str
    record: dict[str, Any]
    inherited: dict[str, Any]
    parent: models.Model | None
    row: models.Model = field(init=False)
    outcome: str = "unchanged"
    only_adds: bool = False

    @property
    def fields(self) -> dict[str, Any]:
        """What the file says of the row's columns, by name of field."""
        stated = {**self.inherited, **self.record}
        names = (*self.section.fields, self.section.position)
        return {name: stated[name] for name in names if name in stated}

    @property
    def links(self) -> dict[str, Any]:
        return {name: self.record[name] for name in self.section.links if name in self.record}

    def nested(self, section: Section) -> Iterator["Entry"]:
        records = self.record.get(section.name, [])
        for entry in entries(section, records, self.inherited, parent=self.row, above=f"{self.where}, "):
            entry.only_adds = self.only_adds
            yield entry

    def error(self, name: str, message: str) -> ProgrammeError:
        return ProgrammeError(f"{self.where}, feltet »{name}«: {message}")


def read(path: Path) -> dict[str, Any]:
    """The content of the file at `path`.

    Raises ProgrammeError where it cannot be read or holds a section that is not known.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise ProgrammeError(unreadable(f"Filen {path}", error)) from error
    except UnicodeDecodeError as error:
        raise ProgrammeError(f"Filen {path} er ikke UTF-8. Gem den som UTF-8, og prøv igen.") from error
    except ValueError as error:
        raise ProgrammeError(f"Filen {path} er ikke gyldig TOML: {error}.") from error
    refuse_unknown(document, ["defaults", *(section.name for section in SECTIONS)], path.name)
    refuse_unknown(document.get("defaults", {}), INHERITED, "defaults")
    return document


def entries(
    section: Section,
    records: Any,
    inherited: dict[str, Any],
    *,
    parent: models.Model | None,
    above: str = "",
) -> Iterator[Entry]:
    """The records of a section. One that is nothing but its key may be written as the bare value."""
    for position, record in enumerate(records if isinstance(records, list) else [records], start=1):
        if not isinstance(record, dict):
            record = {section.key: record}
        where = f"{above}{section.name} »{record.get(section.key, f'nr. {position}')}«"
        refuse_unknown(record, section.names, where)
        own = {name: record[name] for name in INHERITED if name in record}
        if section.position:
            record = {section.position: position, **record}
        entry = Entry(section, where, record, {**inherited, **own}, parent)
        if section.key not in record:
            raise entry.error(section.key, "Mangler. Det er det felt, posten kendes på.")
        yield entry


def refuse_unknown(names: Iterable[str], known: Iterable[str], where: str) -> None:
    for name in names:
        if name not in known:
            raise ProgrammeError(f"{where}: »{name}« kendes ikke. Kendt er: {', '.join(known)}.")
