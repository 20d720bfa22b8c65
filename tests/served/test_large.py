"""A form as long as a book, sent to the portal as it runs in production."""

import contextlib
import http.client

import pytest


@pytest.mark.parametrize("size", [100_000, 20_000_000])
def test_what_is_too_large_is_answered_with_a_page(portal, size):
    body = b"email=" + b"a" * size
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Encoding": "identity"}
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", portal.port, timeout=30)) as connection:
        connection.request("POST", "/tilmelding/find/", body, headers)
        response = connection.getresponse()
        assert response.status == 413
        assert "Det, du sendte, fylder for meget" in response.read().decode()
    assert portal.get("/livez").status == 200
