"""How often somebody may try to log in."""

from datetime import timedelta

from django.http import HttpRequest

from erhvervspanel.foundation.models import User
from erhvervspanel.foundation.throttle import Limit, count, network_of

PURPOSE = "log-in"
WINDOW = timedelta(minutes=15)
# From one network for one account: whoever tries somebody else's name locks out only oneself, as the owner comes from another.
ACCOUNT = Limit(10, WINDOW, "Der er prøvet for mange gange fra det netværk, du er på.")
# From one network for all accounts together: a town hall logs in within a quarter of an hour, a list of names does not get far.
NETWORK = Limit(200, WINDOW, "Der kommer usædvanlig mange forsøg fra det netværk, du er på, lige nu.")
SITE = 48  # bits of an IPv6 address: what one customer gets at the most (RFC 6177, 2), which is many networks
# For one account from all networks together: only somebody with its password gets so far, and a stolen one is tried from many.
CODES = Limit(20, timedelta(hours=1), "Der er prøvet for mange koder til kontoen.")


def admit(request: HttpRequest, account: str) -> None:
    """Counts an attempt on `account` from the network of `request`. Raises TooMany where there were too many."""
    count(PURPOSE, *from_network(request, account))


def admit_code(request: HttpRequest, user: User) -> None:
    """Counts a code for `user`, from the network of `request` and in all. Raises TooMany where there were too many."""
    account = f"kode {user.pk}"
    count(PURPOSE, *from_network(request, account), (account, CODES))


def from_network(request: HttpRequest, account: str) -> list[tuple[str, Limit]]:
    """What an attempt on `account` is counted by, as far as it comes from somewhere."""
    return [
        (network_of(request, subnet=SITE), NETWORK),
        (f"{network_of(request)} {account.casefold()}", ACCOUNT),
    ]
