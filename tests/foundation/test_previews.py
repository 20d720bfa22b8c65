"""Links to pages that are not public yet: they show the one page, for a while, and nothing else."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation.previews import LASTS, preview_url
from tests.factories import (
    AnswerFactory,
    EventFactory,
    IdeaFactory,
    InitiativeFactory,
    NewsFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("factory", [IdeaFactory, InitiativeFactory, EventFactory, NewsFactory, ThemeFactory])
def test_a_draft_is_shown_as_its_own_page(client, factory):
    draft = factory(draft=True)
    assert client.get(draft.get_absolute_url()).status_code == 404
    page = client.get(preview_url(draft))
    assert page.status_code == 200
    assert "Forhåndsvisning:" in page.text
    assert draft.title in page.text
    assert page["X-Robots-Tag"] == "noindex"
    assert "no-store" in page["Cache-Control"]
    assert page.cookies == {}


def test_an_idea_of_a_draft_theme_is_shown(client):
    idea = IdeaFactory(theme__draft=True, draft=True)
    assert idea.title in client.get(preview_url(idea)).text


def test_nothing_else_is_shown_with_it(client):
    idea = IdeaFactory(draft=True)
    other = IdeaFactory(draft=True, title="En hemmelighed", theme=idea.theme, area=idea.area)
    idea.related.add(other)
    AnswerFactory(idea=idea, draft=True, reason="Et hemmeligt svar.")
    page = client.get(preview_url(idea)).text
    assert "hemmelig" not in page.lower()
    assert client.get(other.get_absolute_url()).status_code == 404
    assert client.get(idea.get_absolute_url()).status_code == 404


def test_what_is_public_by_now_leads_to_its_own_address(client):
    idea = IdeaFactory()
    assert client.get(preview_url(idea)).url == idea.get_absolute_url()


def test_a_link_runs_out(client):
    draft = IdeaFactory(draft=True)
    url = preview_url(draft)
    with time_machine.travel(timezone.now() + LASTS - timedelta(hours=1)):
        assert client.get(url).status_code == 200
    with time_machine.travel(timezone.now() + LASTS + timedelta(days=2)):
        page = client.get(url)
    assert page.status_code == 410
    assert "Linket virker ikke længere" in page.text


def test_a_link_that_was_changed_or_leads_nowhere_shows_nothing(client):
    draft = IdeaFactory(draft=True)
    url = preview_url(draft)
    assert client.get(url[:-5] + "aaaa/").status_code == 410
    assert client.get(reverse("portal:preview", args=["vrøvl"])).status_code == 410
    draft.delete()
    assert client.get(url).status_code == 410


def test_staff_find_the_link_on_the_drafts_page(client):
    client.force_login(UserFactory(superuser=True))
    draft, public = IdeaFactory(draft=True), IdeaFactory()
    assert ">Forhåndsvis</a>" in client.get(reverse("admin:ideas_idea_change", args=[draft.pk])).text
    assert ">Forhåndsvis</a>" not in client.get(reverse("admin:ideas_idea_change", args=[public.pk])).text
