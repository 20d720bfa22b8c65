import re
import unicodedata

from django import forms


def printable(text: str, what: str) -> str:
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in text):
        raise forms.ValidationError(f"Der er tegn i {what}, som ikke kan læses. Skriv det igen.")
    return " ".join(unicodedata.normalize("NFC", text).split())


def without_cpr(text: str) -> None:
    if re.search(r"\b\d{6}-\d{4}\b", text):
        raise forms.ValidationError("Det ligner et CPR-nummer. Slet det.")
