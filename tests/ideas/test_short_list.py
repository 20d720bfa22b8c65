"""A list of ideas that is kept in the address alone."""

import html
import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.urls import reverse

from ideas.short_list import MOST
from tests.factories import FocusAreaFactory, IdeaFactory, NeedFactory, ThemeFactory

pytestmark = pytest.mark.django_db
LIST, CATALOGUE = reverse("ideas:short-list"), reverse("ideas:idea-list")


@pytest.fixture
def ideas():
    """Three of one theme."""
    theme = ThemeFactory(year=2021)
    area = FocusAreaFactory(theme=theme)
    return [IdeaFactory(theme=theme, area=area, number=number) for number in (1, 2, 3)]


def shown(page: str) -> list[str]:
    """The references of the cards, in their order."""
    return re.findall(r'<li class="card"[^>]*><p class="card__meta"><span>([0-9-]+)</span>', page)


def link(page: str, text: str) -> str:
    """Where the first link that says `text` leads."""
    found = re.search(rf'href="([^"]*)"[^>]*>{re.escape(text)}', page)
    assert found, text
    return html.unescape(found[1])


def follow(client, address: str, page: str, text: str) -> tuple[str, str]:
    """The address that the link leads to from `address`, and its page."""
    target = link(page, text)
    target = f"{urlsplit(address).path}{target}" if target.startswith("?") else target
    return target, client.get(target.partition("#")[0]).text


def test_one_gathers_ideas_in_the_catalogue_and_takes_them_off_again(client, ideas):
    address, page = CATALOGUE, client.get(CATALOGUE).text
    assert "Læg på huskelisten" not in page
    address, page = follow(client, address, page, "Saml ideer på en huskeliste")
    assert "Huskelisten er tom." in page
    address, page = follow(client, address, page, "Læg på huskelisten")
    assert address.endswith(f"#ide-{ideas[0].reference}")
    assert "Der er 1 ide på huskelisten." in page
    address, page = follow(client, address, page, "Læg på huskelisten")
    assert "Der er 2 ideer på huskelisten." in page
    address, page = follow(client, address, page, "Se huskelisten")
    assert shown(page) == ["2021-01", "2021-02"]
    address, page = follow(client, address, page, "Tag af huskelisten")
    assert shown(page) == ["2021-02"]
    address, page = follow(client, address, page, "Find flere ideer")
    assert (shown(page), page.count("Tag af huskelisten")) == (["2021-01", "2021-02", "2021-03"], 1)
    address, page = follow(client, address, page, "Vis kataloget uden huskeliste")
    assert "Din huskeliste" not in page
    assert re.findall('huskeliste=[^"]*', page) == ["huskeliste="]  # but for the way to a new one


def test_an_idea_is_put_there_from_its_page(client, ideas):
    address = ideas[1].get_absolute_url()
    address, page = follow(client, address, client.get(address).text, "Læg på en huskeliste")
    assert shown(page) == ["2021-02"]
    address, page = follow(client, address, page, ideas[1].title)
    assert link(page, "Se huskelisten") == f"{LIST}?huskeliste=2021-02"
    other = client.get(f"{ideas[0].get_absolute_url()}?huskeliste=2021-02").text
    assert link(other, "Læg på huskelisten") == f"{LIST}?huskeliste=2021-02.2021-01"


def test_the_list_has_its_own_order_and_each_idea_once(client, ideas):
    assert shown(client.get(LIST, {"huskeliste": "2021-3.2021-01.2021-03"}).text) == ["2021-03", "2021-01"]


def test_the_catalogue_keeps_the_list_through_filters_sorting_and_pages(client, ideas):
    page = client.get(CATALOGUE, {"huskeliste": "2021-03", "omraade": ideas[0].area.slug}).text
    assert '<input type="hidden" name="huskeliste" value="2021-03">' in page
    assert parse_qs(urlsplit(link(page, "Titel, a-å")).query)["huskeliste"] == ["2021-03"]
    put = parse_qs(urlsplit(link(page, "Læg på huskelisten")).query)
    assert put == {"huskeliste": ["2021-03.2021-01"], "omraade": [ideas[0].area.slug]}
    assert f'href="{CATALOGUE}?huskeliste=2021-03"' in page  # without filters


def test_another_search_that_is_offered_keeps_the_list(client, ideas):
    need = NeedFactory(name="Ladestander")
    for number, title in (4, "Klimaregnskab"), (5, "Solceller"):
        others = {"theme": ideas[0].theme, "area": ideas[0].area, "needs": [need]}
        IdeaFactory(number=number, title=title, need="Vi mangler en ladestander.", **others)
    for query, text, other in [
        ("klimaregnskab solceller", "uden »solceller«", "klimaregnskab"),
        ("ladestanter", "ladestander", "ladestander"),
    ]:
        page = client.get(CATALOGUE, {"huskeliste": "2021-03", "q": query}).text
        assert parse_qs(urlsplit(link(page, text)).query) == {"huskeliste": ["2021-03"], "q": [other]}


def test_a_page_of_a_list_has_no_other_address_that_would_be_shared_instead(client, ideas):
    for address in (LIST, CATALOGUE):
        page = client.get(address, {"huskeliste": "2021-01"}).text
        assert ("canonical" in page, "og:url" in page) == (False, False)
    assert f'<link rel="canonical" href="http://testserver{CATALOGUE}">' in client.get(CATALOGUE).text


def test_the_neighbours_of_an_idea_and_those_like_it_keep_the_list(client, ideas):
    ideas[1].related.add(ideas[2])
    page = client.get(ideas[1].get_absolute_url(), {"huskeliste": "2021-03"}).text
    for direction, other in [("prev", ideas[0]), ("next", ideas[2])]:
        assert f'rel="{direction}" href="{other.get_absolute_url()}?huskeliste=2021-03"' in page
    assert f'<li><a href="{ideas[2].get_absolute_url()}?huskeliste=2021-03">' in page
    assert f'rel="next" href="{ideas[2].get_absolute_url()}"' in client.get(ideas[1].get_absolute_url()).text


def test_a_full_list_loses_nothing_to_an_idea_more(client, ideas):
    full = ".".join(f"2020-{number:02d}" for number in range(1, MOST + 1))
    page = client.get(ideas[0].get_absolute_url(), {"huskeliste": full}).text
    assert link(page, "Huskelisten er fuld. Se den") == f"{LIST}?huskeliste={full}"
    assert "Læg på" not in page


def test_what_is_no_public_idea_is_told_and_left_out(client, ideas):
    draft = IdeaFactory(theme=ideas[0].theme, area=ideas[0].area, number=9, draft=True)
    page = client.get(LIST, {"huskeliste": "<b>x.2021-99.2021-09.2021-02"}).text
    assert shown(page) == ["2021-02"]
    assert "Vi kender ikke »&lt;b&gt;x«, »2021-99«, »2021-09« og har set bort fra det." in page
    assert draft.title not in page
    assert link(page, "Find flere ideer") == f"{CATALOGUE}?huskeliste=2021-02"


def test_a_year_that_never_was_is_told_as_unknown(client, ideas):
    page = client.get(LIST, {"huskeliste": "0007-7.2021-02"}).text
    assert shown(page) == ["2021-02"]
    assert "Vi kender ikke »0007-07«" in page


def test_it_is_sent_by_mail_with_its_address(client, ideas, settings):
    mail = urlsplit(link(client.get(LIST, {"huskeliste": "2021-02.2021-01"}).text, "Send som mail"))
    assert mail.scheme == "mailto"
    subject, body = (unquote(part.partition("=")[2]) for part in mail.query.split("&"))
    assert subject == "Huskeliste med 2 ideer fra Erhvervspanel"
    assert f"{settings.SITE_URL}{LIST}?huskeliste=2021-02.2021-01\r\n" in body


def test_an_empty_one_says_what_to_do(client):
    for address in (LIST, f"{LIST}?huskeliste="):
        page = client.get(address).text
        assert "Der er ingen ideer på huskelisten" in page
        assert link(page, "Find ideer i kataloget") == f"{CATALOGUE}?huskeliste="
        assert "Send som mail" not in page


def test_it_has_room_for_a_number_of_ideas(client, ideas):
    others = ".".join(f"2020-{number:02d}" for number in range(1, MOST))
    nearly = client.get(CATALOGUE, {"huskeliste": others}).text
    assert "Læg på huskelisten" in nearly
    full = client.get(CATALOGUE, {"huskeliste": f"{others}.2021-01"}).text
    assert f"Huskelisten er fuld. Den har plads til {MOST} ideer." in full
    assert ("Læg på huskelisten" in full, full.count("Tag af huskelisten")) == (False, 1)
    beyond = client.get(LIST, {"huskeliste": f"2021-01.{others}.2021-02"}).text
    assert f"En huskeliste har plads til {MOST} ideer." in beyond
    assert shown(beyond) == ["2021-01"]


def test_a_long_one_costs_one_query(client, ideas, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get(LIST, {"huskeliste": "2021-01.2021-02.2021-03.2020-07.2019-01"})


def test_a_list_is_kept_nowhere(client, ideas):
    response = client.get(LIST, {"huskeliste": "2021-01"})
    assert not response.cookies
    for address in (LIST, CATALOGUE):
        page = client.get(address, {"huskeliste": "2021-01"}).text
        assert '<meta name="robots" content="noindex">' in page
    assert "Disallow: /*huskeliste=" in client.get("/robots.txt").text
    assert "noindex" not in client.get(CATALOGUE).text
