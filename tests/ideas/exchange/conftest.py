"""A theme with an area, meetings, a need and a company, and files for it."""

import io
from types import SimpleNamespace

import pytest

from tests.factories import CompanyFactory, FocusAreaFactory, NeedFactory, PanelMeetingFactory, ThemeFactory

HEADER = (
    "nummer",
    "titel",
    "fokusområde",
    "behov",
    "beskrivelse",
    "møde",
    "virksomheder",
    "status",
    "verdensmål",
)
ROW = ("7", "Ladestandere ved stationen", "Grøn transport", "Ladestandere", "Vi mangler strøm.\nOgså om natten.", "1 | 2", "Åløkke Værksted A/S", "", "7 | 11")  # fmt: skip


@pytest.fixture
def year():
    theme = ThemeFactory(year=2021)
    return SimpleNamespace(
        theme=theme,
        area=FocusAreaFactory(theme=theme, name="Grøn transport"),
        meetings=PanelMeetingFactory.create_batch(2, theme=theme),
        need=NeedFactory(name="Ladestandere"),
        company=CompanyFactory(name="Åløkke Værksted A/S", cvr="13748136"),
    )


def csv(*rows, header=HEADER, separator: str = ";", encoding: str = "utf-8") -> io.BytesIO:
    """A CSV file of `rows`, each a tuple of texts."""
    quoted = (separator.join('"' + text.replace('"', '""') + '"' for text in row) for row in (header, *rows))
    return io.BytesIO("\r\n".join(quoted).encode(encoding))


def row(**changes) -> tuple:
    """ROW with some cells changed; »omraade« is the focus area."""
    names = (
        "nummer",
        "titel",
        "omraade",
        "behov",
        "beskrivelse",
        "moede",
        "virksomheder",
        "status",
        "verdensmaal",
    )
    return tuple(changes.get(name, text) for name, text in zip(names, ROW, strict=True))
