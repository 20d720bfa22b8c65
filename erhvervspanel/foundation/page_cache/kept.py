"""A page as it is kept and sent, and where it is kept."""

import gzip
import re
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock

import brotli
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags

# A page is made on a reader's time: beyond these levels a few hundred bytes cost many milliseconds.
BROTLI_LEVEL, GZIP_LEVEL = 5, 6
REFUSED = re.compile(r"\b(?:br|gzip)\s*;\s*q=0(?:\.0*)?\s*(?=,|$)")
OFFERED = {"br": re.compile(r"\bbr\b"), "gzip": re.compile(r"\bgzip\b")}


@dataclass(frozen=True)
class KeptPage:
    """A page with the content version that it was made of.

    Attributes:
        headers: those that are sent with every form of the body.
        bodies: the body by its `Content-Encoding`.
    """

    version: str
    headers: dict[str, str]
    bodies: dict[str, bytes]

    @classmethod
    def of(cls, response: HttpResponse) -> "KeptPage":
        """The page of `response`, which is `labelled`."""
        headers = {name: value for name, value in response.items() if name != "Content-Length"}
        bodies = {
            "br": brotli.compress(response.content, quality=BROTLI_LEVEL),
            "gzip": gzip.compress(response.content, compresslevel=GZIP_LEVEL, mtime=0),
        }
        return cls(response.public_version, headers, bodies)

    @property
    def size(self) -> int:
        """Bytes, near enough."""
        return sum(map(len, self.bodies.values()))

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The page in the form that the request asks for, or that the reader has it already."""
        if is_known(request, self.headers["ETag"]):
            return not_modified(self.headers)
        encoding = encoding_for(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        body = self.bodies[encoding] if encoding else gzip.decompress(self.bodies["gzip"])
        response = HttpResponse(body, headers=self.headers)
        response.headers["Content-Length"] = str(len(body))
        if encoding:
            response.headers["Content-Encoding"] = encoding
        return response


class Memory:
    """Pages by address, the longest unread thrown out first.

    Args:
        most: bytes in all. A page that takes more than a tenth of it is not kept.
    """

    def __init__(self, most: int):
        self.most = most
        self.size = 0
        self.pages: OrderedDict[str, KeptPage] = OrderedDict()
        self.lock = Lock()

    def get(self, address: str) -> KeptPage | None:
        with self.lock:
            if address in self.pages:
                self.pages.move_to_end(address)
            return self.pages.get(address)

    def keep(self, address: str, page: KeptPage) -> None:
        """Keeps `page` instead of what was kept of its address."""
        with self.lock:
            self.forget(address)
            if page.size * 10 <= self.most:
                self.pages[address] = page
                self.size += page.size
            while self.size > self.most:
                self.forget(next(iter(self.pages)))

    def forget(self, address: str) -> None:
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
