"""Initiatives and what is measured of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erhvervspanel.foundation.pages import by_slug
from initiatives.models import Initiative
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
        "milestones": initiative.milestones.all(),
        "indicators": initiative.indicators.prefetch_related("readings"),
        "events": initiative.events.published().order_by("starts_at"),
    }
    return render(request, "initiatives/initiative_detail.html", context)
