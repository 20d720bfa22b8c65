"""Events, their programme, and calendar files."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erhvervspanel.foundation.documents import document_response
from erhvervspanel.foundation.materials import linked
from erhvervspanel.foundation.page_cache import public_page
from erhvervspanel.foundation.pages import PAGE_PARAMETER, by_slug, page_of
from events.calendars import calendar_of
from events.models import Event, Material
from panels.models import Theme

NEWS = 3
PAST_PER_PAGE = 20


@require_safe
@public_page(PAGE_PARAMETER)
def event_list(request: HttpRequest) -> HttpResponse:
    events = Event.objects.published().select_related("venue")
    context = {
        "coming": events.coming(),
        "page": page_of(request, events.past(), size=PAST_PER_PAGE),
    }
    return render(request, "events/event_list.html", context)


@require_safe
@public_page()
def event(request: HttpRequest, slug: str) -> HttpResponse:
    event = by_slug(Event.objects.published().select_related("venue"), slug)
    sessions = event.sessions.prefetch_related("speakers")
    context = {
        "event": event,
        "news": event.news.published().newest_first()[:NEWS],
        "programme": [session for session in sessions if not session.is_choice],
        "choices": [session for session in sessions if session.is_choice],
        "theme": Theme.objects.published().filter(pk=event.theme_id).first(),
        "initiatives": event.initiatives.published().for_list().order_by("number"),
        "proposals": proposals_of(event),
        "materials": linked(event.materials.all(), request),
    }
    return render(request, "events/event_detail.html", context)


def proposals_of(event: Event) -> list[dict]:
    """What came out of the event, by the group it came from; each with the ideas and recommendations that are public."""
    proposals = event.proposals.for_list()
    groups: dict[str, list] = {}
    for proposal in proposals:
        groups.setdefault(proposal.session.title if proposal.session else "", []).append(proposal)
    return [{"title": title, "proposals": group} for title, group in groups.items()]


@require_safe
def material(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """An uploaded document of an event."""
    return document_response(request, Material.objects.published(), key, name)


@require_safe
@public_page()
def event_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    event = by_slug(Event.objects.published().select_related("venue"), slug)
    return calendar_response(calendar_of([event], name=event.title), filename=f"{event.slug}.ics")


@require_safe
@public_page()
def calendar(request: HttpRequest) -> HttpResponse:
    events = Event.objects.published().select_related("venue").order_by("starts_at")
    return calendar_response(
        calendar_of(events, name="Erhvervspanel: arrangementer"), filename="arrangementer.ics"
    )


def calendar_response(content: bytes, *, filename: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
