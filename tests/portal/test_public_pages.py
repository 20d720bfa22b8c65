"""Every public page: that it answers, what it costs, and what it does not let through."""

import re

import pytest
from django.urls import reverse

from tests.chains import chain
from tests.factories import IdeaFactory, ThemeFactory

pytestmark = pytest.mark.django_db

# Queries per page, the same with one row and with three. Budgets: catalogue 8, lists 6, detail pages 10, front 8.
PAGES = {
    "front page": (lambda rows: reverse("portal:home"), 7),
    "themes": (lambda rows: reverse("panels:theme-list"), 1),
    "theme": (lambda rows: rows.theme.get_absolute_url(), 10),
    "meetings": (lambda rows: reverse("panels:meeting-list"), 1),
    "meeting": (lambda rows: rows.meetings[0].get_absolute_url(), 5),
    "companies": (lambda rows: reverse("panels:company-list"), 4),
    "company": (lambda rows: rows.companies[0].get_absolute_url(), 5),
    "decision": (lambda rows: rows.decision.get_absolute_url(), 4),
    "catalogue": (lambda rows: reverse("ideas:idea-list"), 4),
    "catalogue to print": (lambda rows: reverse("ideas:idea-print"), 8),
    "short list": (
        lambda rows: (
            f"{reverse('ideas:short-list')}?huskeliste={'.'.join(idea.reference for idea in rows.ideas)}"
        ),
        1,
    ),
    "idea": (lambda rows: rows.ideas[0].get_absolute_url(), 10),
    "recommendations": (lambda rows: reverse("ideas:recommendation-list"), 2),
    "recommendation": (lambda rows: rows.recommendations[0].get_absolute_url(), 5),
    "services": (lambda rows: reverse("ideas:service-list"), 6),
    "initiatives": (lambda rows: reverse("initiatives:initiative-list"), 1),
    "initiative": (lambda rows: rows.initiatives[0].get_absolute_url(), 10),
    "events": (lambda rows: reverse("events:event-list"), 3),
    "event": (lambda rows: rows.events[0].get_absolute_url(), 7),
    "calendar": (lambda rows: reverse("events:calendar"), 1),
    "event's calendar": (lambda rows: reverse("events:event-calendar", args=[rows.events[0].slug]), 1),
    "search page": (lambda rows: reverse("portal:search"), 0),
    "answers of a theme": (lambda rows: reverse("initiatives:theme-answers", args=[rows.theme.year]), 7),
    "synergy": (lambda rows: reverse("ideas:synergy"), 4),
    "news": (lambda rows: reverse("portal:news-list"), 2),
    "piece of news": (lambda rows: rows.news[0].get_absolute_url(), 5),
    "feed": (lambda rows: reverse("portal:feed"), 4),
    "numbers": (lambda rows: reverse("portal:numbers"), 7),
    "numbers as a file": (lambda rows: reverse("portal:numbers-table", args=["ideer"]), 7),
    "open data": (lambda rows: reverse("portal:data"), 0),
    "catalogue of open data": (lambda rows: reverse("portal:data-catalogue"), 0),
    "about": (lambda rows: reverse("portal:about"), 0),
    "accessibility": (lambda rows: reverse("portal:accessibility"), 0),
    "privacy": (lambda rows: reverse("portal:privacy"), 0),
    "cookies": (lambda rows: reverse("portal:cookies"), 0),
    "robots": (lambda rows: reverse("portal:robots"), 0),
    "security.txt": (lambda rows: reverse("portal:security-txt"), 0),
    "livez": (lambda rows: reverse("portal:livez"), 0),
}


@pytest.mark.parametrize("width", [1, 3])
@pytest.mark.parametrize("title", PAGES)
def test_a_page_costs_the_same_with_any_number_of_rows(client, title, width, django_assert_num_queries):
    address, queries = PAGES[title]
    url = address(chain(width))
    with django_assert_num_queries(queries):
        response = client.get(url)
    assert response.status_code == 200


@pytest.mark.parametrize("title", PAGES)
def test_a_reader_gets_no_cookie(client, title):
    response = client.get(PAGES[title][0](chain()))
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize(
    "name",
    [
        "portal:home",
        "panels:theme-list",
        "panels:meeting-list",
        "panels:company-list",
        "ideas:idea-list",
        "ideas:idea-print",
        "ideas:short-list",
        "ideas:recommendation-list",
        "ideas:service-list",
        "initiatives:initiative-list",
        "events:event-list",
        "events:calendar",
        "portal:feed",
        "portal:sitemap",
    ],
)
def test_a_page_stands_without_any_rows(client, name):
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("title", PAGES)
def test_no_get_page_takes_a_post(client, title):
    assert client.post(PAGES[title][0](chain())).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/temaer/1999/",
        "/temaer/99999999999999999999/",
        "/moeder/2021-99/",
        "/virksomheder/findes-ikke/",
        "/beslutninger/findes-ikke/",
        "/ideer/2021-99/",
        "/ideer/xyz/",
        "/ideer/2021-32768/",
        "/ideer/2021-123456/",
        "/anbefalinger/ingen-1/",
        "/initiativer/findes-ikke/",
        "/arrangementer/findes-ikke/",
        "/arrangementer/findes-ikke/kalender.ics",
    ],
)
def test_what_does_not_exist_is_a_page_that_says_so(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "Tilgængelighedserklæring" in response.text


def test_what_is_not_public_is_not_found(client):
    rows = chain()
    type(rows.theme).objects.update(publish_at=None)
    for thing in (rows.theme, rows.meetings[0], rows.ideas[0], rows.initiatives[0]):
        assert client.get(thing.get_absolute_url()).status_code == 404


def test_every_page_has_a_title_of_its_own(client):
    rows = chain()
    pages = [
        address(rows)
        for address, _queries in PAGES.values()
        if not address(rows).endswith((".atom", ".ics", ".txt", ".csv", ".jsonld", "livez"))
    ]
    titles = [re.search(r"<title>(.*?)</title>", client.get(url).text, re.DOTALL).group(1) for url in pages]
    assert len(titles) == len(set(titles))


def test_sitemap_lists_what_is_public(client):
    rows = chain()
    ThemeFactory(draft=True)
    addresses = re.findall(r"<loc>(.*?)</loc>", client.get("/sitemap.xml").text)
    for thing in (rows.theme, rows.ideas[0], rows.initiatives[0], rows.companies[0], rows.events[0]):
        assert sum(address.endswith(thing.get_absolute_url()) for address in addresses) == 1
    assert not [address for address in addresses if "/temaer/2022/" in address]


@pytest.mark.parametrize("edition", ["2.1", "2.2"])
def test_the_edition_that_the_statement_declares_is_told(client, settings, edition):
    settings.DECLARED_WCAG = edition
    assert f"Den gælder WCAG {edition} på niveau AA." in client.get(reverse("portal:accessibility")).text


@pytest.mark.parametrize("path", ["/was", "/was/"])
def test_was_leads_to_the_statement(client, settings, path):
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, settings.WAS_URL)


@pytest.mark.parametrize(
    "path",
    [
        "/ideer/2021-1/",
        "/ideer/2021-01-en-gammel-titel/",
        "/ideer/2021-01/en-gammel-titel/",
        "/ideer/2021-01/grøn-vej/",
        "/ideer/2021-01-grøn-vej/",
        "/ideer/2021-01/groen.vej/",
    ],
)
def test_an_idea_goes_by_its_number_whatever_stands_behind(client, path):
    rows = chain()
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (301, rows.ideas[0].get_absolute_url())


@pytest.mark.parametrize("number", [1, 9_999, 10_000, 32_767])
def test_every_number_that_an_idea_may_have_has_a_page(client, number):
    idea = IdeaFactory(number=number)
    assert client.get(idea.get_absolute_url()).status_code == 200
    for address in (reverse("ideas:idea-list"), "/sitemap.xml"):
        assert idea.get_absolute_url() in client.get(address).text


def test_a_changed_slug_redirects(client):
    initiative = chain().initiatives[0]
    former = initiative.get_absolute_url()
    initiative.slug = "nyt-navn"
    initiative.save()
    response = client.get(former)
    assert (response.status_code, response["Location"]) == (301, "/initiativer/nyt-navn/")


def test_a_changed_slug_may_be_changed_back(client):
    """A browser that kept the way to the other would go round in circles."""
    initiative = chain().initiatives[0]
    first, second = initiative.slug, "nyt-navn"
    for slug, former in ((second, first), (first, second)):
        initiative.slug = slug
        initiative.save()
        response = client.get(reverse("initiatives:initiative", args=[former]))
        assert response["Location"] == initiative.get_absolute_url()
        assert "no-cache" in response["Cache-Control"]
    assert client.get(initiative.get_absolute_url()).status_code == 200


def test_a_changed_slug_of_an_assembly_redirects_to_what_is_public(client):
    recommendation = chain().recommendations[0]
    former = recommendation.get_absolute_url()
    recommendation.assembly.slug = "nyt-navn"
    recommendation.assembly.save()
    response = client.get(former)
    assert (response.status_code, response["Location"]) == (301, "/anbefalinger/nyt-navn-1/")
    recommendation.publish_at = None
    recommendation.save()
    assert client.get(former).status_code == 404


def test_ready_when_migrated(client):
    assert client.get("/readyz").status_code == 200
