"""E-mail addresses: what tells one from another, and the field that people type one in."""

import contextlib
import unicodedata
from functools import reduce
from operator import or_

from django import forms
from django.db.models import Q

GMAIL = ("gmail.com", "googlemail.com")


def email_key(address: str) -> str:
    """What tells addresses apart: without case, spaces and ways of writing a domain."""
    local, _, domain = unicodedata.normalize("NFC", address.strip()).casefold().rpartition("@")
    with contextlib.suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    return f"{local}@{domain}"


def mailbox_key(address: str) -> str:
    """What tells mailboxes apart, as far as it can be seen: »aase+1@« is read by whoever reads »aase@«, and Gmail knows no full stops.

    For limits alone. Who is registered is told apart by `email_key`: at some hosts it is another's.
    """
    local, _, domain = email_key(address).rpartition("@")
    local = local.partition("+")[0] or local
    if domain in GMAIL:
        return f"{local.replace('.', '')}@{GMAIL[0]}"
    return f"{local}@{domain}"


def written_as(field: str, address: str) -> Q:
    """Where `field`, which holds addresses as they were typed, has `address`, however it is written."""
    key = email_key(address)
    local, _, domain = key.rpartition("@")
    spellings = {key, address.strip()}
    with contextlib.suppress(UnicodeError):
        spellings.add(f"{local}@{domain.encode().decode('idna')}")
    spellings |= {unicodedata.normalize("NFD", spelling) for spelling in spellings}
    return reduce(or_, (Q((f"{field}__iexact", spelling)) for spelling in sorted(spellings)))


class EmailField(forms.EmailField):
    """An address, with what to do about one that cannot be right."""

    def __init__(self, **kwargs):
        given = {
            "label": "E-mail",
            "max_length": 254,
            "error_messages": {
                "required": "Skriv din e-mail",
                "invalid": "Skriv e-mailen, så den ligner navn@eksempel.dk",
                "max_length": "E-mailen er for lang. Højst 254 tegn.",
            },
            "widget": forms.EmailInput(attrs={"autocomplete": "email"}),
        }
        super().__init__(**given | kwargs)

    def clean(self, value):
        """The address. Raises ValidationError also where it is too long as the internet writes it, which is what we look it up by."""
        address = super().clean(value)
        if len(email_key(address)) > self.max_length:
            raise forms.ValidationError(self.error_messages["max_length"], code="max_length")
        return address
