"""Every kind of response carries what guards it: pages, redirects, refusals, failures, files. Served files stand in tests/served."""

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import reverse

from erhvervspanel.foundation.previews import preview_url
from tests.events.test_registering import come, open_event
from tests.factories import IdeaFactory, NewsFactory, UserFactory
from tests.security.addresses import every_address

pytestmark = pytest.mark.django_db
EXPECTED = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
}


@pytest.fixture
def https(settings):
    """As production: over https, with a year of it."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True


def staff() -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory(superuser=True))
    return client


def personal() -> str:
    return come(open_event()).get_absolute_url()


def throttled():
    client = Client()
    for _ in range(6):
        client.post(personal_page := OWN["page"], {"step": "send-igen"}, secure=True)
    return client.post(personal_page, {"step": "send-igen"}, secure=True)


OWN: dict[str, str] = {}

KINDS = {
    "page": (200, lambda: Client().get("/", secure=True)),
    "moved page": (301, lambda: Client().get(f"{IdeaFactory().get_absolute_url()}gammel/", secure=True)),
    "way to https": (301, lambda: Client().get("/")),
    "other redirect": (302, lambda: Client().get("/was", secure=True)),
    "host that is not ours": (400, lambda: Client().get("/", secure=True, headers={"host": "ond.example"})),
    "host that is not ours, on the way to https": (400, lambda: Client().get("/", headers={"host": "ond.example"})),
    "form of another site": (403, lambda: Client().post(reverse("events:registration-find"), secure=True, headers={"sec-fetch-site": "cross-site"})),
    "form without its token": (403, lambda: staff().post("/admin/logout/", secure=True)),
    "what is not there": (404, lambda: Client().get("/findes-ikke/", secure=True)),
    "method that is not for it": (405, lambda: Client().post("/om/", secure=True)),
    "preview that is over": (410, lambda: Client().get("/forhaandsvisning/x/", secure=True)),
    "what is too large": (413, lambda: Client().post("/tilmelding/find/", {"email": "a" * 99_999}, secure=True)),
    "too many tries": (429, throttled),
    "calendar": (200, lambda: Client().get("/arrangementer.ics", secure=True)),
    "robots": (200, lambda: Client().get("/robots.txt", secure=True)),
    "site map": (200, lambda: Client().get("/sitemap.xml", secure=True)),
    "open data": (200, lambda: Client().get("/data/ideer.csv", secure=True)),
    "health": (200, lambda: Client().get("/livez", secure=True)),
    "log-in": (200, lambda: Client().get("/konto/log-ind/", secure=True)),
    "way to the log-in": (302, lambda: Client().get("/admin/", secure=True)),
    "back office": (200, lambda: staff().get("/admin/", secure=True)),
    "script of the back office": (200, lambda: staff().get("/admin/jsi18n/", secure=True)),
    "download": (200, lambda: staff().get("/admin/ideas/idea/hent/skabelon.xlsx", secure=True)),
    "streamed download": (200, lambda: staff().get("/admin/ideas/idea/hent/skabelon.csv", secure=True)),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_guarded(https, kind):
    status, ask = KINDS[kind]
    OWN["page"] = personal()
    response = ask()
    response.close()
    assert response.status_code == status
    secure = kind not in ("way to https", "host that is not ours, on the way to https")
    expected = EXPECTED if secure else {**EXPECTED, "Strict-Transport-Security": ""}
    told = {name: response.headers.get(name, "")[: len(value) or None] for name, value in expected.items()}
    assert told == expected
    assert response.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert "camera=()" in response.headers["Permissions-Policy"]
    policy = response.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "frame-ancestors 'none'", "script-src 'self'", "style-src 'self'"} < set(
        policy
    )


def test_a_failure_is_guarded(https, settings):
    settings.ROOT_URLCONF = "tests.security.failing_urls"
    response = Client(raise_request_exception=False).get("/", secure=True)
    assert response.status_code == 500
    assert {name for name in EXPECTED if name not in response.headers} == set()


def test_the_policy_lets_in_nothing_from_elsewhere():
    own = {"'self'", "'none'"}
    sources = project.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert {source for values in sources.values() for source in values} == own
    for closed in ("default-src", "object-src", "base-uri", "frame-ancestors"):
        assert sources[closed] == ["'none'"]


def test_no_view_leaves_the_policy_or_the_frame_guard_out():
    marks = ("_csp_exempt", "_csp_update", "_csp_replace", "xframe_options_exempt")
    assert [each.route for each in every_address() for mark in marks if hasattr(each.view, mark)] == []


def secret_pages() -> list[str]:
    own = personal()
    invited = reverse("events:sign-up", args=[open_event(audience="invited").slug])
    return [
        own,
        f"{own}ret/",
        f"{own}oplysninger/",
        f"{invited}?invitation=x",
        preview_url(NewsFactory(draft=True)),
    ]


def test_a_page_with_a_secret_in_its_address_tells_it_to_nobody(client):
    for path in secret_pages():
        response = client.get(path)
        assert (response.status_code, response["Referrer-Policy"], response["X-Robots-Tag"]) == (200, "no-referrer", "noindex"), path  # fmt: skip
        assert "no-store" in response["Cache-Control"], path


@pytest.mark.parametrize("name", ["own page", "own page to change", "invited"])
def test_what_is_sent_to_a_page_with_a_secret_is_answered_for_nobody_to_keep(client, name):
    invited = open_event(audience="invited")
    path = {
        "own page": personal(),
        "own page to change": f"{personal()}ret/",
        "invited": reverse("events:sign-up", args=[invited.slug]),
    }[name]
    response = client.post(path, {"invitation": invited.invitation})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("name", ["events:registration-find", "ideas:submission-form", "events:sign-up"])
def test_what_answers_a_public_form_is_kept_by_the_browser_alone(client, name):
    """So that »Back« shows what was typed."""
    path = reverse(name, args=[open_event().slug] if name == "events:sign-up" else [])
    assert set(client.post(path)["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert "no-store" in client.get(path)["Cache-Control"]


def test_no_page_for_everybody_sets_a_cookie(client):
    event = open_event()
    for path in (
        "/",
        "/soeg/?q=ide",
        "/findes-ikke/",
        *secret_pages(),
        f"{event.get_absolute_url()}tilmelding/",
    ):
        client.get(path)
    client.post(f"{event.get_absolute_url()}tilmelding/", {"name": "Åse"})
    client.post("/tilmelding/find/", {"email": "a@example.org"})
    client.post("/meld-et-behov/", {})
    assert client.cookies == {}


def test_the_cookies_of_the_log_in_are_for_it_alone(client):
    client.force_login(UserFactory(superuser=True))
    client.get("/admin/")
    for cookie in client.cookies.values():
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")
    assert client.cookies["csrftoken"]["httponly"]
