"""Why a file cannot be read, in Danish: the system says it in English."""

import errno

SENTENCES = {
    errno.ENOENT: "Den findes ikke",
    errno.EACCES: "Du har ikke adgang til den",
    errno.EISDIR: "Det er en mappe",
}


def unreadable(what: str, error: OSError) -> str:
    """What to tell of `what`, »Filen x.csv«. In the system's own words where it is none of what happens to everybody."""
    return f"{what} kan ikke læses. {SENTENCES.get(error.errno) or f'Systemet siger: {error.strerror}'}."
