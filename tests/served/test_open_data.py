"""The files of open data as production sends them: piece by piece, compressed, and the headers alone to who asks for those."""

import contextlib
import csv
import gzip
import http.client
import json
from io import StringIO

import pytest

from erhvervspanel.portal.open_data import DATASETS


@pytest.mark.parametrize("slug", DATASETS)
def test_a_file_comes_whole(portal, slug):
    found = portal.get(f"/data/{slug}.json")
    assert found.headers["content-encoding"] == "gzip"
    rows = json.loads(gzip.decompress(found.body))["rækker"]
    text = portal.get(f"/data/{slug}.csv", **{"Accept-Encoding": "identity"}).body.decode("utf-8-sig")
    assert len(rows) == len(list(csv.DictReader(StringIO(text, newline=""), delimiter=";")))
    assert rows


def test_a_file_that_is_known_is_not_sent_again(portal):
    label = portal.get("/data/ideer.csv").headers["etag"]
    again = portal.get("/data/ideer.csv", **{"If-None-Match": label})
    assert (again.status, again.body) == (304, b"")


def test_a_connection_goes_on_after_the_headers_of_a_file(portal):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", portal.port, timeout=30)) as connection:
        for method in ("HEAD", "GET", "HEAD"):
            connection.request(method, "/data/temaer.csv")
            response = connection.getresponse()
            assert response.status == 200
            assert bool(response.read()) == (method == "GET")
