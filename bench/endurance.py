"""Memory of the web workers over 100,000 requests, about what a busy hour brings: it is to be the same at the end as after a while."""

import random
from urllib.parse import urlencode

from django.core.management import call_command

from bench import ideas
from bench.load import load
from bench.pages import COLD, SEARCHES, public_pages
from bench.processor import children, resident
from bench.served import portal
from dev.console import say

REQUESTS = 100_000
SPELL = 10  # seconds between two looks
EVERY = 5  # of so many spells one is of pages made anew
SEARCHED = 40  # times in such a spell, in words that are asked for in no other
MOST_WORDS = 4
MOST_MB = 120


def measure() -> dict:
    ideas.prepare()
    call_command("collectstatic", verbosity=0, interactive=False)
    kept = [*public_pages().values()]
    made = [*kept, *SEARCHES.values()]
    words, chance = ideas.words_of_the_sample(), random.Random(REQUESTS)  # noqa: S311 (the same words every time)
    done, looks = 0, []
    # No worker is replaced meanwhile, as that would hide what it is about.
    with portal(web_workers=2, mail_workers=0, WEB_MAX_REQUESTS="0") as served:
        while done < REQUESTS:
            anew = len(looks) % EVERY == 0
            paths = [*made, *searches(words, chance)] if anew else kept
            told = load(served.port, *paths, seconds=SPELL, headers=COLD if anew else None)
            done += told.requests
            looks.append({"requests": done, "mb": [resident(pid) / 1024 for pid in children(served.web.pid)]})
            say(f"{done:>9,} requests   " + "   ".join(f"{each:.1f} MB" for each in looks[-1]["mb"]))
    settled = next(look for look in looks if look["requests"] >= done / 4)
    growth = max(last - first for first, last in zip(settled["mb"], looks[-1]["mb"], strict=True))
    largest = max(looks[-1]["mb"])
    say(f"largest {largest:.1f} MB (target {MOST_MB}), grown {growth:.1f} MB in the last three quarters")
    return {"looks": looks, "largest_mb": largest, "growth_mb": growth}


def searches(words: list[str], chance: random.Random) -> list[str]:
    """Addresses of the portal's search and of the catalogue's, in words as people come to think of them."""
    queries = [" ".join(chance.sample(words, chance.randint(1, MOST_WORDS))) for _ in range(SEARCHED)]
    return [f"{path}?{urlencode({'q': query})}" for path in ("/soeg/", "/ideer/") for query in queries]
