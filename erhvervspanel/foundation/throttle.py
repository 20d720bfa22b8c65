"""How often the public may do what sends mail or takes seats: counted in the database, for all processes alike.

Who it was is kept as a hash with a salt of the day. When the day is over the salt is deleted, and no row can be traced back.
"""

import contextlib
import ipaddress
import math
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.addresses import mailbox_key
from erhvervspanel.foundation.models import AttemptCount, AttemptSalt
from erhvervspanel.foundation.monitoring import metrics

IPAddress = IPv4Address | IPv6Address


@dataclass(frozen=True)
class Limit:
    """So many attempts in each window. Windows follow each other from midnight UTC, so that none has two salts.

    Attributes:
        over_all: whether attempts for all purposes count together.
    """

    most: int
    window: timedelta
    sentence: str
    over_all: bool = False


# A school or a conference hotel sits behind one address: three hundred people must be able to sign up within ten minutes.
# A robot that goes on all day gets no more than that, and each needs an e-mail address that it can read.
NETWORK = Limit(
    300,
    timedelta(minutes=10),
    "Der kommer usædvanlig mange forsøg fra det netværk, du er på, lige nu. Vi har ikke sendt noget.",
)
# What one subscriber to IPv6 gets may be very many networks, each with a share of its own. Customers of a mobile company share one
# of these, so it has room for several schools.
SITE = Limit(1200, NETWORK.window, NETWORK.sentence)
# One person may need a few tries, for a café that is full or for several events. Nobody's inbox is to be flooded by another.
ADDRESS = Limit(
    6, timedelta(hours=1), "E-mailen er blevet brugt mange gange inden for en time. Vi har ikke sendt noget."
)
# For all that sends mail together: signing up, asking for links, telling of a need and following.
MAILBOX = Limit(12, ADDRESS.window, ADDRESS.sentence, over_all=True)
SUBNET = 64  # bits of an IPv6 address: what one subscriber gets at the least (RFC 6177, 2)
SITE_SUBNET = 48  # and at the most
ANYTHING = ""  # the purpose of what is counted for all of them

# An attempt, in one statement, so that simultaneous ones each get a number of their own.
COUNT = """
    INSERT INTO foundation_attemptcount (purpose, key, window_at, count) SELECT %s, %s, %s::timestamptz, 1 {}
    ON CONFLICT (purpose, key, window_at) DO UPDATE SET count = foundation_attemptcount.count + 1
    RETURNING count <= %s AS is_let_in
"""


class TooMany(Exception):
    """There have been too many attempts.

    Attributes:
        until: when it may be tried again.
    """

    def __init__(self, limit: Limit, until: datetime):
        super().__init__(limit.sentence)
        self.limit = limit
        self.until = until

    @property
    def sentence(self) -> str:
        """What to tell the person."""
        return f"{self.limit.sentence} Prøv igen kl. {notation.clock(self.until)}."

    @property
    def seconds(self) -> int:
        """How long there is to wait, at least 1."""
        return max(1, math.ceil((self.until - timezone.now()).total_seconds()))


def admit(request: HttpRequest, purpose: str, *, address: str) -> None:
    """Counts an attempt of the network of `request`, and of an e-mail address.

    It is counted before anything is looked up, so that the answer tells nothing of who is registered, and in a transaction of
    its own, so that what goes wrong afterwards counts too.

    Args:
        purpose: what is attempted. Each is counted by itself.
        address: the e-mail address. All that are read in one mailbox, as far as that can be seen, are one.

    Raises TooMany where either has had its share, of this purpose or of all together. A network that has does not use up the address.
    """
    network, site = network_of(request), network_of(request, subnet=SITE_SUBNET)
    mailbox = mailbox_key(address)
    networks = [(network, NETWORK), *([(site, SITE)] if site != network else [])]
    count(purpose, *networks, (mailbox, ADDRESS), (mailbox, MAILBOX))


def count(purpose: str, *attempts: tuple[str, Limit]) -> None:
    """Counts one attempt by each, until one is beyond its limit. Raises TooMany for that one, once it is counted."""
    refuse_transaction()
    now = timezone.now()
    salt = salt_of(now.astimezone(UTC).date())
    values, refusals = [], []
    for who, limit in attempts:
        window_at = now - (now - midnight(now)) % limit.window
        values += [ANYTHING if limit.over_all else purpose, key_of(who, salt), window_at, limit.most]
        refusals.append(TooMany(limit, window_at + limit.window))
    with connection.cursor() as cursor:
        cursor.execute(counting(len(attempts)), values)
        let_in = cursor.fetchone()
    if False in let_in:
        metrics.count_refusal(purpose)
        raise refusals[let_in.index(False)]


def refuse_transaction() -> None:
    """Raises RuntimeError where an attempt could be rolled back, as `atomic(durable=True)` does without the price of a transaction."""
    if connection.atomic_blocks and not connection.atomic_blocks[-1]._from_testcase:
        raise RuntimeError("An attempt has to be durable: it cannot be counted within a transaction.")


def counting(many: int) -> str:
    """The statement that counts `many` attempts in turn, and tells of each whether it is let in: NULL after one that is not.

    It is not waited for until it is on the disk: a count lost with the server lets somebody try once more.
    """
    attempts = [COUNT.format("")]
    attempts += [COUNT.format(f"FROM attempt_{place} WHERE is_let_in") for place in range(many - 1)]
    counted = ", ".join(f"attempt_{place} AS ({attempt})" for place, attempt in enumerate(attempts))
    told = ", ".join(f"(SELECT is_let_in FROM attempt_{place})" for place in range(many))  # noqa: S608 (a number)
    return f"SET LOCAL synchronous_commit = off; WITH {counted} SELECT {told}"


def refused(request: HttpRequest, template: str, context: dict, too_many: TooMany) -> HttpResponse:
    """The page again, with what was typed, when to try again, and status 429 (RFC 6585, 4).

    The template shows `too_many`.
    """
    response = render(request, template, {**context, "too_many": too_many.sentence}, status=429)
    response["Retry-After"] = str(too_many.seconds)
    return response


def network_of(request: HttpRequest, *, subnet: int = SUBNET) -> str:
    """The network that `request` comes from: one IPv4 address, or what an IPv6 subscriber gets. Empty where it is unknown.

    An IPv4 network of several addresses would be too wide: the mobile companies have their customers behind a few.
    """
    client = client_of(request)
    if client is None:
        return ""
    if client.version == 4:
        return str(client)
    return str(ipaddress.ip_network((int(client), subnet), strict=False))


def client_of(request: HttpRequest) -> IPAddress | None:
    """The client's address.

    X-Forwarded-For is believed as far as our own proxies wrote it, which is counted from the right: what stands further
    left is whatever the client chose to send. One that came around the proxies is known by its own address.
    """
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    forwarded = 0 < settings.BEHIND_PROXY <= len(hops) and address_in(hops[-settings.BEHIND_PROXY])
    return forwarded or address_in(request.META.get("REMOTE_ADDR", ""))


def address_in(text: str) -> IPAddress | None:
    """The IP address in `text`, which some proxies write with a port. IPv4 within IPv6 is IPv4; an interface is no part of it."""
    text = text.strip().partition("%")[0]
    for candidate in (text, text.rpartition(":")[0].strip("[]")):
        with contextlib.suppress(ValueError):
            address = ipaddress.ip_address(candidate)
            return getattr(address, "ipv4_mapped", None) or address
    return None


def key_of(who: str, salt: str) -> str:
    """`who`, hashed with the salt of the day and the portal's own secret, so that neither alone can find them again."""
    return salted_hmac(salt, who, algorithm="sha256").hexdigest()


@lru_cache(maxsize=1)
def salt_of(day: date) -> str:
    """The salt of `day`, the same for all processes; made by the first that asks, and remembered by each until it asks for another."""
    made, _ = AttemptSalt.objects.get_or_create(day=day, defaults={"salt": secrets.token_hex()})
    return made.salt


def forget_past() -> int:
    """Deletes the attempts and the salts of days that are over, and returns how many attempts there were."""
    today = midnight(timezone.now())
    AttemptSalt.objects.filter(day__lt=today.date()).delete()
    return AttemptCount.objects.filter(window_at__lt=today).delete()[0]


def midnight(now: datetime) -> datetime:
    """The beginning of the day of `now` in UTC."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
