"""Which other ideas an idea's page leads to."""

import pytest

from ideas.idea_records import related_ideas
from ideas.models import Idea
from tests.factories import FocusAreaFactory, IdeaFactory, NeedFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def related(idea) -> list[str]:
    idea = Idea.objects.published().for_page().get(pk=idea.pk)
    return [other.title for other in related_ideas(idea, idea.need_list)]


def test_linked_ideas_come_first_then_those_with_needs_area_and_words_in_common():
    theme, earlier = ThemeFactory(), ThemeFactory()
    area, need, other_need = FocusAreaFactory(theme=theme), NeedFactory(), NeedFactory()
    idea = IdeaFactory(theme=theme, area=area, title="Ladestandere ved butikkerne", needs=[need, other_need])
    IdeaFactory(theme=theme, title="Noget helt andet")
    IdeaFactory(theme=theme, area=area, title="Samme område")
    IdeaFactory(theme=theme, title="To behov", needs=[need, other_need])
    IdeaFactory(theme=earlier, title="Ladestandere i industrien")
    IdeaFactory(theme=theme, title="Valgt af os", related=[idea])
    IdeaFactory(theme=theme, area=area, title="Skjult", needs=[need], draft=True)
    found = related(idea)
    assert found[0] == "Valgt af os"
    assert set(found) == {"Valgt af os", "To behov", "Ladestandere i industrien", "Samme område"}
    assert found[1] == "To behov"


def test_an_idea_with_nothing_in_common_has_none():
    idea = IdeaFactory(title="Varmepumper")
    IdeaFactory(title="Cykelstier")
    assert related(idea) == []
