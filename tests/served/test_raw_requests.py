"""Over a real socket: what is no request, or half of one, ends in a refusal, and the portal goes on."""

import contextlib
import socket

import pytest

HOST = "Host: 127.0.0.1\r\n"
RAW = {
    "nonsense": b"\x00\xff\x16\x03\x01\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": f"GET / HTTP/1.1\r\n{HOST}Host: ond.example\r\n\r\n".encode(),
    "a whole address": f"GET http://ond.example/ HTTP/1.1\r\n{HOST}\r\n".encode(),
    "a way out": f"GET /static/../../../etc/passwd HTTP/1.1\r\n{HOST}\r\n".encode(),
    "a way out, encoded": f"GET /static/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n{HOST}\r\n".encode(),
    "two lengths": f"POST /tilmelding/find/ HTTP/1.1\r\n{HOST}Content-Length: 3\r\nContent-Length: 9\r\n\r\nabc".encode(),
    "length and pieces": f"POST /tilmelding/find/ HTTP/1.1\r\n{HOST}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode(),
    "a length that is none": f"POST /tilmelding/find/ HTTP/1.1\r\n{HOST}Content-Length: -1\r\n\r\n".encode(),
    "a line without end": b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
    "headers without end": f"GET / HTTP/1.1\r\n{HOST}".encode() + b"X: y\r\n" * 200 + b"\r\n",
    "a header in two": f"GET / HTTP/1.1\r\n{HOST}X: a\r\n b\r\n\r\n".encode(),
    "a method of its own": f"PROPFIND / HTTP/1.1\r\n{HOST}\r\n".encode(),
}  # fmt: skip


@pytest.mark.parametrize("kind", RAW)
def test_it_is_refused_or_answered_and_the_portal_goes_on(portal, kind):
    with socket.create_connection(("127.0.0.1", portal.port), timeout=20) as client:
        client.sendall(RAW[kind])
        client.shutdown(socket.SHUT_WR)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := client.recv(65536):
                answer += piece
    head = answer.split(b"\r\n\r\n")[0].decode("latin-1")
    assert head == "" or head.split()[1][0] in "234", head
    assert "root:" not in answer.decode("latin-1")
    assert not any(line.lower().startswith("server:") and "/" in line for line in head.splitlines())
    assert portal.get("/livez").status == 200
