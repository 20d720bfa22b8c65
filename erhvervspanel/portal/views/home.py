"""The front page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

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
    themes = Theme.objects.published()
    theme = themes.with_funnel().with_most_to_tell().first()
    events = Event.objects.published().select_related("venue")
    context = {
        "theme": theme,
        "newer": themes.filter(year__gt=theme.year).newest_first().first() if theme else None,
        "news": News.objects.published().newest_first()[:TEASERS],
        "funnel": funnel_of(theme) if theme else [],
        "conference": events.filter(theme=theme, kind="conference").order_by("-starts_at").first(),
        "coming": events.coming()[:TEASERS],
        "ideas": Idea.objects.published().filter(theme=theme).for_front_page()[:TEASERS],
        "initiatives": Initiative.objects.published()
        .filter(theme=theme)
        .for_list()
        .order_by("number")[:TEASERS],
    }
    return render(request, "portal/home.html", context)
