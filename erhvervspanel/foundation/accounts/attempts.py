"""How often somebody may try to log in."""

from datetime import timedelta

from django.http import HttpRequest

from erhvervspanel.foundation.throttle import Limit, count, network_of

PURPOSE = "log-in"
WINDOW = timedelta(minutes=15)
# From one network for one account: whoever tries somebody else's name locks out only oneself, as the owner comes from another.
ACCOUNT = Limit(10, WINDOW, "Der er prøvet for mange gange fra det netværk, du er på.")
# From one network for all accounts together: a town hall logs in within a quarter of an hour, a list of names does not get far.
NETWORK = Limit(200, WINDOW, "Der kommer usædvanlig mange forsøg fra det netværk, du er på, lige nu.")


def admit(request: HttpRequest, account: str) -> None:
    """Counts an attempt on `account` from the network of `request`. Raises TooMany where there were too many."""
    network = network_of(request)
    count(PURPOSE, (network, NETWORK), (f"{network} {account.casefold()}", ACCOUNT))
