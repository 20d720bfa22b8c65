"""The lists that staff open or print for the day: who comes, badges, help to take part. Each opening is noted."""

from collections import Counter
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from erhvervspanel.foundation.search import sorted_by
from events import figures
from events.admin.frames import opened_list, page
from events.badges import badges_of, marked
from events.forms import BadgeForm
from events.models import ACCESS_KEPT, AccessNeed, AccessService, Event, Session


def urls(model_admin) -> list:
    """The addresses of these pages, below that of the event."""
    return [
        page(model_admin, "doerliste", door_list),
        page(model_admin, "navneskilte", badges),
        page(model_admin, "hjaelp", access),
    ]


def expected(event: Event):
    """Those who have a seat, sorted as a Danish dictionary sorts, with all that the lists show."""
    registrations = event.registrations.expected().exclude(name="")
    return registrations.order_by(sorted_by("name"), "pk").prefetch_related("companions", "choices")


@require_safe
def door_list(request: HttpRequest, event: Event, context: dict) -> HttpResponse:
    """Who comes to the event, or to one café, with boxes to tick: paper works when the network does not."""
    sessions = figures.sessions(event)
    chosen = next((each for each in sessions if str(each.pk) == request.GET.get("punkt")), None)
    registrations = expected(event)
    if chosen:
        registrations = registrations.filter(choices__session=chosen, choices__queued_at=None)
    letters = marked(sessions)
    registrations = list(registrations)
    for registration in registrations:
        has = {choice.session_id for choice in registration.choices.all() if choice.queued_at is None}
        registration.letters = [letter for letter, session in letters.items() if session.pk in has]
        registration.boxes = range(registration.places)
    what = f"dørlisten til »{chosen.title}«" if chosen else "dørlisten"
    opened_list(request, event, what, rows=len(registrations))
    context |= {
        "title": "Dørliste",
        "letters": letters,
        "chosen": chosen,
        "registrations": registrations,
        "places": sum(registration.places for registration in registrations),
        "printed_at": timezone.now(),
    }
    return TemplateResponse(request, "admin/events/event/door_list.html", context)


@require_safe
def badges(request: HttpRequest, event: Event, context: dict) -> HttpResponse:
    """The badges as a PDF, where `?start=` says on which label to begin; before that the page that asks.

    `?nummer=` prints those of one registration.
    """
    from events.badges.sheet import sheet_of, unprintable  # noqa: PLC0415 (28 MB, in a worker that prints badges)

    asked = "start" in request.GET
    form = BadgeForm(request.GET if asked else None, initial={"nummer": request.GET.get("nummer", "")})
    reference = request.GET.get("nummer", "").strip()
    registrations, sessions = expected(event), figures.sessions(event)
    if reference:
        registrations = registrations.filter(reference__iexact=reference)
    printed = badges_of(registrations, sessions)
    ready = bool(asked and form.is_valid() and printed)
    opened_list(request, event, "navneskilte", rows=len(printed), printed=ready)
    if ready:
        pdf = sheet_of(printed, title=event.title, start=form.cleaned_data["start"])
        name = f'attachment; filename="navneskilte-{event.slug}.pdf"'
        return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": name})
    context |= {
        "title": "Navneskilte",
        "form": form,
        "count": len(printed),
        "letters": marked(sessions),
        "by_hand": unprintable(printed),
        "only": registrations.first() if reference else None,
    }
    return TemplateResponse(request, "admin/events/event/badges.html", context)


@require_safe
def access(request: HttpRequest, event: Event, context: dict) -> HttpResponse:
    """The help that people have asked for: how many of each, and who for those alone who have to arrange it."""
    may_see = request.user.has_perm("events.arrange_access")
    sessions = figures.sessions(event)
    needs = list(
        AccessNeed.objects.filter(registration__in=event.registrations.holding())
        .select_related("registration")
        .prefetch_related("registration__choices")
    )
    if may_see:
        opened_list(request, event, "listen over hjælp til at deltage", rows=len(needs))
    context |= {
        "title": "Hjælp til at deltage",
        "sessions": sessions,
        "rows": rows_of(needs, sessions),
        "may_see": may_see,
        "people": people_of(needs) if may_see else [],
        "deleted_on": timezone.localdate(event.ends_at + ACCESS_KEPT) + timedelta(days=1),
        "is_deleted": timezone.now() > event.ends_at + ACCESS_KEPT,
    }
    return TemplateResponse(request, "admin/events/event/access.html", context)


def rows_of(needs: list[AccessNeed], sessions: list[Session]) -> list[tuple[str, list[int]]]:
    """Each service that is asked for, with how many parties ask, in all and among those who have a seat in each session."""
    counted = Counter((need.service, None) for need in needs)
    for need in needs:
        seated = (choice.session_id for choice in need.registration.choices.all() if choice.queued_at is None)
        counted.update((need.service, session) for session in seated)
    columns = [None, *(session.pk for session in sessions)]
    return [
        (service.label, [counted[service.value, column] for column in columns])
        for service in AccessService
        if counted[service.value, None]
    ]


def people_of(needs: list[AccessNeed]) -> list[tuple[str, list[AccessNeed]]]:
    """Each service, with the needs of those who asked for it."""
    return [
        (service.label, [need for need in needs if need.service == service])
        for service in AccessService
        if any(need.service == service for need in needs)
    ]
