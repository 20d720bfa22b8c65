"""Names of companies and needs: in tables several stand in one cell, with | between them."""

from django.core.exceptions import ValidationError


def plain_name(name: str) -> str:
    """`name` with single spaces. Raises ValidationError where a table would read it as two names."""
    if "|" in name:
        raise ValidationError(
            {
                "name": "Et navn kan ikke have tegnet |. Det skiller navnene ad, når ideer hentes og lægges ind som fil."
            }
        )
    return " ".join(name.split())
