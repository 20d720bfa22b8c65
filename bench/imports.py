"""Importing ideas: 1,000 and 10,000 rows, CSV and XLSX, new and then unchanged. Seconds, and memory beyond what it began with."""

import hashlib
import io
import time
import tracemalloc

from django.core.management import call_command

from dev.console import say
from erhvervspanel.foundation.spreadsheets import write_csv
from erhvervspanel.foundation.spreadsheets.new_workbook import write_xlsx
from ideas.actions import import_ideas
from ideas.exchange.columns import COLUMNS
from ideas.models import Idea
from panels.models import Company, FocusArea, Need, Theme

SIZES = (1_000, 10_000)
TEXT = "Vi vil gerne dele en ladestander med naboerne, så varebilerne kan lade om natten. " * 5


def measure() -> dict:
    call_command("migrate", verbosity=0)
    theme = Theme.objects.create(year=2021, year_decided=2020, title="Grøn omstilling")
    FocusArea.objects.create(theme=theme, name="Grøn transport", slug="groen-transport")
    for number in range(200):
        Company.objects.create(name=f"Virksomhed {number} ApS", slug=f"virksomhed-{number}")
        Need.objects.get_or_create(name=unlike(1_000 + number % 30), slug=f"behov-{number % 30}")
    results = {}
    for size in SIZES:
        for kind, file in (("csv", csv(size)), ("xlsx", xlsx(size))):
            results[f"{kind}_{size}"] = one(file, theme)
    for name, figures in results.items():
        say(f"{name:<14}" + "".join(f"{label} {value:>8.1f}   " for label, value in figures.items()))
    return results


def one(file, theme: Theme) -> dict[str, float]:
    """Seconds for a file of new ideas, seconds for the same file again, and the most memory that new ideas take, in MB.

    The memory is that of a run of its own, as it takes time to trace.
    """
    Idea.objects.all().delete()
    tracemalloc.start()
    seconds_of(file, theme)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    Idea.objects.all().delete()
    return {"new_s": seconds_of(file, theme), "unchanged_s": seconds_of(file, theme), "peak_mb": peak}


def seconds_of(file, theme: Theme) -> float:
    file.seek(0)
    started = time.perf_counter()
    import_ideas(file, theme, by=None)
    return time.perf_counter() - started


def rows(count: int):
    for number in range(1, count + 1):
        companies = f"{unlike(number % 200)} ApS | {unlike((number + 7) % 200)} ApS"
        yield [
            number,
            f"Ide nummer {number} om strøm",
            "Grøn transport",
            unlike(1_000 + number % 30),
            TEXT,
            "",
            companies,
            "",
            "7 | 13",
        ]


def unlike(number: int) -> str:
    """A name that is like no other one, so that nothing has to be chosen."""
    return hashlib.sha256(str(number).encode()).hexdigest()[:12]


def csv(count: int) -> io.BytesIO:
    return io.BytesIO(b"".join(write_csv(COLUMNS, rows(count))))


def xlsx(count: int):
    return write_xlsx(COLUMNS, rows(count))
