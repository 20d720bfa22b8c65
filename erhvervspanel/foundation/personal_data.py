"""Text that people type: whether it can be read, and whether it holds a CPR number."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from django import forms
from django.utils import timezone

MASK = "[CPR-nummer fjernet]"
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212"
# Ten digits as people write a CPR number: 010190-1234, 010190 1234, 0101901234, 01.01.90-1234, 01 01 90 - 1234. Not as part
# of a longer number, nor after the + of a telephone number.
TEN_DIGITS = re.compile(
    rf"(?<![\d+])(\d\d)[ ./{DASHES}]?(\d\d)[ ./{DASHES}]?(\d\d)\s?[{DASHES}.]?\s?(\d)\d{{3}}(?!\d)"
)
# The century of birth by the seventh digit: the years, of two digits, up to which the first holds, and the one after.
CENTURIES = {
    **dict.fromkeys((0, 1, 2, 3), (99, 1900, 1900)),
    **dict.fromkeys((4, 9), (36, 2000, 1900)),
    **dict.fromkeys((5, 6, 7, 8), (57, 2000, 1800)),
}
# What mail programs make a link of. A company may be called »Lomax.dk«, and a person »Chr.Hansen«: so a domain alone is looked for in
# the names of persons, and by how it ends.
LINK = re.compile(r"://|\bwww\.|[\w-]\.[^\W\d_]{2,}(?:[/?#\\]|:\d)", re.IGNORECASE)
ENDINGS = (
    "app|asia|bank|biz|blog|cat|cfd|click|cloud|club|com|cyou|dev|digital|email|eu|fun|gov|group|icu|info|link|live|lol|mobi|name|net|"
    "news|one|online|org|page|pro|sbs|shop|site|space|store|tech|today|top|vip|website|win|work|world|xyz|zone"
)
DOMAIN = re.compile(rf"[\w-]{{2}}\.(?:[a-z]{{2}}|{ENDINGS})(?![\w-])", re.IGNORECASE)
# Control characters, halves of characters, and those that mean nothing to anybody else.
UNREADABLE = ("Cc", "Cs", "Co", "Cn")


def has_cpr(text: str) -> bool:
    """Whether `text` holds what can be a CPR number: ten digits that begin with a date of birth.

    The seventh digit and the year tell the century (CPR-kontoret, »Personnummeret i CPR-systemet«), which is what settles
    whether there was a 29 February, and whether the day has come yet. Modulus 11 is not asked: numbers that fail it have
    been given out since 1 October 2007, and are as good as any.
    """
    return next(cpr_numbers(text), None) is not None


def without_cpr(text: str) -> str:
    """`text` with MASK in place of each CPR number."""
    for start, end in reversed(list(cpr_numbers(text))):
        text = text[:start] + MASK + text[end:]
    return text


def refuse_cpr(text: str) -> None:
    """Raises ValidationError where `text` holds a CPR number. The sentence does not repeat it."""
    if has_cpr(text):
        raise forms.ValidationError("Det ligner et CPR-nummer. Slet det: vi beder aldrig om CPR-numre her.")


def printable(text: str, what: str, *, lines: bool = False) -> str:
    """`text` in one Unicode form (NFC) and without idle spaces.

    Args:
        what: what the text is, in the definite form: »navnet«.
        lines: whether it may have several lines, which then stay as they are.

    Raises ValidationError where it holds what cannot be read, such as a NUL.
    """
    allowed = "\r\n\t" if lines else ""
    if any(unicodedata.category(letter) in UNREADABLE and letter not in allowed for letter in text):
        raise forms.ValidationError(f"Der er tegn i {what}, som ikke kan læses. Skriv det igen.")
    text = unicodedata.normalize("NFC", text)
    return text.strip() if lines else " ".join(text.split())


def clean_text(text: str, what: str, *, lines: bool = False) -> str:
    """What somebody typed in a form, as `printable` has it. Raises ValidationError also where it holds a CPR number."""
    text = printable(text, what, lines=lines)
    refuse_cpr(text)
    return text


def clean_name(text: str, what: str) -> str:
    """A name that somebody typed, as `clean_text` has it. Raises ValidationError also where it holds a link: the portal's mails repeat a
    name to an address that nobody has shown to be theirs."""
    text = clean_text(text, what)
    if LINK.search(text):
        raise refused_link(what)
    return text


def clean_person(text: str) -> str:
    """A person's name, as `clean_name` has it. Raises ValidationError also where it holds a domain: »evil.dk«."""
    text = clean_name(text, "navnet")
    if DOMAIN.search(text):
        raise refused_link("navnet")
    return text


def refused_link(what: str) -> forms.ValidationError:
    return forms.ValidationError(
        f"Skriv {what} uden link. Er der punktum inde i et navn, så sæt mellemrum efter det."
    )


def cpr_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Where each CPR number begins and ends."""
    for found in TEN_DIGITS.finditer(text):
        if is_birth(*(int(part) for part in found.groups())):
            yield found.span()


def is_birth(day: int, month: int, year: int, seventh: int) -> bool:
    """Whether the first seven digits of a CPR number tell a day that has been. `year` is of two digits."""
    last, century, otherwise = CENTURIES[seventh]
    try:
        born = date((century if year <= last else otherwise) + year, month, day)
    except ValueError:
        return False
    return born <= timezone.localdate()
