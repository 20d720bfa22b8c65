"""`danish.fold` and `danish.sort_key` as functions of the database, for columns that it keeps by itself.

They name upper-case Danish letters themselves, as `lower()` leaves them alone where the database's ctype is C.
"""

from erhvervspanel.foundation.danish import ACCENTED, FOLDINGS, SORT_LETTERS, UNACCENTED


def lowered(argument: str) -> str:
    letters = "æøå" + "äöü" + ACCENTED
    return f"lower(translate(normalize({argument}, NFC), '{letters.upper()}', '{letters}'))"


def replaced(expression: str, replacements: dict[str, str]) -> str:
    for letters, stand_in in replacements.items():
        expression = f"replace({expression}, '{letters}', '{stand_in}')"
    return expression


def function(name: str, expression: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}(value text) RETURNS text "
        f"LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT {expression} $$"
    )


def unaccented(expression: str) -> str:
    return f"translate({expression}, '{ACCENTED}', '{UNACCENTED}')"


FOLD = function("danish_fold", replaced(unaccented(lowered("value")), FOLDINGS))
SORT_KEY = function("danish_sort_key", unaccented(replaced(lowered("value"), SORT_LETTERS)))
# The words of a title weigh more than those of a body. They are cut as `danish.words` cuts what is searched for: PostgreSQL's own parser
# takes »el/gas« for the path of a file and »-19« for a number. The configuration »simple« leaves folded words as they are.
WORDS = """
CREATE OR REPLACE FUNCTION danish_words(title text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT setweight(to_tsvector('pg_catalog.simple', regexp_replace(coalesce(public.danish_fold(title), ''), '[^0-9a-z]+', ' ', 'g')), 'A')
      || setweight(to_tsvector('pg_catalog.simple', regexp_replace(coalesce(public.danish_fold(body), ''), '[^0-9a-z]+', ' ', 'g')), 'B')
$$
"""
