"""Names of files: from anybody's to one that is safe in addresses, in folders and on any computer."""

import re

from erhvervspanel.foundation import danish

LONGEST = 80  # characters of a name without its ending
NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|]')


def ending_of(name: str) -> str:
    """What stands after the last full stop of `name`, in lower case; nothing where there is none."""
    _, stop, ending = last_part(name).rpartition(".")
    return ending.strip().lower() if stop else ""


def safe(name: str, ending: str) -> str:
    """A name of letters, digits and hyphens: »../Oplæg om æbler.PDF« → »oplaeg-om-aebler.pdf«."""
    last = last_part(name)
    stem = last.rpartition(".")[0] if "." in last else last
    slug = danish.slugify(re.sub(r"[._]+", " ", stem))[:LONGEST].strip("-")
    return f"{slug or 'dokument'}.{ending}"


def readable(title: str, ending: str) -> str:
    """A name to save a file under, with Danish letters: its `title` without what computers do not take in names."""
    plain = "".join(letter for letter in NOT_IN_NAMES.sub(" ", title) if letter.isprintable())
    return f"{' '.join(plain.split()).strip('. ') or 'dokument'}.{ending}"


def last_part(name: str) -> str:
    """`name` without the folders before it, written either way."""
    return re.split(r"[\\/]", name)[-1]
