"""Where companies are looked up, by the setting CVR_BACKEND: nowhere, in a file of examples, or at Virk.

What is found is shown as a difference, and nothing is saved before somebody accepts it. A register that has not answered to the end
within TIMEOUT, or answers what cannot be read, keeps nobody from saving a company.
"""

import base64
import http.client
import json
import urllib.request
from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.cache import cache

from erhvervspanel.foundation.deadlines import Deadline
from panels.models import Company, SizeBand, TradeCodeVersion

TIMEOUT = 3  # seconds
MOST_READ = 4_000_000  # bytes; a large company with all its history is a tenth of it
REMEMBERED = 24 * 3600  # seconds: the register is updated once a day
EXAMPLES = Path(__file__).parent / "examples.json"


class LookUpFailed(Exception):
    """The register did not answer, or knows no such number: a Danish sentence."""


@dataclass(frozen=True)
class Found:
    """What the register says of a company, by the fields of `Company`. Nothing about persons is kept."""

    name: str
    trade: str = ""
    trade_code: str = ""
    trade_code_version: str = ""
    size_band: str = ""
    town: str = ""
    advertising_protected: bool = False

    def differences(self, company: Company) -> list[tuple[str, str, object, object]]:
        """The name of each field that the register has otherwise, its label, what we have, and what the register has.

        What the register does not tell is no difference.
        """
        found = []
        for each in fields(self):
            ours, theirs = getattr(company, each.name), getattr(self, each.name)
            if theirs != ours and theirs != "":
                label = str(Company._meta.get_field(each.name).verbose_name)
                found.append((each.name, label, ours, theirs))
        return found


class Backend(ABC):
    """A register."""

    @abstractmethod
    def find(self, cvr: str) -> Found:
        """The company with the number `cvr`, of 8 digits. Raises LookUpFailed."""


class Null(Backend):
    """No register: the button is not shown."""

    def find(self, cvr: str) -> Found:
        raise LookUpFailed("Opslag i CVR er ikke sat op. Skriv oplysningerne selv.")


class Fixture(Backend):
    """A file of made-up companies, for tests and the demonstration."""

    def find(self, cvr: str) -> Found:
        known = json.loads(EXAMPLES.read_text())
        if cvr not in known:
            raise LookUpFailed(f"Der er ingen virksomhed med CVR-nummer {cvr} i eksemplerne.")
        return Found(**known[cvr])


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """The log-in goes to the register alone, whatever it answers."""

    def redirect_request(self, *args):
        return None


class Watched(http.client.HTTPConnection):
    """A connection that is cut at `deadline`, through a proxy too."""

    deadline: Deadline

    def connect(self):
        super().connect()
        self.deadline.watch(self.sock)


class WatchedTls(http.client.HTTPSConnection, Watched):
    """As `Watched`, which connects, before TLS is laid around that."""


class InTime(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """Asks by connections that are cut at `deadline`."""

    def __init__(self, deadline: Deadline):
        super().__init__()
        self.deadline = deadline

    def http_open(self, request):
        return self.do_open(partial(self.connection, Watched), request)

    def https_open(self, request):
        return self.do_open(partial(self.connection, WatchedTls), request)

    def connection(self, kind: type[Watched], host: str, **options) -> Watched:
        connection = kind(host, **options)
        connection.deadline = self.deadline
        return connection


class Virk(Backend):
    """Erhvervsstyrelsen's distribution of CVR, by the user and password of CVR_CREDENTIALS."""

    def find(self, cvr: str) -> Found:
        answer = self.asked({"query": {"term": {"Vrvirksomhed.cvrNummer": cvr}}, "size": 1})
        try:
            hits = answer["hits"]["hits"]
            if not hits:
                raise LookUpFailed(
                    f"Der er ingen virksomhed med CVR-nummer {cvr}. Se efter, om det er skrevet rigtigt."
                )
            return found_in(hits[0]["_source"]["Vrvirksomhed"])
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise LookUpFailed(
                "CVR svarede med noget, som ikke kan læses. Skriv oplysningerne selv."
            ) from error

    def asked(self, query: dict) -> dict:
        request = urllib.request.Request(settings.CVR_URL, json.dumps(query).encode())  # noqa: S310 (a setting of ours)
        request.add_header("Content-Type", "application/json")
        request.add_header(
            "Authorization", f"Basic {base64.b64encode(settings.CVR_CREDENTIALS.encode()).decode()}"
        )
        try:
            with Deadline(TIMEOUT) as deadline:
                asker = urllib.request.build_opener(NoRedirects, InTime(deadline))
                with asker.open(request, timeout=TIMEOUT) as answer:
                    return json.loads(answer.read(MOST_READ))
        except (OSError, ValueError, RecursionError, http.client.HTTPException) as error:
            raise LookUpFailed(
                "CVR svarer ikke lige nu. Prøv igen senere, eller skriv oplysningerne selv."
            ) from error


def found_in(company: dict) -> Found:
    """What a document of CVR says, of its newest data. Raises what Python raises where it has another shape."""
    newest = company["virksomhedMetadata"]
    trade = newest.get("nyesteHovedbranche") or {}
    address = newest.get("nyesteBeliggenhedsadresse") or {}
    employed = newest.get("nyesteErstMaanedsbeskaeftigelse") or {}
    return Found(
        name=text(newest["nyesteNavn"]["navn"]),
        trade=text(trade.get("branchetekst")),
        trade_code=text(trade.get("branchekode")),
        trade_code_version=TradeCodeVersion.DB25 if trade.get("branchekode") else "",
        size_band=size_band_of(text(employed.get("intervalKodeAntalAnsatte"))),
        town=text(address.get("postdistrikt")),
        advertising_protected=bool(company.get("reklamebeskyttet")),
    )


def text(value: str | None) -> str:
    """A text of a document that can be stored; "" where there is none. Raises TypeError or ValueError where it is anything else."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError
    if "\0" in value:
        raise ValueError
    value.encode()
    return value


def size_band_of(code: str) -> str:
    """Our band of CVR's code, »ANTAL_10_19«; "" where it is none that we know."""
    numbers = [part for part in code.removeprefix("ANTAL_").split("_") if part.isdecimal()]
    if not numbers:
        return ""
    joined = "-".join(numbers)
    bands = {"0-0": SizeBand.NONE, "1-1": SizeBand.ONE, "500-999": SizeBand.FROM_500}
    if joined in SizeBand.values:
        return joined
    return bands.get(joined, SizeBand.FROM_1000 if int(numbers[0]) >= 1000 else "")


BACKENDS: dict[str, type[Backend]] = {"null": Null, "fixture": Fixture, "virk": Virk}


def backend() -> Backend:
    return BACKENDS[settings.CVR_BACKEND]()


def look_up(cvr: str) -> Found:
    """What the register says of `cvr`, remembered for a day. Raises LookUpFailed, which is not remembered."""
    key = f"cvr:{settings.CVR_BACKEND}:{cvr}"
    found = cache.get(key)
    if found is None:
        found = backend().find(cvr)
        cache.set(key, found, REMEMBERED)
    return found
