"""The vocabulary: every word that stands in what is searched, kept by the database.

A text-search vector's index finds words that are known, and the fronts of words. Parts of words and misspelt words are looked for here,
among some thousand words, and then the words that were found in the texts: as PostgreSQL's manual has it (»pg_trgm«, text search integration).

Triggers keep it, so that no way of writing can miss it. A searched table needs a migration with `RunSQL(*searched(…))`; a test names what is
missing. PostgreSQL takes the triggers away with the column `search_words`: such a migration ends with `searched` again. A word that no text
has any more finds nothing, and is deleted the night after the next.
"""

from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache, reduce
from operator import or_

from django.apps import apps
from django.contrib.postgres.search import SearchQueryField
from django.db import connection, models
from django.db.models import Expression, F, Func, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast, Length

from erhvervspanel.foundation.composed import MOST_COMPOSED, Composed, Given
from erhvervspanel.foundation.models import SearchWord

# Words that may hold one part of a word, the shortest first. Beyond so many it says nothing of what a text is about.
MOST_WORDS = 1000

# How long a word that no text has any more is kept: longer than it takes to write one, shorter than from night to night.
KEPT = timedelta(hours=12)

# As its owner: whoever may write a text may not need to know of the words. Nothing waits for anybody: where two write the same new word
# at once, it stands there twice.
NOTE_WORDS = """
CREATE OR REPLACE FUNCTION note_search_words() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF TG_LEVEL = 'ROW' THEN
    INSERT INTO public.foundation_searchword (word)
      SELECT lexeme FROM unnest(NEW.search_words)
      WHERE NOT EXISTS (SELECT FROM public.foundation_searchword WHERE word = lexeme AND unused_since IS NULL);
  ELSE
    INSERT INTO public.foundation_searchword (word)
      SELECT lexeme FROM (SELECT DISTINCT lexeme FROM written, unnest(search_words)) AS told
      WHERE NOT EXISTS (SELECT FROM public.foundation_searchword WHERE word = lexeme AND unused_since IS NULL);
  END IF;
  RETURN NULL;
END $$"""
FUNCTION = (NOTE_WORDS, "DROP FUNCTION note_search_words")


def searched(table: str) -> tuple[str, str]:
    """SQL that makes a table with `search_words` one that is searched, and unmakes it: its triggers, and the words that stand in it.

    The vector stays in its row, as it is looked at several times for each hit; texts that are longer leave it first.
    """
    return (
        f"""
        ALTER TABLE {table} ALTER search_words SET STORAGE MAIN;
        CREATE OR REPLACE TRIGGER search_words_added AFTER INSERT ON {table}
          REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_search_words();
        CREATE OR REPLACE TRIGGER search_words_changed AFTER UPDATE OF search_words ON {table}
          FOR EACH ROW WHEN (NEW.search_words IS DISTINCT FROM OLD.search_words) EXECUTE FUNCTION note_search_words();
        INSERT INTO foundation_searchword (word)
          SELECT word FROM ts_stat('SELECT search_words FROM {table}') AS told
          WHERE NOT EXISTS (SELECT FROM foundation_searchword AS known WHERE known.word = told.word)
        """,  # noqa: S608 (a name from a migration)
        f"DROP TRIGGER search_words_added ON {table}; DROP TRIGGER search_words_changed ON {table}",
    )


def searched_models() -> list[type[models.Model]]:
    """The models that are searched."""
    return [
        model
        for model in apps.get_models()
        if any(f.name == "search_words" for f in model._meta.local_fields)
    ]


class Answers(Func):
    """Whether a row's words answer to `wanted`, a text-search query as PostgreSQL writes it: `filter(Answers("panel | moede"))`."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = models.BooleanField()

    def __init__(self, wanted: str | Expression):
        wanted = Value(wanted) if isinstance(wanted, str) else wanted
        super().__init__(F("search_words"), Cast(wanted, SearchQueryField()))


# -- Looking up ------------------------------------------------------------------------------------------------


def words_with(parts: Iterable[tuple[tuple[str, ...], str]]) -> list[list[str]]:
    """For each of `parts` the words that hold any of its folded strings, or that its one string, "" for none, may be a misspelling of.

    One query, or none where nothing is asked for.
    """
    parts = list(parts)
    shape = tuple((len(held), bool(misspelt)) for held, misspelt in parts)
    found: list[list[str]] = [[] for _ in parts]
    if not any(held or misspelt for held, misspelt in shape):
        return found
    values = {
        f"part{place}_{number}": part
        for place, (held, _) in enumerate(parts)
        for number, part in enumerate(held)
    }
    values |= {f"near{place}": misspelt for place, (_, misspelt) in enumerate(parts)}
    for place, word in look_up(shape)(**values):
        found[place].append(word)
    return [list(dict.fromkeys(words)) for words in found]


@lru_cache(MOST_COMPOSED)
def look_up(shape: tuple[tuple[int, bool], ...]) -> Composed:
    """(place, word) for each place of `shape`: how many parts are looked for, and whether a misspelt word is."""

    def at(place: int, held: int, misspelt: bool) -> QuerySet:
        having = [Q(word__contains=Given(f"part{place}_{number}")) for number in range(held)]
        near = [Q(word__trigram_word_similar=Given(f"near{place}"))] if misspelt else []
        words = SearchWord.objects.filter(reduce(or_, having + near)).order_by(Length("word"), "word")
        placed = words.annotate(place=Value(place, output_field=IntegerField()))
        return placed.values_list("place", "word")[:MOST_WORDS]

    def all_places() -> QuerySet:
        first, *others = (at(place, *asked) for place, asked in enumerate(shape) if any(asked))
        return first.union(*others, all=True)

    return Composed(all_places)


# -- Forgetting ------------------------------------------------------------------------------------------------


def forget_unused() -> int:
    """Deletes the words that were found unused more than KEPT ago and still are, marks those that none has now, and returns how many it deleted. What
    stands twice goes the same way.

    Somebody may be writing a word just now, and have looked whether it is known. Who looks takes no marked word for known, so that what
    goes tonight was noted again by whoever has written it since. No transaction lasts for as long as KEPT, and two nights' work may be
    made good within a minute.
    """
    texts = " UNION ALL ".join(
        f"SELECT search_words FROM {model._meta.db_table}"  # noqa: S608 (our own names)
        for model in searched_models()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH used AS (SELECT word FROM ts_stat(%s)),
            needed AS (
              SELECT max(id) AS id FROM foundation_searchword WHERE word IN (SELECT word FROM used) GROUP BY word
            ),
            gone AS (
              DELETE FROM foundation_searchword
              WHERE unused_since < now() - %s AND id NOT IN (SELECT id FROM needed) RETURNING 1
            ),
            marked AS (
              UPDATE foundation_searchword SET unused_since = CASE WHEN unused_since IS NULL THEN now() END
              WHERE (unused_since IS NOT NULL) = (id IN (SELECT id FROM needed))
            )
            SELECT count(*) FROM gone
            """,
            [texts, KEPT],
        )
        return cursor.fetchone()[0]
