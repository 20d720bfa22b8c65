"""Events, their programme, and calendar files."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erhvervspanel.foundation.composed import Composed
from erhvervspanel.foundation.documents import document_response
from erhvervspanel.foundation.materials import linked
from erhvervspanel.foundation.page_cache import public_page
from erhvervspanel.foundation.pages import PAGE_PARAMETER, by_slug, page_of
from erhvervspanel.foundation.publishing import related_model
from events.actions import Fullness
from events.calendars import calendar_of
from events.linked_data import linked_data
from events.models import Event, Material, Proposal, Session
from events.programme import named, programme_of
from initiatives.models import Initiative
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


@Composed
def public_event(slug):
    return Event.objects.published().filter(slug=slug).select_related("venue")


@require_safe
@public_page()
def event(request: HttpRequest, slug: str) -> HttpResponse:
    event = by_slug(public_event, slug)
    sessions = sessions_of(event.pk)
    choices = [session for session in sessions if session.is_choice]
    fullness = Fullness(event)
    context = {
        "event": event,
        "fullness": fullness,
        "linked_data": linked_data(event, fullness),
        "news": news_of(event.pk),
        "programme": programme_of(sessions),
        "choices": choices,
        "choices_heading": named(choices),
        "theme": theme_of.first(event.theme_id) if event.theme_id else None,
        "initiatives": initiatives_of(event.pk),
        "proposals": by_group(proposals_of(event.pk)),
        "materials": linked(materials_of(event.pk), request),
    }
    return render(request, "events/event_detail.html", context)


@Composed
def sessions_of(event):
    return Session.objects.filter(event=event).with_speakers()


@Composed
def news_of(event):
    return related_model(Event, "news").objects.published().filter(events=event).newest_first()[:NEWS]


@Composed
def theme_of(key):
    return Theme.objects.published().filter(pk=key)


@Composed
def initiatives_of(event):
    return Initiative.objects.published().filter(events=event).for_list().order_by("number")


@Composed
def proposals_of(event):
    return Proposal.objects.filter(event=event).for_list()


@Composed
def materials_of(event):
    return Material.objects.filter(event=event)


def by_group(proposals: list[Proposal]) -> list[dict]:
    """`proposals` by the group they came from."""
    groups: dict[str, list] = {}
    for proposal in proposals:
        groups.setdefault(proposal.group, []).append(proposal)
    return [{"title": title, "proposals": group} for title, group in groups.items()]


@require_safe
def material(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """An uploaded document of an event."""
    return document_response(request, Material.objects.published(), key, name)


@require_safe
@public_page()
def event_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    event = by_slug(public_event, slug)
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
