"""What the portal sends beside its pages: policy, caching, cookies, on every kind of response."""

import re

import pytest

POLICY = {
    "default-src 'none'", "style-src 'self'", "script-src 'self'", "img-src 'self'", "font-src 'self'",
    "connect-src 'self'", "manifest-src 'self'", "object-src 'none'", "form-action 'self'", "base-uri 'none'",
    "frame-ancestors 'none'",
}  # fmt: skip


@pytest.fixture(scope="module")
def broken(serve):
    """A portal whose database is gone."""
    return serve(DATABASE_URL="postgres://none@/none?host=/nonexistent")


def stylesheet(portal) -> str:
    return re.search(r'href="(/static/[^"]+/site\.[^"]+\.css)"', portal.text("/"))[1]


ADDRESSES = {
    "page": lambda portal: "/",
    "log-in": lambda portal: "/admin/login/",
    "calendar": lambda portal: "/arrangementer.ics",
    "moved page": lambda portal: "/ideer/2021-7/",
    "missing page": lambda portal: "/findes-ikke/",
    "static file": stylesheet,
    "missing static file": lambda portal: "/static/findes-ikke.css",
    "odd address": lambda portal: "/%00%ff/",
}


@pytest.mark.parametrize("kind", ADDRESSES)
def test_every_response_is_guarded(portal, kind):
    answer = portal.get(ADDRESSES[kind](portal))
    assert_guarded(answer)
    assert answer.status < 500


def test_an_outage_is_guarded_and_in_the_same_dress(broken):
    answer = broken.get("/", **{"Accept-Encoding": "identity"})
    assert answer.status == 503
    assert_guarded(answer)
    html = answer.body.decode()
    assert "site-header" in html
    assert "Tilgængelighedserklæring" in html
    assert "Traceback" not in html


def test_the_process_lives_without_its_database_but_is_not_ready(broken):
    assert broken.get("/livez").status == 200
    assert broken.get("/readyz").status == 503
    assert broken.get("/om/").status == 200


def assert_guarded(answer) -> None:
    assert {part.strip() for part in answer.headers["content-security-policy"].split(";")} == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in answer.headers["permissions-policy"]
    assert answer.headers["server"] == "gunicorn"  # and no version


def test_static_files_are_kept_for_ever_and_compressed(portal):
    answer = portal.get(stylesheet(portal))
    assert answer.headers["cache-control"] == "max-age=315360000, public, immutable"
    assert answer.headers["content-encoding"] == "br"


def test_a_page_sets_no_cookie(portal):
    for path in (
        "/",
        "/ideer/?q=panel",
        "/ideer/2021-07/",
        "/arrangementer/",
        "/findes-ikke/",
        "/soeg/?q=ide",
    ):
        assert "set-cookie" not in portal.get(path).headers, path


def test_a_page_fetches_from_its_own_address_alone(portal):
    for path in ("/", "/ideer/", "/temaer/2021/"):
        fetched = re.findall(r'<(?:link|script|img|iframe)\b[^>]*?(?:href|src)="([^"]+)"', portal.text(path))
        assert fetched
        own = ("/", f"http://127.0.0.1:{portal.port}/")
        assert [address for address in fetched if not address.startswith(own)] == []


def test_a_foreign_host_is_refused(portal):
    assert portal.get("/", Host="ond.example.org").status == 400
