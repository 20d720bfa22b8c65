"""A dataset as a file: CSV as Danish Excel opens it, and JSON. Both are written while they are sent."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.spreadsheets import write_csv
from erhvervspanel.portal.open_data.dataset import Dataset
from ideas.exchange.columns import joined

BATCH = 200  # rows to a piece of a streamed file


def as_csv(dataset: Dataset) -> Iterator[bytes]:
    """The header, and a line for each row. Several values of a field stand in one cell, as in the table of ideas."""
    rows = ([joined(value) if isinstance(value, list) else value for value in row] for row in dataset.read())
    return write_csv(dataset.names, rows)


def as_json(dataset: Dataset) -> Iterator[bytes]:
    """One object: what the dataset is, and its rows, each an object with all fields."""
    licence = settings.DATA_LICENCE
    about = {
        "datasæt": dataset.slug,
        "titel": dataset.title,
        "beskrivelse": dataset.about,
        "licens": {"navn": licence.name, "adresse": licence.url},
        "felter": f"{settings.SITE_URL}{link('portal:data')}#{dataset.slug}",
        "dannet": timezone.localtime(),
    }
    rows = (written(dict(zip(dataset.names, row, strict=True))) for row in dataset.read())
    yield f'{written(about)[:-1]}, "rækker": ['.encode()
    for piece in pieces(rows):
        yield piece.encode()
    yield b"\n]}\n"


def pieces(rows: Iterable[str]) -> Iterator[str]:
    """`rows` with commas between, many to a piece."""
    separator, piece = "\n", []
    for row in rows:
        piece.append(f"{separator}{row}")
        separator = ",\n"
        if len(piece) == BATCH:
            yield "".join(piece)
            piece.clear()
    yield "".join(piece)


def written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=plain)


def plain(value: object) -> str | int | float:
    """What JSON has no word for: days and moments by ISO 8601, and numbers with decimals."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(type(value))


# What ends an address, what the file is, and what writes it.
FORMATS: dict[str, tuple[str, Callable[[Dataset], Iterator[bytes]]]] = {
    "csv": ("text/csv", as_csv),
    "json": ("application/json", as_json),
}
