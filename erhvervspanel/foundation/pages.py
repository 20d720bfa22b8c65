"""Pages of a list, and the one row behind an address."""

from collections.abc import Callable

from django.core.paginator import Page, Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect, QueryDict

from erhvervspanel.foundation import slugs
from erhvervspanel.foundation.composed import Composed

PAGE_PARAMETER = "side"


class Moved(Exception):
    """The page has a new address."""

    def __init__(self, url: str):
        super().__init__(url)
        self.url = url


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


def page_number(parameters: QueryDict) -> int | None:
    """The page that is asked for, the first where none is; None where it is none that a list could have."""
    try:
        number = int(parameters.get(PAGE_PARAMETER) or 1)
    except ValueError:
        return None
    return number if number >= 1 else None


def address_with(request: HttpRequest, **changes) -> str:
    """The request's query string with some parameters set, or removed where the value is None."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}" if query else "?"


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
            raise Moved(thing.get_absolute_url())
    raise Http404


class MovedMiddleware:
    """Answers with a permanent redirect where a view finds that its page has moved."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, Moved):
            return HttpResponsePermanentRedirect(exception.url)
        return None
