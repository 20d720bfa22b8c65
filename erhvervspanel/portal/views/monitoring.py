"""What monitoring asks for: whether the process lives, whether it can serve, and figures."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from erhvervspanel.foundation.monitoring.metrics import exposition
from erhvervspanel.foundation.monitoring.signs import looked_at
from erhvervspanel.portal.gauges import Gauges

STRICT = "skaerpet"


@require_safe
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether this process can serve, with a line for each sign: name, state and figure.

    503 where it should get no visitors. With `?skaerpet=1`, for monitoring, 503 where anything needs somebody: a balancer that
    asked so would take every process out when the worker stops.
    """
    signs = looked_at()
    refuses = (
        not all(sign.is_well for sign in signs)
        if STRICT in request.GET
        else any(sign.is_fatal for sign in signs)
    )
    lines = "".join(f"{sign}\n" for sign in signs)
    return HttpResponse(lines, content_type="text/plain; charset=utf-8", status=503 if refuses else 200)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, for who shows METRICS_TOKEN; for others there is no such page."""
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not constant_time_compare(
        request.headers.get("Authorization", ""), wanted
    ):
        raise Http404
    return HttpResponse(exposition(Gauges()), content_type=CONTENT_TYPE_PLAIN_0_0_4)
