"""What a theme's page reads of the records around it, each in one statement that is composed once."""

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Count

from erhvervspanel.foundation.composed import Composed
from erhvervspanel.foundation.publishing import related_model, visible
from panels.models import Decision, FocusArea, Need, PanelMeeting, Theme

NEWS = 3
IDEAS, INITIATIVES = related_model(Theme, "ideas"), related_model(Theme, "initiatives")
INDICATORS = related_model(INITIATIVES, "indicators")


@Composed
def public_theme(year):
    return Theme.objects.published().filter(year=year).with_funnel()


@Composed
def told_themes():
    """All of them, those with most to tell first."""
    return Theme.objects.published().with_funnel().with_most_to_tell()


@Composed
def years():
    """All themes, the earliest first, with what leads to them."""
    return Theme.objects.published().order_by("year").only("year", "title")


@Composed
def areas_of(theme):
    """In their order, with `idea_count` and `counts_examples`, whether any of those ideas is made up."""
    public = visible(IDEAS, "ideas__")
    areas = FocusArea.objects.filter(theme=theme).annotate(
        idea_count=Count("ideas", filter=public), counts_examples=BoolOr("ideas__is_example", filter=public)
    )
    return areas.order_by("position")


@Composed
def focus_areas_of(theme):
    """The areas alone, in their order."""
    return FocusArea.objects.filter(theme=theme).order_by("position")


def outcomes_of(theme: int) -> tuple:
    """What the indicators say together: for each area, by its key, and for the theme, where each is counted once."""
    indicators = indicators_of(theme)
    return INDICATORS.together(indicators), INDICATORS.as_one(indicators)


@Composed
def indicators_of(theme):
    """Those of the initiatives that answer the theme's ideas, whichever year these are of."""
    return INDICATORS.objects.to_roll_up("initiative__ideas__area", theme=theme)


@Composed
def needs():
    return Need.objects.with_years().order_by("sort_key")


@Composed
def news_of(theme):
    return related_model(Theme, "news").objects.published().filter(themes=theme).newest_first()[:NEWS]


@Composed
def meetings_of(theme):
    return PanelMeeting.objects.published().filter(theme=theme).with_counts().order_by("number")


@Composed
def initiatives_of(theme):
    return INITIATIVES.objects.published().filter(theme=theme).for_list().order_by("number")


@Composed
def events_of(theme):
    return related_model(Theme, "events").objects.published().filter(theme=theme).order_by("starts_at")


@Composed
def public_decision(key):
    return Decision.objects.published().filter(pk=key)
