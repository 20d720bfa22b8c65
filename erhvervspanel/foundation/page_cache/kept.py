"""A page as it is kept and sent, and where it is kept."""

import gzip
import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from threading import Lock

import brotli
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import ResolverMatch
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags

# A page is made on a reader's time: beyond these levels a few hundred bytes cost many milliseconds.
BROTLI_LEVEL, GZIP_LEVEL = 5, 6
REFUSED = re.compile(r"\b(?:br|gzip)\s*;\s*q=0(?:\.0*)?\s*(?=,|$)")
OFFERED = {"br": re.compile(r"\bbr\b"), "gzip": re.compile(r"\bgzip\b")}
KNOWN = "known"  # the form of a page that the reader has already
Address = tuple[str, ...]  # scheme, host, path and query


@dataclass
class Sent:
    """A page in one form, as it went to the server with the headers of all middleware.

    Attributes:
        match: which view made the page.
    """

    version: str
    status: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    match: ResolverMatch

    def again(self) -> "Sent":
        """A copy that takes further headers."""
        return replace(self, headers=list(self.headers))

    def __setitem__(self, name: str, value: str) -> None:
        self.headers.append((name, value))

    @property
    def status_code(self) -> int:
        return int(self.status[:3])


@dataclass(frozen=True)
class KeptPage:
    """A page with the content version that it was made of.

    Attributes:
        headers: those that are sent with every form of the body.
        bodies: the body by its `Content-Encoding`.
        match: which view made the page.
        sent: what has been sent of it, by form; but for the plain one, which hardly anybody asks for.
    """

    version: str
    headers: dict[str, str]
    bodies: dict[str, bytes]
    match: ResolverMatch | None = None
    sent: dict[str, Sent] = field(default_factory=dict)

    @classmethod
    def of(cls, response: HttpResponse, match: ResolverMatch) -> "KeptPage":
        """The page of `response`, which is `labelled`."""
        headers = {name: value for name, value in response.items() if name != "Content-Length"}
        bodies = {
            "br": brotli.compress(response.content, quality=BROTLI_LEVEL),
            "gzip": gzip.compress(response.content, compresslevel=GZIP_LEVEL, mtime=0),
        }
        return cls(response.public_version, headers, bodies, match)

    @property
    def size(self) -> int:
        """Bytes, near enough."""
        return sum(map(len, self.bodies.values()))

    def form_for(self, request: HttpRequest) -> str:
        """What the request asks for: KNOWN, or the body's encoding, which is empty for a plain one."""
        if is_known(request, self.headers["ETag"]):
            return KNOWN
        return encoding_for(request.META.get("HTTP_ACCEPT_ENCODING", ""))

    def body(self, form: str) -> bytes:
        if form == KNOWN:
            return b""
        return self.bodies[form] if form else gzip.decompress(self.bodies["gzip"])

    def answer(self, form: str) -> HttpResponse:
        """The page in a form that `form_for` has told."""
        if form == KNOWN:
            return not_modified(self.headers)
        body = self.body(form)
        response = HttpResponse(body, headers=self.headers)
        response.headers["Content-Length"] = str(len(body))
        if form:
            response.headers["Content-Encoding"] = form
        return response


class Memory:
    """Pages by address, the longest unread thrown out first.

    Args:
        most: bytes in all. A page that takes more than a tenth of it is not kept.
    """

    def __init__(self, most: int):
        self.most = most
        self.size = 0
        self.pages: OrderedDict[Address, KeptPage] = OrderedDict()
        self.lock = Lock()

    def get(self, address: Address) -> KeptPage | None:
        with self.lock:
            if address in self.pages:
                self.pages.move_to_end(address)
            return self.pages.get(address)

    def keep(self, address: Address, page: KeptPage) -> None:
        """Keeps `page` instead of what was kept of its address."""
        with self.lock:
            self.forget(address)
            if page.size * 10 <= self.most:
                self.pages[address] = page
                self.size += page.size
            while self.size > self.most:
                self.forget(next(iter(self.pages)))

    def forget(self, address: Address) -> None:
        page = self.pages.pop(address, None)
        self.size -= page.size if page else 0


def labelled(response: HttpResponse) -> HttpResponse:
    """`response` with what a browser and a proxy need to keep it, and to ask each time whether it still holds.

    The label is of the content, so it holds over a deploy or a change elsewhere that leaves this page as it was. It is weak, as it
    is the same for every form of the body (RFC 9110, 8.8.1).
    """
    response["ETag"] = f'W/"{blake2b(response.content, digest_size=15).hexdigest()}"'
    patch_cache_control(response, public=True, no_cache=True)
    patch_vary_headers(response, ("Accept-Encoding", "Cookie"))
    return response


def is_known(request: HttpRequest, label: str) -> bool:
    """Whether the reader has the page with `label` (RFC 9110, 13.1.2; compared weakly)."""
    given = request.META.get("HTTP_IF_NONE_MATCH")
    if not given:
        return False
    known = {etag.removeprefix("W/") for etag in parse_etags(given)}
    return "*" in known or label.removeprefix("W/") in known


def not_modified(headers: dict[str, str]) -> HttpResponse:
    """304, with what RFC 9110, 15.4.5 wants of the page's `headers`."""
    response = HttpResponseNotModified()
    for name in ("ETag", "Cache-Control", "Vary"):
        response.headers[name] = headers[name]
    return response


def encoding_for(accepted: str) -> str:
    """The best encoding that `Accept-Encoding` takes; empty where it takes none of ours."""
    offered = REFUSED.sub("", accepted) if "q=0" in accepted else accepted
    return next((name for name, pattern in OFFERED.items() if pattern.search(offered)), "")
