from dataclasses import replace

import pytest
from django.http import QueryDict

from erhvervspanel.foundation.facets import FacetedList
from erhvervspanel.foundation.search import asked_for
from ideas.actions import merge_ideas, split_idea
from ideas.filters import CATALOGUE, offered_values
from ideas.models import Idea, Outcome, Status
from tests.factories import (
    AnswerFactory,
    FocusAreaFactory,
    IdeaFactory,
    InitiativeFactory,
    NeedFactory,
    PanelMeetingFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ideas():
    """Three ideas of one theme: two areas, two needs, one meeting, one answered."""
    theme = ThemeFactory()
    advice = FocusAreaFactory(theme=theme, name="Grøn vejledning", slug="groen-vejledning")
    roads = FocusAreaFactory(theme=theme, name="Grøn infrastruktur", slug="groen-infrastruktur")
    energy, transport = (
        NeedFactory(name="Energi", slug="energi"),
        NeedFactory(name="Transport", slug="transport"),
    )
    meeting = PanelMeetingFactory(theme=theme)
    first = IdeaFactory(
        theme=theme, area=advice, needs=[energy], goals=[7, 13], meetings=[meeting], title="Solceller"
    )
    second = IdeaFactory(theme=theme, area=roads, needs=[energy, transport], goals=[11], title="Ladestandere")
    third = IdeaFactory(theme=theme, area=roads, title="Åbne værksteder")
    AnswerFactory(idea=second, outcome=Outcome.LATER)
    InitiativeFactory(theme=theme, slug="sol", ideas=[first])
    return [first, second, third]


def found(query: str, listing=CATALOGUE):
    return FacetedList(QueryDict(query), listing=listing, offered=offered_values())


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [0, 1, 2]),
        ("tema=2021", [0, 1, 2]),
        ("omraade=groen-vejledning", [0]),
        ("omraade=groen-vejledning&omraade=groen-infrastruktur", [0, 1, 2]),
        ("omraade=groen-infrastruktur&behov=energi", [1]),
        ("behov=energi&behov=transport", [0, 1]),
        ("status=senere", [1]),
        ("status=afventer", [0, 2]),
        ("moede=2021-1", [0]),
        ("verdensmaal=7&verdensmaal=11", [0, 1]),
        ("initiativ=sol", [0]),
        ("status=senere&verdensmaal=7", []),
    ],
)
def test_facets_narrow(ideas, query, expected):
    result = found(query)
    assert [ideas.index(idea) for idea in result[:]] == expected
    assert result.total == len(expected)


def test_counts_follow_the_other_choices_but_not_their_own(ideas):
    counts = found("omraade=groen-infrastruktur").counts
    assert counts[("omraade", "groen-vejledning")] == 1
    assert counts[("omraade", "groen-infrastruktur")] == 2
    assert counts[("behov", "energi")] == 1
    assert ("initiativ", "sol") not in counts
    assert counts[("verdensmaal", "11")] == 1
    assert counts[("status", Status.LATER)] == 1


def test_every_count_is_what_the_choice_gives(ideas):
    gone, whole = (IdeaFactory(theme=ideas[0].theme, area=ideas[0].area) for _ in range(2))
    merge_ideas([gone], into=ideas[2], by=None, reason="Det samme.")
    split_idea(whole, titles=["Den ene", "Den anden"], by=None, reason="To ting.")
    everything = found("")
    for (name, value), count in everything.counts.items():
        if name:
            assert found(f"{name}={value}").total == count


def test_unknown_values_are_left_out_and_named(ideas):
    result = found("omraade=findes-ikke&tema=2021&sortering=baglaens&side=abc&status=")
    assert result.total == 3
    assert result.unknown == ["findes-ikke", "baglaens", "abc"]
    assert "»findes-ikke«, »baglaens«, »abc«" in result.unknown_sentence
    assert found("side=99").unknown == found("side=").unknown == []


def test_a_choice_can_be_taken_off_alone(ideas):
    result = found("behov=energi&behov=transport&side=2&sortering=titel")
    first, _second = result.active
    assert (first.label, first.url) == ("Behov: Energi", "?behov=transport&sortering=titel")


def test_sorting_by_title_is_danish(ideas):
    assert [idea.title for idea in found("sortering=titel")[:]] == [
        "Ladestandere",
        "Solceller",
        "Åbne værksteder",
    ]


def test_what_is_not_public_is_neither_offered_nor_counted(ideas):
    hidden = IdeaFactory(
        theme=ThemeFactory(draft=True), needs=[NeedFactory(name="Hemmelig", slug="hemmelig")]
    )
    InitiativeFactory(theme=ideas[0].theme, slug="skjult", ideas=[ideas[0]], draft=True)
    PanelMeetingFactory(theme=ideas[0].theme, draft=True)
    result = found("")
    shown = {(group.name, option.value) for group in result.groups for option in group.options}
    assert ("tema", str(hidden.theme.year)) not in shown
    assert not {("behov", "hemmelig"), ("initiativ", "skjult"), ("moede", "2021-2")} & shown
    assert found("behov=hemmelig").unknown == ["hemmelig"]


def test_the_catalogue_costs_the_same_with_any_number(ideas, django_assert_num_queries):
    with django_assert_num_queries(4):
        result = found("behov=energi")
        assert len(result[:20]) == 2
        assert len(result.groups) == 7


def test_too_many_to_count_are_told_as_such(ideas):
    few = replace(CATALOGUE, most_counted=2)
    everything = found("", few)
    assert everything.is_capped
    assert everything.total == 2
    assert [ideas.index(idea) for idea in everything[1:3]] == [1, 2]  # the list goes on
    assert {option.count for group in everything.groups for option in group.options} == {None}
    # Among few enough, the other facets' choices are counted; the facet's own are still among too many.
    some = found("behov=energi", few)
    assert not some.is_capped
    counts = {group.name: [option.count for option in group.options] for group in some.groups}
    assert counts["tema"] == [2]
    assert set(counts["behov"]) == {None}


def test_of_too_many_hits_the_best_of_some_are_shown_and_in_any_other_order_all(ideas):
    IdeaFactory(theme=ideas[0].theme, area=ideas[0].area, title="Virksomheden", summary="")
    few = replace(CATALOGUE, most_counted=2)
    some = found("q=virksomheden", few)
    assert some.is_capped
    shown = some[:20]
    assert len(shown) == 3  # one more than are counted, as it is by that one that they are too many
    search, words = asked_for("virksomheden")
    ranked = search.with_rank(Idea.objects.all(), words.__getitem__)
    ranks = dict(ranked.values_list("pk", "search_rank"))
    assert len(set(ranks.values())) > 1
    assert [ranks[idea.pk] for idea in shown] == sorted((ranks[idea.pk] for idea in shown), reverse=True)
    assert len(found("q=virksomheden&sortering=titel", few)[:20]) == 4
