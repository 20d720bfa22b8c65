"""The numbers that people are given to name their case by: short, and easy to read aloud."""

from django.utils.crypto import salted_hmac

# Without those that are taken for each other when read aloud or from a slip of paper.
REFERENCE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
REFERENCE_LENGTH = 7


def reference_of(form_token: str) -> str:
    """The number of what a form makes. It follows from the form, so that the page after it can show one whether or not
    anything was written: nobody sees by it who is known."""
    digest = salted_hmac("events.reference", form_token, algorithm="sha256").digest()
    return "".join(REFERENCE_LETTERS[byte % len(REFERENCE_LETTERS)] for byte in digest[:REFERENCE_LENGTH])


def is_reference(text: str) -> bool:
    """Whether `text` looks like a number of ours."""
    return len(text) == REFERENCE_LENGTH and set(text) <= set(REFERENCE_LETTERS)
