"""The rows that are measured: the sample programme, and ideas made from the sample's own words."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from ideas.models import Idea
from panels.models import FocusArea, Need, Theme

BATCH = 20_000
FIRST_YEAR = 2030  # of the themes beside the sample's
PER_THEME = 9_999  # ideas; a reference has four digits at most


def prepare() -> None:
    call_command("migrate", verbosity=0)
    call_command("load_programme", verbosity=0)


def fill(size: int) -> None:
    """Adds ideas until there are `size`, in themes of their own, each with the words of the sample in a new order."""
    if Idea.objects.count() >= size:
        return
    with without_search_indexes():
        add(size)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def without_search_indexes() -> Iterator[None]:
    """The indexes of words are made anew afterwards: kept up to date row by row they take most of the time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'ideas_idea' AND indexdef LIKE '%USING gin%'"
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _, definition in indexes:
            cursor.execute(definition)


def add(size: int) -> None:
    have = Idea.objects.count()
    chance = random.Random(size)  # noqa: S311 (the same rows every time)
    words = words_of_the_sample()
    needs = list(Need.objects.all())
    # One moment, as whoever publishes many has it: each of the last day stands in the content version, which every request reads.
    published = timezone.now()
    while have < size:
        theme, area = theme_of((have - 40) // PER_THEME)
        ideas = [
            Idea(
                theme=theme,
                area=area,
                number=(have - 40 + offset) % PER_THEME + 1,
                title=" ".join(chance.sample(words, 6))[:160],
                summary=" ".join(chance.sample(words, 15))[:240],
                need=" ".join(chance.sample(words, 60)),
                proposal=" ".join(chance.sample(words, 60)),
                goals=[chance.randint(1, 17)],
                publish_at=published,
            )
            for offset in range(min(BATCH, size - have, PER_THEME - (have - 40) % PER_THEME))
        ]
        made = Idea.objects.bulk_create(ideas, batch_size=2_000)
        links = [Idea.needs.through(idea=idea, need=chance.choice(needs)) for idea in made]
        Idea.needs.through.objects.bulk_create(links, batch_size=5_000)
        have += len(made)


def words_of_the_sample() -> list[str]:
    """The words of the sample's ideas, as often as they stand there."""
    texts = Idea.objects.filter(theme__year=2021).values_list("need", "proposal")
    return " ".join(" ".join(row) for row in texts).split()


def theme_of(place: int) -> tuple[Theme, FocusArea]:
    theme, _made = Theme.objects.get_or_create(
        year=FIRST_YEAR + place,
        defaults={"year_decided": 2029, "title": f"Tema {place}", "deciding_body": "Erhvervsudvalget",
                  "publish_at": timezone.now(), "is_example": True},
    )  # fmt: skip
    area, _made = FocusArea.objects.get_or_create(theme=theme, slug="omraade", defaults={"name": "Område"})
    return theme, area
