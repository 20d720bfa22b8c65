"""The log of log-ins (NIS2, article 21: who was in, and who tried)."""

import ipaddress
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from erhvervspanel.foundation.models import LogIn, LogInOutcome, User
from erhvervspanel.foundation.throttle import client_of

KEPT = timedelta(days=365)
SHORTENED = {4: 24, 6: 48}  # bits that are kept: where somebody was, and not which machine


def note(request: HttpRequest, outcome: LogInOutcome, user: User | None, method: str = "") -> LogIn:
    """Writes down what became of a log-in.

    Args:
        user: None where there is no such account. What was typed is not kept: it may be a password in the wrong field.
        method: how, in Danish: »adgangskode og kode«.
    """
    return LogIn.objects.create(user=user, outcome=outcome, method=method, network=place_of(request))


def place_of(request: HttpRequest) -> str:
    """The network that `request` comes from, shortened; "" where it is unknown."""
    client = client_of(request)
    if client is None:
        return ""
    return str(ipaddress.ip_network(f"{client}/{SHORTENED[client.version]}", strict=False))


def forget_old() -> int:
    """Deletes what is older than KEPT, and returns how many there were."""
    return LogIn.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
