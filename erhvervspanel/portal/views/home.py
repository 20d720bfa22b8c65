"""The front page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erhvervspanel.foundation.composed import Composed
from erhvervspanel.foundation.page_cache import public_page
from erhvervspanel.portal.models import News
from events.models import Event
from ideas.models import Idea
from initiatives.models import Initiative
from panels.funnel import funnel_of
from panels.models import Theme

TEASERS = 3


@require_safe
@public_page()
def home(request: HttpRequest) -> HttpResponse:
    theme = theme_with_most_to_tell.first()
    context = {
        "theme": theme,
        "newer": newer_theme.first(theme.year) if theme else None,
        "news": latest_news(),
        "funnel": funnel_of(theme) if theme else [],
        "conference": conference_of.first(theme.pk) if theme else None,
        "coming": coming_events(),
        "ideas": ideas_of(theme.pk) if theme else [],
        "initiatives": initiatives_of(theme.pk) if theme else [],
    }
    return render(request, "portal/home.html", context)


@Composed
def theme_with_most_to_tell():
    return Theme.objects.published().with_funnel().with_most_to_tell()[:1]


@Composed
def newer_theme(year):
    return Theme.objects.published().filter(year__gt=year).newest_first()[:1]


@Composed
def latest_news():
    return News.objects.published().newest_first()[:TEASERS]


@Composed
def conference_of(theme):
    conferences = Event.objects.published().filter(theme=theme, kind="conference")
    return conferences.select_related("venue").order_by("-starts_at")[:1]


@Composed
def coming_events():
    return Event.objects.published().select_related("venue").coming()[:TEASERS]


@Composed
def ideas_of(theme):
    return Idea.objects.published().filter(theme=theme).for_front_page()[:TEASERS]


@Composed
def initiatives_of(theme):
    return Initiative.objects.published().filter(theme=theme).for_list().order_by("number")[:TEASERS]
