"""The numbers that people name things by: an idea's, and one for their own case, short and easy to read aloud."""

import re

from django.utils.crypto import salted_hmac

from erhvervspanel.foundation import danish

# Without those that are taken for each other when read aloud or from a slip of paper.
REFERENCE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
REFERENCE_LENGTH = 7


# An idea's, by year and number, as addresses have it and as people write it: »ide 2021-07«, »#2021-07«, »2021–07.«.
NUMBERED = r"[0-9]{4}-[0-9]{1,5}"
WRITTEN = re.compile(r"(?:id[eé](?:en)?|#)?\s*([0-9]{4})\s*[-‐‑–]\s*([0-9]{1,5})\.?")  # noqa: RUF001
# At the front of a longer text. Of four digits the second may be a year: »2021-2026«.
LEADING = re.compile(rf"({WRITTEN.pattern.replace('{1,5}', '{1,3}')})(?![\w‐‑–-])", re.IGNORECASE)  # noqa: RUF001
MOST_NUMBERED = 32_767  # what the column holds


def numbered(year: int, number: int) -> str:
    """What an idea goes by in addresses, print and search: `2021-07`."""
    return f"{year:04d}-{number:02d}"


def year_and_number(reference: str) -> tuple[int, int] | None:
    """The theme's year and the idea's number, of which `reference` is made: `2021-07`. None where it is none."""
    match = WRITTEN.fullmatch(danish.fold(reference).strip())
    if match is None or not 1 <= int(match[2]) <= MOST_NUMBERED:
        return None
    return int(match[1]), int(match[2])


def leading_reference(text: str) -> tuple[tuple[int, int] | None, str]:
    """The year and number that `text` begins with, as a heading that somebody has pasted does, and what comes after them."""
    text = text.strip()
    if alone := year_and_number(text):
        return alone, ""
    match = LEADING.match(text)
    reference = year_and_number(match[1]) if match else None
    return (reference, text[match.end() :]) if reference else (None, text)


def reference_of(form_token: str) -> str:
    """The number of what a form makes. It follows from the form, so that the page after it can show one whether or not
    anything was written: nobody sees by it who is known."""
    digest = salted_hmac("events.reference", form_token, algorithm="sha256").digest()
    return "".join(REFERENCE_LETTERS[byte % len(REFERENCE_LETTERS)] for byte in digest[:REFERENCE_LENGTH])


def is_reference(text: str) -> bool:
    """Whether `text` looks like a number of ours."""
    return len(text) == REFERENCE_LENGTH and set(text) <= set(REFERENCE_LETTERS)
