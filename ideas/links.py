"""Whether the pages that services point to still answer. Bounded and polite: few at a time, one after the other."""

import http.client
import time
from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from erhvervspanel.foundation import public_web
from ideas.models import LinkCheck, Service

TIMEOUT = 10  # seconds for each page
PAUSE = 1.0  # seconds between two questions to the same host
# What some servers answer to a HEAD although they have the page.
ASK_AGAIN = {
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NOT_IMPLEMENTED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
}


def check_links(
    services: Iterable[Service], *, timeout: float = TIMEOUT, pause: float = PAUSE
) -> list[LinkCheck]:
    """Asks for each service's page and keeps what was found.

    Args:
        timeout: seconds to wait for a page.
        pause: seconds between two questions to the same host.

    Returns:
        What was found, service by service; nothing of those that have got another address meanwhile.
    """
    asked: dict[str, float] = {}
    found = []
    for service in services:
        host = host_of(service.url)
        since = time.monotonic() - asked.get(host, -pause)
        time.sleep(max(0.0, pause - since))
        problem = problem_with(service.url, timeout=timeout)
        asked[host] = time.monotonic()
        if check := kept(service, problem):
            found.append(check)
    return found


@transaction.atomic
def kept(service: Service, problem: str) -> LinkCheck | None:
    """Keeps what was found at the link of `service`, unless that has another by now. The row is held, so that it gets none meanwhile."""
    asked = Service.objects.select_for_update(no_key=True).filter(pk=service.pk, url=service.url)
    if asked.first() is None:
        return None
    check, _made = LinkCheck.objects.update_or_create(
        service=service, defaults={"problem": problem, "checked_at": timezone.now()}
    )
    return check


def host_of(url: str) -> str:
    """The host of a web address; "" where `url` is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.netloc if parts.scheme in ("http", "https") else ""


def problem_with(url: str, *, timeout: float) -> str:
    """What is wrong with the page at `url` as a Danish sentence, or "" where it answers."""
    if not host_of(url):
        return "Adressen er ikke en webadresse."
    problem = answer_to("HEAD", url, timeout=timeout)
    return (
        answer_to("GET", url, timeout=timeout)
        if problem in {told(status) for status in ASK_AGAIN}
        else problem
    )


def answer_to(method: str, url: str, *, timeout: float) -> str:
    agent = f"Erhvervspanel-linkkontrol (+{settings.SITE_URL}/om/)"
    try:
        status = public_web.status_of(method, url, timeout=timeout, agent=agent)
    except public_web.NotPublic:
        return "Adressen er ikke på det offentlige net."
    except TimeoutError:
        return "Siden svarer ikke i tide."
    except (OSError, http.client.HTTPException, ValueError):
        return "Siden kan ikke nås."
    return told(status) if status >= HTTPStatus.BAD_REQUEST else ""


def told(status: int) -> str:
    return f"Siden svarer med fejlen {int(status)}."
