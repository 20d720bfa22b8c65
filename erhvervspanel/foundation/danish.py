"""Danish text: folding, sorting and slugs.

`fold` and `sort_key` are the same functions as `danish_fold` and `danish_sort_key` in the database
(migration `foundation.0001`); a property test compares them.
"""

import re
import unicodedata
from functools import lru_cache

from django.utils.text import slugify as ascii_slugify

# Both ways of writing a letter meet in one: »grøn« and »groen«, »Nærum« and »Naerum«.
FOLDINGS = {"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe"}
ACCENTED = "áàâãéèêëíìîïóòôõúùûüýÿñç"
UNACCENTED = "aaaaeeeeiiiioooouuuuyync"
ACCENTS = str.maketrans(ACCENTED, UNACCENTED)

# The Danish alphabet ends in æ ø å, and »aa« sorts as å (Retskrivningsordbogen § 4). The three characters that
# follow z in ASCII stand in for them, so that any server sorts right, with or without ICU.
SORT_LETTERS = {"aa": "}", "å": "}", "æ": "{", "ä": "{", "ø": "|", "ö": "|", "ü": "y"}


def lower(text: str) -> str:
    """`text` composed (NFC) and in lower case."""
    return unicodedata.normalize("NFC", text).lower()


def fold(text: str) -> str:
    """`text` in lower case with æ, ø, å written out and accents taken off: »Nærum« → »naerum«."""
    text = lower(text).translate(ACCENTS)
    for letter, plain in FOLDINGS.items():
        text = text.replace(letter, plain)
    return text


@lru_cache(10_000)  # a list's names are sorted over and over
def sort_key(text: str) -> str:
    """A key that sorts `text` as a Danish dictionary does when compared byte by byte."""
    text = lower(text)
    for letters, stand_in in SORT_LETTERS.items():
        text = text.replace(letters, stand_in)
    return text.translate(ACCENTS)


def slugify(text: str) -> str:
    """A slug for an address: æ, ø and å are written out first, as Django's own would drop æ and ø."""
    return ascii_slugify(fold(text))


def words(text: str) -> list[str]:
    """The folded words of `text`."""
    return re.findall(r"[0-9a-z]+", fold(text))


# What tells nothing of what a text is about: PostgreSQL's own list (danish.stop), and »ved«.
STOP_WORDS = frozenset(
    words(
        "og i jeg det at en den til er som på de med han af for ikke der var mig sig men et har om vi min havde ham hun nu over da fra du "
        "ud sin dem os op man hans hvor eller hvad skal selv her alle vil blev kunne ind når være dog noget ville jo deres efter ned skulle "
        "denne end dette mit også under have dig anden hende mine alt meget sit sine vor mod disse hvis din nogle hos blive mange ad bliver "
        "hendes været thi jer sådan ved"
    )
)

# Endings of inflection, the longest first, with what is left in their place.
ENDINGS = (
    *(("e" + ending, "e") for ending in ("ernes", "erne", "ers", "ens", "er", "en")),
    *(
        (ending, "")
        for ending in ("ernes", "erne", "enes", "ers", "ens", "ets", "ene", "er", "en", "et", "es")
    ),
    *((ending, "") for ending in ("e", "t", "s")),
)
SHORTEST_ROOT = 4


def roots(word: str) -> tuple[str, ...]:
    """The roots that a folded word is searched by: its own without ending, and the form that an »e« sets apart.

    Only for what is asked for, and rather too little than too much: »virksomhederne« → »virksomhed«,
    »groenne« → »groen«, »ideer« → »ide«, »cykler« → »cykl« and »cykel«.
    """
    root = word
    for ending, left in ENDINGS:
        stem = word.removesuffix(ending) + left
        if word.endswith(ending) and len(stem) >= (3 if left else SHORTEST_ROOT):
            root = single_end(stem)
            break
    return (root, *elided(root))


def single_end(stem: str) -> str:
    """A doubled last consonant once: »groenn« → »groen«."""
    doubled = len(stem) > SHORTEST_ROOT and stem[-1] == stem[-2] and stem[-1] not in "aeiouy"
    return stem[:-1] if doubled else stem


def elided(root: str) -> tuple[str, ...]:
    """»cykl« for »cykel« and the other way round."""
    if len(root) >= SHORTEST_ROOT and (found := re.fullmatch(r"(.*[bdfgkpstv])(e?)([lr])", root)):
        return (f"{found[1]}{'' if found[2] else 'e'}{found[3]}",)
    return ()
