"""The catalogue with its texts, to be printed."""

import re

import pytest
from django.urls import reverse

from ideas.models import Idea
from ideas.printing import MOST_PRINTED
from tests.chains import chain
from tests.factories import CompanyFactory, IdeaFactory

pytestmark = pytest.mark.django_db
PRINT, LIST = reverse("ideas:idea-print"), reverse("ideas:idea-list")


def test_it_has_all_that_the_ideas_pages_say(client):
    rows = chain()
    idea = rows.ideas[0]
    idea.need, idea.beneficiaries, idea.own_words = "Et **behov**", "Alle smedjer", "Få nu gjort noget"
    idea.save()
    idea.companies.add(CompanyFactory(unnamed=True))
    page = client.get(PRINT).text
    answer, initiative = idea.answers.get(), rows.initiatives[0]
    said = (
        "<strong>behov</strong>",
        idea.proposal,
        "Alle smedjer",
        "Få nu gjort noget",
        answer.reason,
        initiative.title,
    )
    assert [text for text in said if text not in page] == []
    assert rows.companies[0].name in page
    assert "1 anden virksomhed, som ikke har sagt ja til at blive nævnt" in page
    assert f"Panelmøde {rows.meetings[0].number}, " in page


def test_it_is_filtered_and_sorted_as_the_catalogue_is_and_each_leads_to_the_other(client):
    for number, title in enumerate(("Å", "B", "A"), start=1):
        IdeaFactory(title=f"Sol {title}", goals=[7], number=number)
    IdeaFactory(title="Vind", goals=[12])
    asked = {"verdensmaal": "7", "sortering": "titel"}
    page = client.get(PRINT, asked)
    assert [idea.title for idea in page.context["ideas"]] == ["Sol A", "Sol B", "Sol Å"]
    assert "passer til: Verdensmål: 7. Bæredygtig energi." in page.text
    listed = client.get(LIST, asked | {"side": "1"})
    assert f'href="{PRINT}?verdensmaal=7&amp;sortering=titel"' in listed.text
    assert f'href="{LIST}?verdensmaal=7&amp;sortering=titel"' in page.text
    assert [idea.title for idea in client.get(PRINT, {"q": "vind"}).context["ideas"]] == ["Vind"]


def test_search_engines_know_it_as_the_catalogue(client):
    IdeaFactory()
    page = client.get(PRINT).text
    assert re.search(rf'rel="canonical" href="[^"]*{LIST}"', page)
    assert '<meta name="robots" content="noindex">' in page


def test_of_very_many_it_says_that_there_are_more(client):
    area = IdeaFactory().area
    Idea.objects.bulk_create(
        Idea(
            theme=area.theme,
            area=area,
            number=number,
            title=f"Nr. {number}",
            publish_at=area.theme.publish_at,
        )
        for number in range(2, MOST_PRINTED + 2)
    )
    page = client.get(PRINT)
    assert len(page.context["ideas"]) == MOST_PRINTED
    assert "Der er flere end 1.000 ideer, og her er de første 1.000." in page.text
