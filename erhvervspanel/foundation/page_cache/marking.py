"""What makes a view's page one that may be kept."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import parse_qsl

from django.db import Error
from django.http import HttpRequest, HttpResponse

from erhvervspanel.foundation import content_version
from erhvervspanel.foundation.publishing import PREVIEWED

# Beyond these an address is one of endlessly many, which nobody asks for twice.
LONGEST_QUERY, MOST_PARAMETERS = 120, 3


def public_page(*parameters: str) -> Callable[[Callable], Callable]:
    """Marks a view whose page is the same for all readers, and changes with the content version alone.

    Args:
        parameters: of the address that the page knows and that have few values. With others, such as a search, it is made anew
            each time.
    """

    def marked(view: Callable) -> Callable:
        @wraps(view)
        def public(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if PREVIEWED.get() is not None:
                return view(request, *args, **kwargs)
            version = version_for(request, parameters)
            response = view(request, *args, **kwargs)
            response.public_version = version
            return response

        public.is_public_page = True
        return public

    return marked


def version_for(request: HttpRequest, parameters: tuple[str, ...]) -> str:
    """The version that the page is made of; empty where it is not to be kept."""
    if not hasattr(request, "may_be_kept") or not is_plain(request.META.get("QUERY_STRING", ""), parameters):
        return ""
    if hasattr(request, "content_version"):
        return request.content_version
    try:
        return content_version.current()
    except Error:  # a page that needs no database is shown without it
        return ""


def is_plain(query: str, parameters: tuple[str, ...]) -> bool:
    """Whether `query` has but a few parameters, all of them known."""
    if len(query) > LONGEST_QUERY:
        return False
    names = [name for name, _ in parse_qsl(query, keep_blank_values=True)]
    return len(names) <= MOST_PARAMETERS and set(names) <= set(parameters)
