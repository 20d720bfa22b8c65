"""The front page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from events.models import Event
from ideas.models import Idea
from initiatives.models import Initiative
from panels.funnel import funnel_of
from panels.models import Theme

TEASERS = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    theme = Theme.objects.published().with_funnel().newest_first().first()
    events = Event.objects.published().select_related("venue")
    context = {
        "theme": theme,
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
