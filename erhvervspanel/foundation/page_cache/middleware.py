"""Answers from what is kept, before anything else of the request is done."""

import brotli
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

from erhvervspanel.foundation import content_version
from erhvervspanel.foundation.page_cache.kept import (
    Address,
    KeptPage,
    Memory,
    encoding_for,
    is_known,
    labelled,
    not_modified,
)

MESSAGES_COOKIE = "messages"
READING = ("GET", "HEAD")
# In the request's environment: the version that the front (front.py) has read, and what it may note of the page that is sent.
FOUND, SENDING = "erhvervspanel.content_version", "erhvervspanel.kept_page"
LONGEST = 1_000_000  # bytes; a longer page is sent as it is made
# Of a page that is sent once: as short as by gzip's usual level. A page that fits in one packet is sent as it is.
QUICK_LEVEL, WORTH_PACKING = 3, 1_000


class PageCacheMiddleware:
    """Stands inside what adds headers to every response, so that a kept page gets the same, and outside all the rest.

    A request without the cookies of a log-in or a form is answered with the page that is kept of its address, where the content
    version is still the page's own. The version is not read where nothing is kept, so what is no page costs no query.

    Nothing keeps several readers from making the same page at once: each takes some milliseconds, once in each process after a
    change, and a queue would let one that hangs hold up the others.
    """

    def __init__(self, get_response):
        if not settings.PAGE_CACHE_BYTES:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.memory = Memory(settings.PAGE_CACHE_BYTES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_a_readers(request):
            return packed(own(self.get_response(request)), request)
        request.get_host()  # raises DisallowedHost: what is kept must not answer where nothing else does
        address = address_of(request)
        kept = self.memory.get(address)
        if kept is not None:
            request.content_version = request.META[FOUND] if FOUND in request.META else version_or_nothing()
            if kept.version == request.content_version:
                request.resolver_match = kept.match
                return self.answer(kept, request)
        request.may_be_kept = True
        response = self.get_response(request)
        if not may_be_shared(response):
            return packed(response, request)
        labelled(response)
        if response.public_version and len(response.content) <= LONGEST:
            page = KeptPage.of(response, request.resolver_match)
            self.memory.keep(address, page)
            return self.answer(page, request)
        if is_known(request, response["ETag"]):
            return not_modified(response.headers)
        return packed(response, request)

    def answer(self, page: KeptPage, request: HttpRequest) -> HttpResponse:
        form = page.form_for(request)
        request.META[SENDING] = (self.memory, page, form)
        return page.answer(form)


def is_a_readers(request: HttpRequest) -> bool:
    """Whether the request asks for what all may have alike. Cookies of others, such as the municipality's, do not matter."""
    if request.method not in READING:
        return False
    ours = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, MESSAGES_COOKIE)
    return not request.META.get("HTTP_COOKIE") or not any(name in request.COOKIES for name in ours)


def address_of(request: HttpRequest) -> Address:
    """What tells pages apart. The host is as it was given: nothing is kept of one that is not ours."""
    host, query = (request.META.get(name, "") for name in ("HTTP_HOST", "QUERY_STRING"))
    return request.scheme, host, request.path_info, query


def version_or_nothing() -> str:
    try:
        return content_version.current()
    except Error:
        return ""


def is_public(response: HttpResponse) -> bool:
    return hasattr(response, "public_version")


def may_be_shared(response: HttpResponse) -> bool:
    """Whether `response` is a public page with nothing in it that is one reader's own."""
    return (
        is_public(response)
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "no-store" not in response.get("Cache-Control", "")
        and "private" not in response.get("Cache-Control", "")
    )


def own(response: HttpResponse) -> HttpResponse:
    """A public page that was made for somebody with a log-in or a form under way: for no proxy to give to others."""
    if is_public(response):
        patch_cache_control(response, private=True, no_cache=True)
    return response


def packed(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """A public page that is sent once, by Brotli where the reader takes it: that takes a third of the time that GZipMiddleware does.

    Nothing in a public page is anybody's secret, which compression could give away (BREACH).
    """
    if not is_public(response) or response.streaming or response.has_header("Content-Encoding"):
        return response
    if (
        encoding_for(request.META.get("HTTP_ACCEPT_ENCODING", "")) == "br"
        and len(response.content) >= WORTH_PACKING
    ):
        response.content = brotli.compress(response.content, quality=QUICK_LEVEL)
        response.headers["Content-Encoding"] = "br"
        response.headers["Content-Length"] = str(len(response.content))
        patch_vary_headers(response, ("Accept-Encoding",))
    return response
