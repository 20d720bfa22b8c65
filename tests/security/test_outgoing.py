"""What the portal asks other machines: never what only its own machine or network can see (SSRF), and never for long."""

import ipaddress
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.cache import cache

from erhvervspanel.foundation import public_web
from erhvervspanel.foundation.public_web import NotPublic, is_public, public_address
from ideas.links import problem_with
from panels.cvr import LookUpFailed, look_up

NOT_PUBLIC = "Adressen er ikke på det offentlige net."
HOME = ipaddress.ip_network("127.0.0.1/32")


class Site(BaseHTTPRequestHandler):
    """Answers by its path: /200, /to?address, /circle, /drip, /endless, /header."""

    def do_GET(self):
        self.server.asked.append(
            (self.command, self.path, self.headers["Host"], self.headers["Authorization"])
        )
        getattr(self, self.path[1:].partition("?")[0], self.plain)()

    do_HEAD = do_POST = do_GET  # noqa: N815 (the names that the server asks for)

    def plain(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    def to(self):
        address = self.path.partition("?")[2]
        self.wfile.write(f"HTTP/1.1 302 Found\r\nLocation: {address}\r\nContent-Length: 0\r\n\r\n".encode())

    def circle(self):
        self.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: /circle\r\nContent-Length: 0\r\n\r\n")

    def drip(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.server.done.wait(0.05):
            self.wfile.write(b"a")

    def endless(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not self.server.done.is_set():
            self.wfile.write(b"a" * 4096)

    def header(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 100_000 + b"\r\n\r\n")

    def handle(self):
        try:
            super().handle()
        except OSError:
            """The other end has hung up, as it should."""

    def log_message(self, *arguments):
        """Says nothing."""


@pytest.fixture
def site(settings):
    """A web site on 127.0.0.1, which is the one address of our own that may be asked."""
    settings.LINK_CHECK_NETWORKS = [HOME]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    server.asked, server.done = [], threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    server.address = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.done.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",  # noqa: S104
        "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "2002:7f00:1::", "2002:a00:1::",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2001:0:0:0:0:0:80ff:fffe",
    ],
)  # fmt: skip
def test_an_address_that_is_not_all_the_worlds_is_not_public(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700:4700::1111", "::ffff:1.1.1.1"]
)
def test_an_address_that_all_the_world_has_is(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "0x7f.1", "0177.0.0.1", "2130706433", "0x7f000001", "localhost", "LOCALHOST", "[::1]", "[::ffff:7f00:1]",
     "0", "127。0。0。1", "user@127.0.0.1", "127.0.0.1%2f@127.0.0.1"],
)  # fmt: skip
def test_no_way_to_write_this_machine_reaches_it(site, settings, host):
    settings.LINK_CHECK_NETWORKS = []
    problem = problem_with(f"http://{host}:{site.server_port}/200", timeout=2)
    assert problem in (NOT_PUBLIC, "Siden kan ikke nås.")
    assert site.asked == []


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "data:text/html,x", "javascript:alert(1)", "//127.0.0.1/", "http:///", ""],
)  # fmt: skip
def test_only_web_addresses_are_asked(url):
    assert problem_with(url, timeout=2) == "Adressen er ikke en webadresse."


@pytest.mark.parametrize(
    "onward",
    ["http://127.0.0.2:{port}/200", "http://169.254.169.254/latest/meta-data/", "http://[::1]:{port}/200", "//10.0.0.1/", "file:///etc/passwd", "ftp://127.0.0.1/"],
)  # fmt: skip
def test_a_redirect_leads_nowhere_else(site, onward):
    url = f"{site.address}/to?{onward.format(port=site.server_port)}"
    assert problem_with(url, timeout=2) == NOT_PUBLIC
    assert len(site.asked) == 1


def test_a_circle_of_redirects_ends(site):
    assert problem_with(f"{site.address}/circle", timeout=2) == "Siden kan ikke nås."
    assert len(site.asked) == public_web.MOST_REDIRECTS + 1
    assert problem_with(f"{site.address}/to?/200", timeout=2) == ""


LOOKED_UP: list | None = None


def listen(event, arguments):
    if LOOKED_UP is not None and event in ("socket.getaddrinfo", "socket.connect"):
        LOOKED_UP.append((event, arguments[0] if event == "socket.getaddrinfo" else arguments[1][0]))


sys.addaudithook(listen)  # what Python itself tells of each look-up and connection


def test_a_name_is_looked_up_once_and_what_was_found_is_connected_to(site):
    """So that a second look-up, which may answer otherwise, decides nothing (DNS rebinding)."""
    global LOOKED_UP
    LOOKED_UP = []
    try:
        assert problem_with(f"http://localhost:{site.server_port}/200", timeout=2) == ""
        told = LOOKED_UP
    finally:
        LOOKED_UP = None
    assert [host for event, host in told if event == "socket.getaddrinfo"].count("localhost") == 1
    assert {host for event, host in told if event == "socket.connect"} == {"127.0.0.1"}
    assert site.asked[0][2] == f"localhost:{site.server_port}"


def test_ports_of_other_services_are_not_asked(settings):
    settings.LINK_CHECK_NETWORKS = []
    for port in (22, 25, 5432, 6379, 8080):
        with pytest.raises(NotPublic):
            public_address("93.184.216.34", port)


def test_a_log_in_in_the_address_is_not_sent(site):
    assert problem_with(f"http://bruger:kode@127.0.0.1:{site.server_port}/200", timeout=2) == ""
    assert site.asked[0][3] is None


def test_a_page_that_never_ends_its_answer_is_cut(site):
    assert problem_with(f"{site.address}/drip", timeout=0.3) == "Siden svarer ikke i tide."


def test_a_page_without_end_is_a_page(site):
    assert public_web.status_of("GET", f"{site.address}/endless", timeout=5, agent="prøve") == 200


def test_a_header_without_end_is_no_page(site):
    assert problem_with(f"{site.address}/header", timeout=2) == "Siden kan ikke nås."


def test_the_register_of_companies_is_followed_nowhere(site, settings):
    """As the log-in would go along."""
    cache.clear()
    settings.CVR_BACKEND, settings.CVR_CREDENTIALS = "virk", "kommune:kode"
    settings.CVR_URL = f"{site.address}/to?{site.address}/200"
    with pytest.raises(LookUpFailed, match="CVR svarer ikke lige nu"):
        look_up("13748136")
    assert [path.partition("?")[0] for _, path, _, _ in site.asked] == ["/to"]


def test_a_register_that_answers_without_end_is_not_read_to_the_end(site, settings):
    cache.clear()
    settings.CVR_BACKEND, settings.CVR_CREDENTIALS = "virk", "kommune:kode"
    settings.CVR_URL = f"{site.address}/endless"
    with pytest.raises(LookUpFailed, match="CVR svarer ikke lige nu"):
        look_up("13748136")
