"""Events, their programme, and calendar files."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from erhvervspanel.foundation.pages import by_slug, page_of
from events.actions import accept, cancel, confirm, decline
from events.calendars import calendar_of
from events.models import Event, Registration, RegistrationState
from panels.models import Theme

NEWS = 3
PAST_PER_PAGE = 20


@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    events = Event.objects.published().select_related("venue")
    context = {
        "coming": events.coming(),
        "page": page_of(request, events.past(), size=PAST_PER_PAGE),
    }
    return render(request, "events/event_list.html", context)


@require_safe
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
    }
    return render(request, "events/event_detail.html", context)


@require_safe
def event_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    event = by_slug(Event.objects.published().select_related("venue"), slug)
    return calendar_response(calendar_of([event], name=event.title), filename=f"{event.slug}.ics")


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    events = Event.objects.published().select_related("venue").order_by("starts_at")
    return calendar_response(
        calendar_of(events, name="Erhvervspanel: arrangementer"), filename="arrangementer.ics"
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def registration(request: HttpRequest, token: str) -> HttpResponse:
    """The personal page behind the secret link. A GET shows it and changes nothing, as mail gateways open every link."""
    registration = get_object_or_404(Registration.objects.by_token(token).select_related("event__venue"))
    refusal = ""
    if request.method == "POST":
        action = STEPS.get(request.POST.get("step", ""))
        try:
            if action:
                action(registration)
            return redirect(registration)
        except ValidationError as error:
            refusal = error.messages[0]
            registration.refresh_from_db()
    context = {
        "registration": registration,
        "event": registration.event,
        "sessions": [choice.session for choice in registration.choices.select_related("session")],
        "queue_place": queue_place(registration),
        "refusal": refusal,
    }
    response = render(request, "events/registration_detail.html", context)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


# What a person may do to their own registration.
STEPS = {"bekraeft": confirm, "ja": accept, "nej": decline, "meld-fra": cancel}


def queue_place(registration: Registration) -> int | None:
    """The place on the waiting list, from 1; None for one that does not wait."""
    if registration.state != RegistrationState.WAITING:
        return None
    keys = list(registration.event.registrations.queue().values_list("pk", flat=True))
    return keys.index(registration.pk) + 1


def calendar_response(content: bytes, *, filename: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
