"""What may be written in a log: values with what names or identifies a person, or opens a door, taken out."""

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import PurePath
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest
from django.utils.functional import Promise

from erhvervspanel.foundation.monitoring.routes import route_of
from erhvervspanel.foundation.personal_data import without_cpr

EMAIL = "[e-mail fjernet]"
SECRET = "[hemmelighed fjernet]"  # noqa: S105 (what stands in place of one)
FIELD = "[fjernet]"
# Fields that hold a person or a secret, whatever stands in them.
PERSONAL = frozenset({
    "name", "names", "navn", "full_name", "first_name", "last_name", "username", "user", "person", "contact", "companions",
    "email", "email_key", "to", "recipient", "recipients", "address", "addresses", "phone", "telephone", "cpr", "network",
    "ip", "ip_address", "remote_addr", "subject", "text", "body", "query", "query_string", "params", "authorization",
    "cookie", "cookies", "session", "sessionid", "csrftoken", "token", "form_token", "token_hash", "invitation", "password", "secret",
})  # fmt: skip
PLAIN = (bytes, date, time, timedelta, Decimal, PurePath, Promise, UUID, type)
# Whatever stands around an @: a person's address, and the password in the address of a server.
AT = re.compile(r"[^\s@<>()\[\]\"'»«,;:=/\\]+@[^\s@<>()\[\]\"'»«,;:=/\\]+")
QUERY = re.compile(r"\?[\w.\-]+=[^\s\"'»«<>]*")
# What a link, a session or a form carries: long, without a space, and as no word is made.
LONG = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{20,}")
LETTER, UPPER, LOWER, DIGIT = map(re.compile, ("[A-Za-z]", "[A-Z]", "[a-z]", "[0-9]"))
BEFORE_SECRET = frozenset("/=:\"'")  # what a secret without a digit follows, and a class of Python's hardly


def masked(value):
    """`value` as it may be logged: text, number, truth or nothing, or lists and mappings of those.

    A row of the database becomes its model and number, a request its route, and what is not PLAIN the name of its class: how it
    is written may be how a person is, as with a form or a list of rows.
    """
    if isinstance(value, str):
        return masked_text(value)
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if -(10**7) < value < 10**7 else masked_number(value)
    return masked_thing(value)


def masked_text(text: str) -> str:
    """`text` without e-mail addresses, CPR numbers, the parameters of an address, and secrets."""
    if "@" in text:
        text = AT.sub(EMAIL, text)
    if "?" in text:
        text = QUERY.sub("?" + FIELD, text)
    if len(text) >= 20:
        text = LONG.sub(without_secret, text)
    return without_cpr(text) if len(text) >= 10 else text


def masked_number(number: int) -> int | str:
    """`number`, unless its digits are a CPR number, with or without the nought that numbers have not in front."""
    digits = str(number).zfill(10)
    shown = without_cpr(digits)
    return number if shown == digits else shown


def masked_thing(value):
    if isinstance(value, Mapping):
        return masked_fields(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [masked(each) for each in value]
    if isinstance(value, Model):
        return f"{value._meta.label_lower} {value.pk}"
    if isinstance(value, HttpRequest):
        return route_of(value)
    return masked_text(str(value)) if isinstance(value, PLAIN) else f"<{type(value).__qualname__}>"


def masked_fields(fields: Mapping) -> dict:
    """`fields` with FIELD in place of what stands in a field that is PERSONAL."""
    return {
        masked_text(str(name)): FIELD if str(name).casefold() in PERSONAL else masked(value)
        for name, value in fields.items()
    }


def without_secret(found: re.Match) -> str:
    """SECRET, or what was found where it can be a word, the name of a function, or the number of a row."""
    text, start = found.group(), found.start()
    if DIGIT.search(text):
        return SECRET if LETTER.search(text) else text
    follows = start and found.string[start - 1] in BEFORE_SECRET
    return SECRET if follows and UPPER.search(text) and LOWER.search(text) else text
