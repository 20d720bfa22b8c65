"""The search page: over everything, ranked, paged, and never an error."""

from importlib import import_module

import pytest
from django.urls import reverse
from django.utils import timezone

from erhvervspanel.foundation.models import SynonymGroup
from erhvervspanel.portal.own_pages import PAGES
from events.models import Event
from ideas.models import Idea
from panels.models import Theme
from tests.factories import (
    AssemblyFactory,
    CompanyFactory,
    DecisionFactory,
    EventFactory,
    IdeaFactory,
    InitiativeFactory,
    NeedFactory,
    NewsFactory,
    PanelMeetingFactory,
    ProposalFactory,
    RecommendationFactory,
    ServiceFactory,
    SessionFactory,
    SpeakerFactory,
)

pytestmark = pytest.mark.django_db
ADDRESS = "portal:search"
# The package has a view of the same name.
views = import_module("erhvervspanel.portal.views.search")


def search(client, query, **parameters):
    return client.get(reverse(ADDRESS), {"q": query, **parameters})


def test_it_finds_every_kind_of_page_and_marks_the_word(client):
    IdeaFactory(title="Varme fra bageriet")
    InitiativeFactory(title="Varme til alle")
    EventFactory(title="Varmeaften")
    CompanyFactory(name="Varmeværket")
    response = search(client, "varme")
    assert {hit.kind for hit in response.context["hits"]} == {"Ide", "Initiativ", "Arrangement", "Virksomhed"}
    assert "<mark>Varme</mark> til alle" in response.text


@pytest.mark.parametrize("address", [ADDRESS, "ideas:idea-list"])
def test_what_was_meant_and_what_means_the_same_is_marked_too(client, address):
    SynonymGroup.objects.create(words=["bygas", "fjernvarme"])
    IdeaFactory(title="Flere ladestandere", summary="Ladestandere til alle.")
    IdeaFactory(title="Fjernvarmenet", summary="Et net af fjernvarme.")
    misspelt = client.get(reverse(address), {"q": "ladestanddere"}).text
    assert "Flere <mark>ladestandere</mark>" in misspelt
    assert "<mark>Ladestandere</mark> til alle" not in misspelt  # a text is not found by what was meant
    meaning_the_same = client.get(reverse(address), {"q": "bygas"}).text
    assert "<mark>Fjernvarmenet</mark>" in meaning_the_same


def test_an_excerpt_is_of_what_means_the_same(client):
    SynonymGroup.objects.create(words=["bygas", "fjernvarme"])
    IdeaFactory(title="Et net", summary="", need=f"{'Ord. ' * 100} Her er fjernvarme. {'Ord. ' * 100}")
    assert "Her er <mark>fjernvarme</mark>" in search(client, "bygas").text


def test_it_finds_only_what_is_public(client):
    IdeaFactory(title="Varme fra bageriet", publish_at=None)
    CompanyFactory(name="Varmeværket", named_since=None)
    assert search(client, "varme").context["total"] == 0


def test_what_stands_in_an_events_programme_leads_to_the_event(client):
    event = EventFactory()
    page = event.get_absolute_url()
    SessionFactory(event=event, title="Vækst i varmen", kind="cafe")
    SessionFactory(event=event, description="Om varmepumper.", speakers=[SpeakerFactory(name="Ada Varmø")])
    ProposalFactory(event=event, text="Fjernvarme til alle.")
    assert {hit.kind: hit.url for hit in search(client, "vækst").context["hits"]} == {
        "Programpunkt": f"{page}#cafeer"
    }
    assert [hit.url for hit in search(client, "varmepumper").context["hits"]] == [f"{page}#program"]
    assert [hit.url for hit in search(client, "Ada Varmø").context["hits"]] == [page]
    assert [hit.url for hit in search(client, "fjernvarme").context["hits"]] == [f"{page}#forslag"]
    Event.objects.update(publish_at=None)
    for query in ("vækst", "varmepumper", "Ada Varmø", "fjernvarme"):
        assert search(client, query).context["total"] == 0


def test_a_speaker_leads_to_the_latest_event_that_is_public(client):
    speaker = SpeakerFactory(name="Ada Varmø")
    first = SessionFactory(event=EventFactory(past=True), speakers=[speaker])
    SessionFactory(event=EventFactory(draft=True), speakers=[speaker])
    assert [hit.url for hit in search(client, "Varmø").context["hits"]] == [first.event.get_absolute_url()]


def test_an_assembly_is_found_by_its_text(client):
    assembly = AssemblyFactory(name="Borgersamlingen", description="Lodtrukne borgere.")
    [hit] = search(client, "lodtrukne").context["hits"]
    assert hit.url == f"{reverse('ideas:recommendation-list')}#samling-{assembly.pk}"
    assert hit.url.split("#")[1] in client.get(hit.url).text


def test_a_need_leads_to_the_ideas_that_have_it_or_else_to_what_helps(client):
    need = NeedFactory(name="Ladestandere til biler", slug="ladestandere-til-biler")
    assert search(client, "ladestandere").context["total"] == 0
    ServiceFactory(name="Vejledning", needs=[need])
    [hit] = search(client, "ladestandere").context["hits"]
    assert (hit.kind, hit.url) == ("Behov", f"{reverse('ideas:service-list')}?behov={need.slug}")
    idea = IdeaFactory(title="Strøm på parkeringspladsen", needs=[need])
    [hit] = search(client, "ladestandere").context["hits"]
    assert hit.url == f"{reverse('ideas:idea-list')}?behov={need.slug}"
    assert list(client.get(hit.url).context["page"]) == [idea]


def test_a_focus_area_leads_to_its_ideas_and_is_hidden_with_its_theme(client):
    idea = IdeaFactory(title="Strøm", area__name="Grøn transport", area__slug="groen-transport")
    [hit] = search(client, "transport").context["hits"]
    assert (hit.kind, list(client.get(hit.url).context["page"])) == ("Fokusområde", [idea])
    Theme.objects.update(publish_at=None)
    assert search(client, "transport").context["total"] == 0


@pytest.fixture
def two_hits_at_most(monkeypatch):
    """What was composed with another limit is forgotten, before and after."""
    views.statements.cache_clear()
    monkeypatch.setattr(views, "MOST_RANKED", 2)
    yield
    views.statements.cache_clear()


@pytest.mark.parametrize("factories", [(IdeaFactory, IdeaFactory), (IdeaFactory, EventFactory)])
def test_exactly_the_most_hits_are_not_told_as_more(client, two_hits_at_most, factories):
    for factory in factories:
        factory(title="Varme fra bageriet")
    assert "2 resultater" in search(client, "varme").text
    assert "Over" not in search(client, "varme").text


def test_beyond_the_best_hits_it_says_that_there_are_more(client, two_hits_at_most):
    IdeaFactory.create_batch(3, title="Varme fra bageriet")
    response = search(client, "varme")
    assert len(response.context["hits"]) == 2
    assert "Over 2 resultater" in response.text


@pytest.mark.parametrize(
    "leaves", [lambda ideas: ideas.delete(), lambda ideas: ideas.update(publish_at=None)]
)
def test_what_is_gone_once_it_was_found_is_left_out(client, monkeypatch, leaves):
    stays, goes = IdeaFactory.create_batch(2, title="Varme fra bageriet")

    def found(*asked):
        hits = everything(*asked)
        leaves(Idea.objects.filter(pk=goes.pk))
        return hits

    everything = views.everything
    monkeypatch.setattr(views, "everything", found)
    assert [hit.url for hit in search(client, "varme").context["hits"]] == [stays.get_absolute_url()]


def test_a_title_comes_before_a_text_whatever_the_kind(client):
    IdeaFactory(title="Noget andet", need="Her står fjernvarme.")
    event = EventFactory(title="Fjernvarme")
    assert search(client, "fjernvarme").context["hits"][0].url == event.get_absolute_url()


def test_a_reference_leads_to_its_idea(client):
    idea = IdeaFactory()
    assert search(client, idea.reference).context["hits"][0].url == idea.get_absolute_url()


def test_a_long_result_comes_in_pages(client):
    theme = IdeaFactory(title="Varme 0").theme
    for number in range(100, 124):
        IdeaFactory(theme=theme, number=number, title=f"Varme {number}")
    second = search(client, "varme", side=2)
    assert second.context["total"] == 25
    assert len(second.context["hits"]) == 5
    assert "<title>Søgning: varme, side 2 –" in second.text


def test_nothing_found_suggests_the_nearest_word(client):
    need = NeedFactory(name="Klimaregnskab")
    idea = IdeaFactory(needs=[need], need="Vi mangler et klimaregnskab.", draft=True)
    assert search(client, "klimargnskap").context["suggestion"] == ""
    idea.publish_at = timezone.now()
    idea.save()
    response = search(client, "klimargnskap")
    assert response.context["suggestion"] == "klimaregnskab"
    assert search(client, response.context["suggestion"]).context["total"] == 2
    assert "Vi fandt ikke noget" in response.text
    assert f'<a href="{reverse(ADDRESS)}?q=klimaregnskab">klimaregnskab</a>?' in response.text


def test_where_all_words_together_find_nothing_fewer_are_offered(client):
    IdeaFactory(title="Solceller på taget")
    ServiceFactory(name="Støtte til anlæg")
    EventFactory(title="Støtte og lån")
    response = search(client, "støtte til solceller")
    assert [(each.title, each.count) for each in response.context["fewer"]] == [
        ("uden »støtte«", 1),
        ("uden »solceller«", 2),
    ]
    assert f'<a href="{reverse(ADDRESS)}?q=solceller">uden »støtte«</a>: 1 resultat</li>' in response.text
    assert [search(client, each.query).context["total"] for each in response.context["fewer"]] == [1, 2]
    assert response.context["suggestion"] == ""


def test_fewer_words_are_counted_among_own_pages_and_not_among_what_is_hidden(client):
    IdeaFactory(title="Solceller på taget", draft=True)
    response = search(client, "solceller cookies")
    assert [(each.query, each.count) for each in response.context["fewer"]] == [("cookies", 1)]


@pytest.mark.parametrize("query", ["vandmølle grise", "vandmølle grise høns køer"])
def test_what_is_offered_instead_costs_one_statement_however_many_words(
    client, query, django_assert_num_queries
):
    IdeaFactory(title="Grise")
    search(client, query)
    # As ever, and what has any of the words, and the titles of what may have been meant.
    with django_assert_num_queries(5 + 2):
        assert search(client, query).context["fewer"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("åbne data", "portal:data"),
        ("aabne data", "portal:data"),
        ("privatliv", "portal:privacy"),
        ("persondata", "portal:privacy"),
        ("tilgængelighed", "portal:accessibility"),
        ("tilgængelighedserklæringen", "portal:accessibility"),
        ("cookies", "portal:cookies"),
        ("cookie", "portal:cookies"),
        ("panelmøde", "panels:meeting-list"),
        ("anbefalinger", "ideas:recommendation-list"),
    ],
)
def test_the_portals_own_pages_are_found(client, query, name, django_assert_num_queries):
    with django_assert_num_queries(5):
        first = search(client, query).context["hits"][0]
    assert (first.kind, first.url) == ("Side", reverse(name))


@pytest.mark.parametrize("query", ["panelmøde", "panelmøder", "panelmoederne", "PANELMØDE"])
def test_panel_meetings_are_found_by_what_they_are(client, query):
    meeting = PanelMeetingFactory(title="Behov", agenda="", minutes="", place="")
    PanelMeetingFactory(title="Kladde", draft=True)
    IdeaFactory(title="Noget andet", need="Vi sagde det på et panelmøde.", theme=meeting.theme)
    hits = [hit for hit in search(client, query).context["hits"] if hit.kind != "Side"]
    assert [hit.kind for hit in hits] == ["Panelmøde", "Ide"]
    assert hits[0].url == meeting.get_absolute_url()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_an_own_page_goes_by_its_heading(client, page):
    assert f">{page.title}</h1>" in client.get(reverse(page.name)).text


def test_own_pages_stand_among_the_other_hits_by_how_well_they_answer(client):
    IdeaFactory(title="Noget andet", need="Vi mangler cookies.")
    event = EventFactory(title="Cookies")
    urls = [hit.url for hit in search(client, "cookies").context["hits"]]
    assert urls[:2] == [event.get_absolute_url(), reverse("portal:cookies")]
    assert len(urls) == 3


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_do_not_grow(client, django_assert_num_queries, count):
    theme = IdeaFactory(title="Varme").theme
    for number in range(100, 100 + count):
        IdeaFactory(theme=theme, number=number, title="Varme")
    # Synonyms, the vocabulary, the kinds with few rows, the ideas, the ideas of the page.
    with django_assert_num_queries(5):
        search(client, "varme")


def test_hits_of_every_kind_cost_no_more_and_lead_to_their_pages(client, django_assert_num_queries):
    idea = IdeaFactory(
        title="Varme 1", theme__title="Varme 2", area__name="Varme 3", needs=[NeedFactory(name="Varme 4")]
    )
    session = SessionFactory(
        title="Varme 5", event=EventFactory(title="Varme 6"), speakers=[SpeakerFactory(name="Varme 7")]
    )
    recommendation = RecommendationFactory(title="Varme 8", assembly__name="Varme 9")
    pages = [
        idea,
        idea.theme,
        session.event,
        recommendation,
        InitiativeFactory(title="Varme 10"),
        ServiceFactory(name="Varme 11"),
        PanelMeetingFactory(title="Varme 12", theme=idea.theme),
        DecisionFactory(title="Varme 13"),
        CompanyFactory(name="Varme 14"),
        NewsFactory(title="Varme 15"),
    ]
    ProposalFactory(event=session.event, title="Varme 16")
    with django_assert_num_queries(5):
        hits = search(client, "varme").context["hits"]
    assert {hit.kind for hit in hits} == {source.kind for source in views.SOURCES}
    assert {page.get_absolute_url() for page in pages} <= {hit.url for hit in hits}
    assert {client.get(hit.url).status_code for hit in hits} == {200}


@pytest.mark.parametrize(
    "query", ["", " ", "\x00", "%", "'", "🙂", "a" * 5000, "<script>alert(1)</script>", ":*"]
)
def test_odd_queries_are_answered(client, query):
    response = search(client, query)
    assert response.status_code == 200
    assert "<script>alert" not in response.text
