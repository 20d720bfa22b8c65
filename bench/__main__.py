"""`make bench`: pages and search at three sizes of the catalogue, as a table and in `bench/latest.json`.

Machines are shared and noisy. The addresses are therefore asked in turn, round after round, and each is told as a
median, a 95th percentile and as a multiple of the smallest page of the same round.
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path

from dev.postgresql import ThrowawayServer
from tests.settings import SETTINGS

LATEST = Path(__file__).parent / "latest.json"
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


def main() -> int:
    with ThrowawayServer() as url:
        os.environ.update(
            SETTINGS
            | {"CONN_MAX_AGE": "600", "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "erhvervspanel.settings"}
        )
        import django  # noqa: PLC0415 (the settings come first)

        django.setup()
        from bench import rows  # noqa: PLC0415 (the same)

        rows.prepare()
        results = {}
        for size in SIZES:
            rows.fill(size)
            results[size] = measure()
            show(size, results[size])
    LATEST.write_text(json.dumps(results, indent=2) + "\n")
    return 0


def measure() -> dict[str, dict[str, float]]:
    """For each of ADDRESSES: median and 95th percentile in milliseconds, and the median as a multiple of the smallest."""
    from django.test import Client  # noqa: PLC0415 (Django is set up by now)

    client = Client(headers={"accept-encoding": "identity"})
    times = {name: [] for name in ADDRESSES}
    for number in range(ROUNDS + 1):
        for name, address in ADDRESSES.items():
            started = time.perf_counter()
            status = client.get(address).status_code
            taken = (time.perf_counter() - started) * 1000
            if status != 200:
                sys.exit(f"{address} answered {status}")
            # The first round fills caches and plans.
            if number:
                times[name].append(taken)
    floor = statistics.median(times[SMALLEST])
    return {name: told(taken, floor) for name, taken in times.items()}


def told(taken: list[float], floor: float) -> dict[str, float]:
    median = statistics.median(taken)
    return {
        "p50_ms": round(median, 1),
        "p95_ms": round(statistics.quantiles(taken, n=20)[-1], 1),
        "of_smallest": round(median / floor, 1),
    }


def show(size: int, results: dict[str, dict[str, float]]) -> None:
    print(f"\n{size:,} ideas{'':<24}{'p50 ms':>8}{'p95 ms':>8}{'× smallest':>12}")  # noqa: T201 (its purpose)
    for name, each in results.items():
        print(f"{name:<32}{each['p50_ms']:>8}{each['p95_ms']:>8}{each['of_smallest']:>12}")  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
