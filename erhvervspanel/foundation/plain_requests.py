"""What no page needs to be sent: control characters in an address, and a form as long as a book."""

import contextlib
import re

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, QueryDict, UnreadablePostError

from erhvervspanel.foundation.links import link

# All but those of ordinary text. PostgreSQL takes no NUL, and nobody searches for the others.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

BLOCK = 64 * 1024  # bytes
MOST_THROWN_AWAY = 32 * 1024 * 1024  # bytes; nobody sends more by mistake, and then the connection may break


class PlainRequestMiddleware:
    """Takes control characters out of the parameters in the address, and refuses public forms that are too large.

    Before anything is parsed, as an upload would be written to the disk otherwise. A body without a length is empty to Django.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        """Raises RequestDataTooBig."""
        if length_of(request) > settings.LARGEST_PUBLIC_FORM and length_of(request) > most_for(request):
            throw_away(request)
            raise RequestDataTooBig("The body of the form is larger than it may be.")
        if request.META.get("QUERY_STRING"):
            request.GET = plain(request.GET)
        return self.get_response(request)


def throw_away(request: HttpRequest) -> None:
    """Reads the body, up to MOST_THROWN_AWAY: a browser that is still sending would show a broken connection, not our page."""
    with contextlib.suppress(UnreadablePostError):
        for _ in range(MOST_THROWN_AWAY // BLOCK):
            if not request.read(BLOCK):
                return


def plain(parameters: QueryDict) -> QueryDict:
    """`parameters` with a space for each control character."""
    cleaned = QueryDict(mutable=True)
    for name, values in parameters.lists():
        cleaned.setlist(CONTROL.sub(" ", name), [CONTROL.sub(" ", value) for value in values])
    return cleaned


def length_of(request: HttpRequest) -> int:
    """How many bytes the body has; 0 where that is not told."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0


def most_for(request: HttpRequest) -> int:
    """How many bytes the body may have: more in the admin, for those who are logged in, as staff upload files."""
    is_staffs = request.path.startswith(link("admin:index")) and request.user.is_authenticated
    return settings.LARGEST_STAFF_FORM if is_staffs else settings.LARGEST_PUBLIC_FORM
