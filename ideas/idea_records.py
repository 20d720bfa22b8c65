"""What an idea's page reads of the records around it, each in one statement that is composed once."""

from functools import cache

from django.db.models import Exists, OuterRef

from erhvervspanel.foundation.composed import Among, Composed, Given
from erhvervspanel.foundation.publishing import related_model
from ideas.models import Answer, Idea, Overlap, Service
from ideas.models.idea import long_words
from panels.models import Company, Need, PanelMeeting

RELATED = 4
SERVICES = 6
INITIATIVES = related_model(Idea, "initiatives")
INDICATORS = related_model(INITIATIVES, "indicators")


@Composed
def public_idea(year, number):
    return Idea.objects.published().filter(Idea.referred_to(year, number)).for_page()


@Composed
def meetings_of(idea):
    meetings = PanelMeeting.objects.published().filter(ideas=idea)
    return meetings.select_related("theme").order_by("starts_at")


@Composed
def answers_of(idea):
    return Answer.objects.published().filter(idea=idea).for_page().with_merged_into_status()


@Composed
def initiatives_of(idea):
    return INITIATIVES.objects.published().filter(ideas=idea).for_list().order_by("number")


@Composed
def indicators_of(idea):
    """Those of its initiatives, in their order, each with its latest reading."""
    initiatives = INITIATIVES.objects.published().filter(ideas=idea)
    found = INDICATORS.objects.filter(initiative__in=initiatives.values("pk")).with_latest()
    return found.order_by("initiative__number", *INDICATORS._meta.ordering)


@Composed
def companies_of(idea):
    """All of them, with `is_named` for those whose names the public may see."""
    itself = Company.objects.published().filter(pk=OuterRef("pk"))
    return Company.objects.filter(ideas=idea).annotate(is_named=Exists(itself)).order_by("sort_key")


@Composed
def overlaps_of(idea):
    return Overlap.objects.published().filter(idea=idea).select_related("recommendation__assembly")


@Composed
def services_for(needs):
    return Service.objects.published().filter(Among("needs", needs), is_over=False).distinct()[:SERVICES]


def related_ideas(idea: Idea, needs: list[Need]) -> list[Idea]:
    """The likest other ideas. Needs `for_list`."""
    words = long_words(idea.title)
    places = {f"word{number}": word for number, word in enumerate(words)}
    return related(len(words))(
        idea=idea.pk, area=idea.area_id, needs=[need.pk for need in needs], title=idea.search_title, **places
    )


@cache
def related(words: int) -> Composed:
    """What looks for ideas that are like one, with places for so many words of its title (search.MOST_TERMS at most)."""
    places = {name: Given(name) for name in ("idea", "area", "needs", "title")}
    given = [Given(f"word{number}") for number in range(words)]
    return Composed(lambda: Idea.objects.published().related_to(**places, words=given).for_list()[:RELATED])
