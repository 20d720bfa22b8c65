"""The name of the page that is asked for, in place of its address: addresses may hold what only one person is to know."""

from django.conf import settings
from django.http import HttpRequest

NONE = "-"  # no page has the address, or the answer was given before one was looked for
STATIC = "static"


def route_of(request: HttpRequest) -> str:
    """The route's name, »events:registration«; STATIC for a static file, and NONE where there is none."""
    match = request.resolver_match
    if match is not None:
        return match.view_name
    return STATIC if request.path_info.startswith(settings.STATIC_URL) else NONE
