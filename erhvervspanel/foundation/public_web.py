"""Asking for a page of the public web, whose address somebody typed: never for what only this machine or its network can see.

A name is looked up once, and the address that was found is what is connected to, so that a second look-up can lead nowhere
else (OWASP, »Server-Side Request Forgery Prevention«). Every redirect is looked over like the first address. Only ports 80 and
443 are asked, no proxy of the environment is used, and no log-in is sent.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri

from erhvervspanel.foundation.deadlines import Deadline

IPAddress = IPv4Address | IPv6Address
PORTS = {"http": 80, "https": 443}
MOST_REDIRECTS = 5
MOST_READ = 1024  # bytes; that there is a page is enough


class NotPublic(Exception):
    """The address is none that the public web has."""


def status_of(method: str, url: str, *, timeout: float, agent: str) -> int:
    """The status that the page at `url` answers with, after redirects.

    Args:
        timeout: seconds for each answer from its first byte to its last, the look-up of the name not counted.
        agent: who asks.

    Raises:
        NotPublic: the address, or one that it redirects to, is not of the public web.
        TimeoutError: there was no answer in time.
        OSError, http.client.HTTPException, ValueError: there was no answer that can be read.
    """
    for _ in range(MOST_REDIRECTS + 1):
        status, onward = asked(method, url, timeout, agent)
        if not onward:
            return status
        url = urljoin(url, onward)
    raise OSError("Too many redirects.")


def asked(method: str, url: str, timeout: float, agent: str) -> tuple[int, str]:
    """The status of one answer, and where it redirects to, if it does."""
    parts = urlsplit(url)
    host = host_of(parts)
    with connection_to(parts, host, timeout) as connection:
        path = iri_to_uri(f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}")
        connection.request(
            method, path, headers={"User-Agent": agent, "Accept": "*/*", "Connection": "close"}
        )
        answer = connection.getresponse()
        answer.read(MOST_READ)
        onward = answer.getheader("Location", "") if 300 <= answer.status < 400 else ""
        return answer.status, onward


def host_of(parts: SplitResult) -> str:
    """The host name as the name service knows it. Raises NotPublic where `parts` are of no web address."""
    if parts.scheme not in PORTS or not parts.hostname:
        raise NotPublic
    return parts.hostname.encode("idna").decode()


@contextlib.contextmanager
def connection_to(parts: SplitResult, host: str, timeout: float) -> Iterator[http.client.HTTPConnection]:
    """A connection that is cut after `timeout` seconds, however slowly the other end goes on.

    Raises TimeoutError where it was.
    """
    port = parts.port or PORTS[parts.scheme]
    address = public_address(host, port)
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    with Deadline(timeout) as deadline, contextlib.ExitStack() as opened:
        channel = opened.enter_context(socket.create_connection((str(address), port), timeout=timeout))
        deadline.watch(channel)
        if parts.scheme == "https":
            wrapped = ssl.create_default_context().wrap_socket(channel, server_hostname=host)
            channel = opened.enter_context(wrapped)
        opened.callback(connection.close)
        connection.sock = channel
        yield connection


def public_address(host: str, port: int) -> IPAddress:
    """The first address of `host` that may be asked at `port`. Raises NotPublic where there is none, OSError where the name
    is unknown."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(each[4][0].partition("%")[0]) for each in found]
    for address in addresses:
        if is_permitted(address) or (is_public(address) and port in PORTS.values()):
            return address
    raise NotPublic


def is_permitted(address: IPAddress) -> bool:
    """Whether `address` is in one of the networks of our own whose pages may be checked (LINK_CHECK_NETWORKS)."""
    return any(address in network for network in settings.LINK_CHECK_NETWORKS)


def is_public(address: IPAddress) -> bool:
    """Whether all the world has the same machine at `address`. What wraps an IPv4 address is judged by that one."""
    if address.version == 6:
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if wrapped:
            return is_public(wrapped)
    odd = address.is_multicast or address.is_reserved or getattr(address, "is_site_local", False)
    return address.is_global and not odd
