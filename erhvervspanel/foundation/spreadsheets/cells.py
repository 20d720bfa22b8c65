"""One cell: what a file may hold, and what its reader sees.

A cell that begins like a formula would be run by the program that opens the file (OWASP, "CSV Injection"). In CSV it gets
an apostrophe in front, which reading takes off again; in XLSX it is marked as text, and needs none.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

Value = str | int | float | Decimal | date | bool | None

# The full-width forms are formulas to some programs with East Asian settings (OWASP).
LIKE_A_FORMULA = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
# What is already written with apostrophes gets one more, so that every text comes back as it was.
TO_DEFUSE = re.compile(f"'*{LIKE_A_FORMULA.pattern}")
DEFUSED = re.compile(f"'+{LIKE_A_FORMULA.pattern}")

# Characters that XML cannot hold are written _x0007_ (ECMA-376, part 1, 22.9.2.19), and so is what looks like that.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")

# Beyond so many digits a floating-point number no longer tells what was typed.
DIGITS = 15


@dataclass(frozen=True)
class Unreadable:
    """A cell without a value that can be used, and why: a Danish sentence."""

    why: str


def is_like_a_formula(text: str) -> bool:
    return LIKE_A_FORMULA.match(text) is not None


def defused(text: str) -> str:
    """`text` so that no program runs it when it opens a CSV file."""
    return f"'{text}" if TO_DEFUSE.match(text) else text


def restored(text: str) -> str:
    """What `defused` made `text` of."""
    return text[1:] if DEFUSED.match(text) else text


def escaped(text: str) -> str:
    """`text` as XLSX can hold it."""
    return NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def unescaped(text: str) -> str:
    """What `escaped` made `text` of. What no text can hold, a null or half a character, is left as it is written."""
    return ESCAPED.sub(lambda found: character(found[1]) or found[0], text)


def character(digits: str) -> str:
    code = int(digits, 16)
    return chr(code) if code and unicodedata.category(chr(code)) != "Cs" else ""


def as_text(value: Value) -> str:
    """`value` as a Dane writes it: »7,5«, »27-09-2021 17:00«, »ja«."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, datetime):
        return f"{value:%d-%m-%Y}" if value.time() == time() else f"{value:%d-%m-%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    if isinstance(value, float | Decimal):
        return decimal_text(value)
    return str(value)


def decimal_text(value: float | Decimal) -> str:
    """»7« for 7.0, »7,5« for 7.5, and no digits that come of floating point."""
    exact = Decimal(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
    text = f"{exact:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


def as_seen(value: object, number_format: str) -> str:
    """What a cell of a workbook shows.

    Args:
        value: as openpyxl gives it.
        number_format: the cell's own; percentages and leading zeros are what changes how a number reads.
    """
    if isinstance(value, str):
        return unescaped(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        if number_format.endswith("%"):
            return f"{as_text(float(value) * 100)} %"
        return as_text(value).zfill(len(number_format) if set(number_format) == {"0"} else 0)
    return as_text(value)
