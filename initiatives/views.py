"""Initiatives and what is measured of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.charts import line_chart
from erhvervspanel.foundation.goals import NAMES
from erhvervspanel.foundation.pages import by_slug
from initiatives.models import Indicator, Initiative, Milestone
from panels.models import Decision


@require_safe
def initiative_list(request: HttpRequest) -> HttpResponse:
    initiatives = Initiative.objects.published().for_list().order_by("-theme__year", "number")
    return render(request, "initiatives/initiative_list.html", {"initiatives": initiatives})


@require_safe
def initiative(request: HttpRequest, slug: str) -> HttpResponse:
    initiative = by_slug(Initiative.objects.published().for_list(), slug)
    context = {
        "initiative": initiative,
        "decision": Decision.objects.published().filter(pk=initiative.decision_id).first(),
        "partners": initiative.partners.all(),
        "ideas": initiative.ideas.published().for_list().order_by("theme__year", "number"),
        "recommendations": initiative.recommendations.published().select_related("assembly"),
        "services": initiative.services.published(),
        "goals": [(goal, NAMES[goal]) for goal in initiative.goals],
        "milestones": [milestone_item(milestone) for milestone in initiative.milestones.all()],
        "indicators": [measured(item) for item in initiative.indicators.prefetch_related("readings")],
        "events": initiative.events.published().order_by("starts_at"),
    }
    return render(request, "initiatives/initiative_detail.html", context)


def milestone_item(milestone: Milestone) -> dict:
    """A milestone as the component `timeline` shows it."""
    if milestone.reached_on:
        state, state_text = "done", f"Nået {notation.day(milestone.reached_on)}"
    elif milestone.is_late:
        state, state_text = "late", "Forsinket"
    else:
        state, state_text = "future", "Kommer"
    return {
        "on": milestone.due_on,
        "title": milestone.title,
        "state": state,
        "state_text": state_text,
        "note": milestone.note,
    }


def measured(indicator: Indicator) -> Indicator:
    """`indicator` with what its page shows of the readings: `points`, `latest`, `percent` and `chart`."""
    indicator.points = list(indicator.readings.all())
    indicator.latest = indicator.points[-1] if indicator.points else None
    share = indicator.share_of_the_way(indicator.latest.value) if indicator.latest else None
    indicator.percent = None if share is None else round(share * 100)
    indicator.chart = line_chart(
        [(reading.read_on, reading.value) for reading in indicator.points],
        key=str(indicator.pk),
        title=indicator.name,
        unit=indicator.unit,
        baseline=indicator.baseline,
        target=indicator.target,
    )
    return indicator
