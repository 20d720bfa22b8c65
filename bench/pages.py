"""Pages and search at three sizes of the catalogue.

The addresses are asked in turn, round after round, and each is told as a median, a 95th percentile and as a multiple of the
smallest page of the same round.
"""

import statistics
import sys
import time

from django.test import Client

from bench import ideas
from dev.console import say

SIZES = (40, 4_000, 400_000)  # ideas
ROUNDS = 15
SMALLEST = "smallest page"
ADDRESSES = {
    SMALLEST: "/livez",
    "front page": "/",
    "catalogue": "/ideer/",
    "catalogue, filtered": "/ideer/?verdensmaal=13&status=afventer",
    "catalogue, searched": "/ideer/?q=ladestandere",
    "catalogue, page 2": "/ideer/?side=2",
    "idea": "/ideer/2021-07/",
    "theme": "/temaer/2021/",
    "initiative list": "/initiativer/",
    "event list": "/arrangementer/",
    "search, rare word": "/soeg/?q=overskudsvarme",
    "search, inside a compound": "/soeg/?q=panel",
    "search, common word": "/soeg/?q=virksomhed",
    "search, misspelt": "/soeg/?q=ladestandre",
    "search, two words": "/soeg/?q=grøn vejledning",
    "search, reference": "/soeg/?q=2021-07",
    "search, nothing": "/soeg/?q=qwertyuiop",
}


def measure() -> dict[int, dict[str, dict[str, float]]]:
    ideas.prepare()
    results = {}
    for size in SIZES:
        ideas.fill(size)
        results[size] = times()
        show(size, results[size])
    return results


def times() -> dict[str, dict[str, float]]:
    """For each of ADDRESSES: median and 95th percentile in milliseconds, and the median as a multiple of the smallest."""
    client = Client(headers={"accept-encoding": "identity"})
    taken_by = {name: [] for name in ADDRESSES}
    for number in range(ROUNDS + 1):
        for name, address in ADDRESSES.items():
            started = time.perf_counter()
            status = client.get(address).status_code
            taken = (time.perf_counter() - started) * 1000
            if status != 200:
                sys.exit(f"{address} answered {status}")
            # The first round fills caches and plans.
            if number:
                taken_by[name].append(taken)
    floor = statistics.median(taken_by[SMALLEST])
    return {name: told(taken, floor) for name, taken in taken_by.items()}


def told(taken: list[float], floor: float) -> dict[str, float]:
    median = statistics.median(taken)
    return {
        "p50_ms": round(median, 1),
        "p95_ms": round(statistics.quantiles(taken, n=20)[-1], 1),
        "of_smallest": round(median / floor, 1),
    }


def show(size: int, results: dict[str, dict[str, float]]) -> None:
    say(f"\n{size:,} ideas{'':<24}{'p50 ms':>8}{'p95 ms':>8}{'× smallest':>12}")
    for name, each in results.items():
        say(f"{name:<32}{each['p50_ms']:>8}{each['p95_ms']:>8}{each['of_smallest']:>12}")
