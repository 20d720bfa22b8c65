"""Events, their programme, and calendar files."""

import re
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from erhvervspanel.foundation.pages import by_slug, page_of
from events import emails
from events.actions import Duplicate, Full, NotOpen, Party, accept, cancel, confirm, decline, register
from events.calendars import calendar_of
from events.forms import NOTICE_VERSION, RegistrationForm, new_form_token, read_token
from events.models import Event, Registration, RegistrationState
from events.models.registration import REFERENCE_LENGTH, REFERENCE_LETTERS, reference_of
from panels.models import Theme

NEWS = 3
PAST_PER_PAGE = 20
REFERENCE = re.compile(f"[{REFERENCE_LETTERS}]{{{REFERENCE_LENGTH}}}")


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


@csrf_exempt  # the form's own signed token stands for it, so that the page needs no cookie and no answer is lost
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; then, with what was typed, a page to check; then, with `checked`, the registration."""
    event = by_slug(Event.objects.published().select_related("venue"), slug)
    if request.method != "POST":
        if not event.is_open:
            return render(request, "events/sign_up_closed.html", {"event": event})
        form = RegistrationForm(event=event, initial={"form_token": new_form_token()})
        return render(request, "events/sign_up.html", {"event": event, "form": form})
    form = RegistrationForm(request.POST, event=event)
    if not form.is_valid():
        return again(request, event, form)
    if "checked" not in request.POST or "ret" in request.POST:
        template = "events/sign_up.html" if "ret" in request.POST else "events/sign_up_check.html"
        return render(request, template, {"event": event, "form": form, "given": form.cleaned_data})
    return registered(request, event, form)


def again(request: HttpRequest, event: Event, form: RegistrationForm) -> HttpResponse:
    """The form with what was typed and what is wrong. A token that is spoilt is changed for a new one."""
    if "form_token" in form.errors:
        form.data = form.data.copy()
        form.data["form_token"] = new_form_token()
    return render(request, "events/sign_up.html", {"event": event, "form": form})


def registered(request: HttpRequest, event: Event, form: RegistrationForm) -> HttpResponse:
    """Registers what was checked, and leads on to a page that can be kept."""
    given = form.cleaned_data
    party = Party(
        given["name"], given["email"], given["places"], NOTICE_VERSION, given["organisation"],
        tuple(given.get("sessions", ())),
    )  # fmt: skip
    token, wait = read_token(given["form_token"]), "koe" in request.POST
    try:
        register(event, party, form_token=token.number, wait=wait, opened_at=token.opened_at)
    except Duplicate as known:
        emails.link_again(known.registration)
    except Full as full:
        context = {
            "event": event,
            "form": form,
            "given": given,
            "full": full,
            "coming": Event.objects.published().coming()[:3],
        }
        return render(request, "events/sign_up_full.html", context, status=409)
    except NotOpen:
        return render(request, "events/sign_up_closed.html", {"event": event}, status=409)
    except OperationalError:  # somebody has held the event for too long
        return render(
            request, "events/sign_up_busy.html", {"event": event, "form": form, "wait": wait}, status=503
        )
    query = urlencode({"nummer": reference_of(token.number), **({"koe": "1"} if wait else {})})
    return redirect(f"{reverse('events:signed-up', args=[event.slug])}?{query}")


@require_safe
def signed_up(request: HttpRequest, slug: str) -> HttpResponse:
    """What happens next. It tells what was asked for, and nothing of who is registered."""
    event = by_slug(Event.objects.published().select_related("venue"), slug)
    number = request.GET.get("nummer", "")
    context = {
        "event": event,
        "number": number if REFERENCE.fullmatch(number) else "",
        "waiting": "koe" in request.GET,
    }
    return render(request, "events/signed_up.html", context)


@csrf_exempt  # the secret in the address stands for it
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
