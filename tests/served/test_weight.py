"""What a first view weighs on the wire, with nothing in the browser's cache. Budgets in kB, as 1,000 bytes."""

import re
from collections import Counter

import pytest

MOST = {"all": 80_000, "css": 25_000, "js": 4_000, "woff2": 36_000}
PAGES = {
    "front page": "/",
    "theme": "/temaer/2021/",
    "meeting": "/moeder/2021-2/",
    "companies": "/virksomheder/",
    "catalogue": "/ideer/",
    "idea": "/ideer/2021-07/",
    "recommendations": "/anbefalinger/",
    "services": "/tilbud/",
    "initiatives": "/initiativer/",
    "events": "/arrangementer/",
    "search": "/soeg/?q=panel",
    "answers": "/temaer/2021/svar/",
    "numbers": "/tal/",
    "synergy": "/synergi/",
    "news": "/nyheder/",
    "about": "/om/",
}


def weigh(portal, path: str) -> Counter:
    """Bytes on the wire by kind, for `path` and all that a browser fetches with it."""
    page = portal.get(path, Accept="text/html")
    while page.status in {301, 302}:
        path = page.headers["location"]
        page = portal.get(path)
    assert page.status == 200
    weights = Counter(html=len(page.body))
    html = portal.text(path)
    fetched = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', html))
    for css in [address for address in fetched if address.endswith(".css")]:
        folder = css.rpartition("/")[0]
        for address in re.findall(r'url\("?([^")]+\.woff2)"?\)', portal.text(css)):
            fetched.add(address if address.startswith("/") else f"{folder}/{address}")
    for address in fetched:
        weights[address.rpartition(".")[2]] += len(portal.get(address).body)
    weights["all"] = weights.total()
    return weights


@pytest.mark.parametrize("title", PAGES)
def test_a_first_view_is_light(portal, title, record_property):
    weights = weigh(portal, PAGES[title])
    for kind, weight in weights.items():
        record_property(kind, weight)
    assert {"css", "js", "woff2"} <= set(weights)
    assert {kind: weights[kind] for kind, most in MOST.items() if weights[kind] > most} == {}
