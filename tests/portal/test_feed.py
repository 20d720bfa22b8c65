"""What is new, as Atom."""

from datetime import timedelta

import pytest
from defusedxml import ElementTree
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation.markdown import render
from tests.factories import DecisionFactory, EventFactory, InitiativeFactory, NewsFactory

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def ago(**kwargs):
    return timezone.now() - timedelta(**kwargs)


def entries(client) -> list[dict[str, str]]:
    feed = ElementTree.fromstring(client.get("/nyt.atom").content)
    return [
        {
            child.tag.removeprefix(ATOM): child.text or child.get("href") or child.get("term")
            for child in entry
        }
        for entry in feed.findall(f"{ATOM}entry")
    ]


def test_what_became_public_last_comes_first(client):
    rows = [
        NewsFactory(publish_at=ago(days=1), title="Nyt & <godt>"),
        EventFactory(publish_at=ago(days=2)),
        InitiativeFactory(publish_at=ago(days=3), is_example=True),
        DecisionFactory(publish_at=ago(days=4), text="Udvalget **vedtog** det."),
    ]
    found = entries(client)
    assert [entry["link"] for entry in found] == [
        f"http://testserver{row.get_absolute_url()}" for row in rows
    ]
    assert [entry["category"] for entry in found] == ["nyhed", "arrangement", "initiativ", "beslutning"]
    assert found[0]["title"] == "Nyt & <godt>"
    assert found[2]["title"] == f"{rows[2].title} (eksempel)"
    assert found[3]["summary"] == render(rows[3].text)
    assert len({entry["id"] for entry in found}) == 4


def test_what_is_not_public_is_not_told(client):
    NewsFactory(draft=True)
    NewsFactory(publish_at=timezone.now() + timedelta(days=1))
    assert entries(client) == []


def test_an_entry_is_the_same_when_its_address_changes(client):
    news = NewsFactory()
    before = entries(client)[0]
    news.slug = "en-anden-adresse"
    news.save()
    after = entries(client)[0]
    assert after["id"] == before["id"]
    assert after["link"] != before["link"]


def test_no_more_than_thirty_are_told(client):
    NewsFactory.create_batch(31)
    EventFactory(publish_at=ago(days=9))
    found = entries(client)
    assert len(found) == 30
    assert {entry["category"] for entry in found} == {"nyhed"}


def test_every_page_tells_readers_of_it(client):
    response = client.get(reverse("portal:feed"))
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert not response.has_header("Last-Modified")
    for page in ("/", "/nyheder/", "/findes-ikke/"):
        assert '<link rel="alternate" href="/nyt.atom" type="application/atom+xml"' in client.get(page).text
