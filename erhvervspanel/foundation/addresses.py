"""E-mail addresses: what tells one from another, and the field that people type one in."""

import contextlib
import unicodedata

from django import forms


def email_key(address: str) -> str:
    """What tells addresses apart: without case, spaces and ways of writing a domain."""
    local, _, domain = unicodedata.normalize("NFC", address.strip()).casefold().rpartition("@")
    with contextlib.suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    return f"{local}@{domain}"


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
