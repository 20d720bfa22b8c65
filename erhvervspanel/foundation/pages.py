"""Pages of a list, and the one row behind an address."""

from collections.abc import Callable

from django.core.paginator import Page, Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.utils.cache import add_never_cache_headers

from erhvervspanel.foundation import slugs
from erhvervspanel.foundation.composed import Composed
from erhvervspanel.foundation.guarded_responses import undisclosed
from erhvervspanel.foundation.links import link

PAGE_PARAMETER = "side"


class Moved(Exception):
    """What the address is of goes by another slug now."""

    def __init__(self, former: str, current: str):
        super().__init__(former, current)
        self.former, self.current = former, current


def page_of(request: HttpRequest, queryset, *, size: int, total: int | None = None) -> Page:
    """The page of `queryset` that `?side=` asks for: the last where it is beyond, the first where it is odd.

    Args:
        size: rows on a page.
        total: the number of rows where the caller knows it already, which saves a query.
    """
    paginator = Paginator(queryset, size)
    if total is not None:
        paginator.count = total
    return paginator.get_page(page_number(request.GET) or 1)


def page_address(parameters: QueryDict, number: int) -> str:
    """Another page of the list that `parameters` ask for."""
    query = parameters.copy()
    query[PAGE_PARAMETER] = number
    return f"?{query.urlencode()}"


def page_number(parameters: QueryDict) -> int | None:
    """The page that is asked for, the first where none is; None where it is none that a list could have."""
    try:
        number = int(parameters.get(PAGE_PARAMETER) or 1)
    except ValueError:
        return None
    return number if number >= 1 else None


def by_slug(named: Composed, slug: str) -> models.Model:
    """The row of `named`, a statement with a place for the slug, that goes by `slug`.

    Raises Moved where the slug is a former one, and Http404 where it is none.
    """
    return by_slug_of(named.model, slug, named.first)


def by_slug_of(
    model: type[models.Model], slug: str, find: Callable[[str], models.Model | None]
) -> models.Model:
    """What `find` gives for `slug`, a slug of `model`. Raises as `by_slug` does."""
    thing = find(slug)
    if thing is not None:
        return thing
    for current in slugs.current_for(model, slug):
        thing = find(current)
        if thing is not None:
            raise Moved(slug, current)
    raise Http404


class MovedMiddleware:
    """Leads on to the same page under the present slug where a view finds that it has moved."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        return led_on(request, exception) if isinstance(exception, Moved) else None


def led_on(request: HttpRequest, moved: Moved) -> HttpResponse:
    """The way to the page that was asked for, with all that was asked for and sent.

    Nobody keeps it: a slug can come back, and what is asked for may be a secret, such as an invitation.
    """
    page = request.resolver_match
    places = {name: moved.current if value == moved.former else value for name, value in page.kwargs.items()}
    address, query = link(page.view_name, **places), request.META["QUERY_STRING"]
    response = HttpResponsePermanentRedirect(
        f"{address}?{query}" if query else address, preserve_request=request.method == "POST"
    )
    add_never_cache_headers(response)
    return undisclosed(response) if query else response
