"""What machines ask for."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings

from tests.chains import chain
from tests.factories import IdeaFactory


def test_was_leads_to_the_statement(client):
    with override_settings(WAS_URL="https://www.was.example.org/rudersdal"):
        for path in ("/was", "/was/"):
            response = client.get(path)
            assert (response.status_code, response["Location"]) == (
                302,
                "https://www.was.example.org/rudersdal",
            )


def test_security_txt_expires_within_a_year(client):
    lines = dict(line.split(": ", 1) for line in client.get("/.well-known/security.txt").text.splitlines())
    assert lines["Contact"] == "mailto:sikkerhed@example.org"
    ahead = datetime.fromisoformat(lines["Expires"]) - datetime.now(UTC)
    assert timedelta(days=30) < ahead < timedelta(days=366)


def test_robots_names_the_site_map(client):
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").text


@pytest.mark.django_db
def test_the_site_map_lists_what_is_public_and_nothing_else(client):
    rows = chain(2)
    hidden = IdeaFactory(theme=rows.theme, draft=True)
    text = client.get("/sitemap.xml").text
    for thing in (rows.theme, *rows.ideas, *rows.initiatives, *rows.meetings, rows.decision, *rows.events):
        assert f"<loc>http://testserver{thing.get_absolute_url()}</loc>" in text
    assert hidden.get_absolute_url() not in text
    for path in ("/data/", f"/temaer/{rows.theme.year}/svar/"):
        assert f"<loc>http://testserver{path}</loc>" in text


@pytest.mark.django_db
def test_health(client):
    assert client.get("/livez").status_code == 200
    assert client.get("/readyz").status_code == 200
