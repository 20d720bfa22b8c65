"""Every public page, search and the lists of the back office over HTTP, with 40, 4,000 and 400,000 ideas.

Each is asked for in turn, round after round, by eight clients of two web workers: kept pages as a visitor gets them (»warm«), and pages
made anew, as somebody with a form under way gets them (»cold«). The floor is measured in the same rounds (`bench/floor.py`), and plain
SQL for what a list reads, so that a page is told as a share of what this machine can do. The tables tell the medians of the rounds.
"""

import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import ideas, processor
from bench.load import Told, load
from bench.served import portal
from dev.console import say
from erhvervspanel.portal.models import News
from events.models import Event
from ideas.models import Recommendation
from initiatives.models import Initiative
from panels.models import Company, Decision

SIZES = (40, 4_000, 400_000)  # ideas
ROUNDS = 3
SECONDS = 1.0  # for each address in each round
PLAIN_SQL = 2_000  # times
# As Django writes it: who has another is given a new one each time.
COLD = {"Cookie": "csrftoken=EnFormularErIGangOgHarEtEgetTegn"}
CSS = "a style sheet"
FLOORS = {"no query": "/", "20 rows": "/20", "40 rows": "/40", "search": "/search?q=vejledning"}
PUBLIC = {
    "front page": "/",
    "catalogue": "/ideer/",
    "catalogue, page 2": "/ideer/?side=2",
    "catalogue, filtered": "/ideer/?verdensmaal=13&status=afventer",
    "idea": "/ideer/2021-07/",
    "themes": "/temaer/",
    "theme": "/temaer/2021/",
    "answers of a theme": "/temaer/2021/svar/",
    "meetings": "/moeder/",
    "meeting": "/moeder/2021-1/",
    "companies": "/virksomheder/",
    "initiatives": "/initiativer/",
    "events": "/arrangementer/",
    "recommendations": "/anbefalinger/",
    "synergy": "/synergi/",
    "services": "/tilbud/",
    "numbers": "/tal/",
    "news": "/nyheder/",
    "about": "/om/",
    "accessibility": "/tilgaengelighed/",
    "privacy": "/privatliv/",
    "cookies": "/cookies/",
    "feed": "/nyt.atom",
    "calendar": "/arrangementer.ics",
    "numbers, a table": "/tal/virkning.csv?tema=2021",
    "site map": "/sitemap.xml",
}
# Of each the first public one.
OF_A_ROW = {
    "event": Event,
    "initiative": Initiative,
    "company": Company,
    "decision": Decision,
    "recommendation": Recommendation,
    "piece of news": News,
}
SEARCHES = {
    "catalogue, searched": "/ideer/?q=ladestandere",
    "search, a word": "/soeg/?q=vejledning",
    "search, rare word": "/soeg/?q=overskudsvarme",
    "search, inside a compound": "/soeg/?q=panel",
    "search, common word": "/soeg/?q=virksomhed",
    "search, misspelt": "/soeg/?q=ladestandre",
    "search, two words": "/soeg/?q=gr%C3%B8n+vejledning",
    "search, reference": "/soeg/?q=2021-07",
    "search, nothing": "/soeg/?q=qwertyuiop",
}
FORMS = {"sign-up form": "{event}tilmelding/", "a need": "/meld-et-behov/"}
DESK = {
    "admin, start page": "/admin/",
    "admin, ideas": "/admin/ideas/idea/",
    "admin, companies": "/admin/panels/company/",
    "admin, events": "/admin/events/event/",
    "admin, mails": "/admin/foundation/outgoingmail/",
}
# What `docs/performance.md` promises: a share of a floor, with 40 ideas and in the same run.
TARGETS = {
    ("catalogue", "cold"): ("40 rows", 0.5),
    ("event", "cold"): ("20 rows", 0.5),
    ("search, a word", "cold"): ("search", 0.5),
    **{(name, "warm"): ("no query", 0.6) for name in [*PUBLIC, *OF_A_ROW]},
}


@dataclass(frozen=True)
class Asked:
    """An address that is measured.

    Attributes:
        how: floor, static, warm, cold, or admin.
    """

    name: str
    how: str
    port: int
    path: str
    headers: dict[str, str]

    def told(self) -> Told:
        return load(self.port, self.path, seconds=SECONDS, headers=self.headers)


def measure() -> dict:
    ideas.prepare()
    call_command("collectstatic", verbosity=0, interactive=False)
    results, shares = {}, {}
    for size in SIZES:
        ideas.fill(size)
        # No worker is replaced meanwhile: here that comes every few seconds, and in production every few hours.
        with (
            portal(web_workers=2, mail_workers=0, WEB_MAX_REQUESTS="0") as served,
            portal(application="bench.floor", web_workers=2, mail_workers=0, WEB_MAX_REQUESTS="0") as floor,
        ):
            before = time.monotonic(), used_by_others()
            results[size] = at_this_size(list(asked(served.port, floor.port)))
            after = time.monotonic(), used_by_others()
        shares[size] = share(before, after)
        show(size, results[size])
        say(f"others took {shares[size]:.1f} % of the processors")
    show_growth(results)
    return results | {"others_percent": shares}


def used_by_others() -> float:
    """Seconds that the processors have worked for anybody but this process, all that it has started, and the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        database = processor.parent(cursor.fetchone()[0])
    return processor.busy() - processor.used_by_all(os.getpid()) - processor.used_by_all(database)


def share(before: tuple[float, float], after: tuple[float, float]) -> float:
    """The share of the machine's processors that was used between two looks at the clock and at what was used, in percent."""
    return 100 * (after[1] - before[1]) / (processor.CORES * (after[0] - before[0]))


def asked(port: int, floor_port: int) -> Iterator[Asked]:
    """All that is measured, in the order of a round."""

    public = public_pages()
    forms = {name: path.format(event=public["event"]) for name, path in FORMS.items()}
    desk = {"Cookie": f"{session_cookie()}"}
    style = Client().get("/").content.decode().partition('rel="stylesheet" href="')[2].partition('"')[0]
    for name, path in FLOORS.items():
        yield Asked(name, "floor", floor_port, path, {})
    yield Asked(CSS, "static", port, style, {})
    for name, path in public.items():
        yield Asked(name, "warm", port, path, {})
    for name, path in (public | SEARCHES | forms).items():
        yield Asked(name, "cold", port, path, COLD)
    for name, path in DESK.items():
        yield Asked(name, "admin", port, path, desk)


def public_pages() -> dict[str, str]:
    """The addresses of all kinds of public pages, by what they are called here."""
    rows = {name: model.objects.published().order_by("pk").first() for name, model in OF_A_ROW.items()}
    return PUBLIC | {name: row.get_absolute_url() for name, row in rows.items()}


def session_cookie() -> str:
    """The cookie of somebody who may do everything and is logged in."""
    user, _ = get_user_model().objects.get_or_create(username="maaling", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(user)
    return "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())


def at_this_size(addresses: list[Asked]) -> dict[str, dict[str, dict]]:
    """By how it is asked and by name: medians, queries, bytes, and the share of the floor with no query."""
    for address in addresses:  # fills caches and plans
        address.told()
    rounds = [[address.told() for address in addresses] for _ in range(ROUNDS)]
    results = {}
    for address, *told in zip(addresses, *rounds, strict=True):
        medians = {
            name: statistics.median(getattr(one, name) for one in told)
            for name in ("per_second", "p50", "p95", "p99")
        }
        results.setdefault(address.how, {})[address.name] = medians | costs(address)
    results["plain SQL"] = {
        "20 rows": {"per_second": plain_sql(20)},
        "40 rows": {"per_second": plain_sql(40)},
    }
    return results


def costs(address: Asked) -> dict[str, int]:
    """Queries and bytes of one answer, made in this process; none of a floor's or a file's."""
    if address.how in ("floor", "static"):
        return {}
    client = Client(
        headers={"accept-encoding": "br, gzip"}
        | {name.lower(): value for name, value in address.headers.items()}
    )
    client.get(address.path)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address.path)
    return {"queries": len(queries), "bytes": len(response.content)}


def plain_sql(number: int) -> float:
    """How often a second one connection reads what a list of `number` ideas shows."""
    statement = f"SELECT id, title, summary, updated_at FROM ideas_idea ORDER BY id DESC LIMIT {number}"  # noqa: S608 (a number)
    with connection.cursor() as cursor:
        started = time.perf_counter()
        for _ in range(PLAIN_SQL):
            cursor.execute(statement)
            cursor.fetchall()
        return PLAIN_SQL / (time.perf_counter() - started)


# -- The tables ------------------------------------------------------------------------------------------------


def show(size: int, results: dict) -> None:
    floor = results["floor"]["no query"]["per_second"]
    say(
        f"\n{size:,} ideas{'':<30}{'req/s':>9}{'p50 ms':>8}{'p95':>8}{'p99':>8}{'queries':>9}{'bytes':>9}{'of floor':>10}"
    )
    for how, pages in results.items():
        for name, each in pages.items():
            say(
                f"{how + ': ' + name:<42}{each['per_second']:>9.0f}"
                + "".join(
                    f"{each[part]:>8.1f}" if part in each else f"{'':>8}" for part in ("p50", "p95", "p99")
                )
                + f"{each.get('queries', ''):>9}{each.get('bytes', ''):>9}{each['per_second'] / floor:>10.3f}"
            )
    if size == SIZES[0]:
        for (name, how), (against, target) in TARGETS.items():
            share = results[how][name]["per_second"] / results["floor"][against]["per_second"]
            say(
                f"{how} {name}: {share:.2f} of the floor »{against}«, target {target}{'' if share >= target else '  NOT MET'}"
            )


def show_growth(results: dict) -> None:
    """How many times longer the slowest of twenty takes than with the smallest catalogue."""
    smallest, *larger = SIZES
    say(f"\n{'p95 against ' + str(smallest) + ' ideas':<42}" + "".join(f"{size:>10,}" for size in larger))
    for how in ("cold", "admin"):
        for name, each in results[smallest][how].items():
            times = [results[size][how][name]["p95"] / each["p95"] for size in larger]
            say(f"{how + ': ' + name:<42}" + "".join(f"{one:>9.1f}×" for one in times))
