"""The personal page behind the secret link: see, change, cancel, and take one's data away.

A GET shows and changes nothing, as mail gateways open every link.
"""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from erhvervspanel.foundation import throttle
from erhvervspanel.foundation.guarded_forms import public_form
from erhvervspanel.foundation.guarded_responses import undisclosed
from events import emails
from events.actions import (
    Busy,
    Full,
    Wish,
    accept,
    cancel,
    change,
    confirm,
    decline,
    erase,
    is_changeable,
    patiently,
)
from events.entry_codes import entry_code
from events.forms import ChangeForm
from events.models import Registration, RegistrationState
from events.persons import facts_of

# What a person may do to their own registration, besides changing it.
STEPS = {
    "bekraeft": confirm,
    "ja": accept,
    "nej": decline,
    "meld-fra": cancel,
}
AGAIN, SENT = (
    "send-igen",
    "sendt",
)  # the step, and what the address says when it is done: no cookie carries a message
ERASING = ("ikke-mig", "slet")
BUSY = "Der er mange, der tilmelder sig lige nu. Prøv igen om lidt."


def personal(view: Callable) -> Callable:
    """A page that the secret in its address opens: kept by nobody, found by no search engine, told to no other site.

    A secret that opens nothing may have been good until the address was corrected or the person erased: the page says so.
    """

    @public_form
    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        registration = Registration.objects.by_token(token).select_related("event__venue").first()
        if registration is None:
            return undisclosed(render(request, "events/registration_gone.html", status=404))
        return undisclosed(view(request, registration))

    return guarded


@personal
def registration(request: HttpRequest, registration: Registration) -> HttpResponse:
    """How the registration stands, and what can be done about it."""
    refusal = ""
    if request.method == "POST":
        step = request.POST.get("step", "")
        if step == AGAIN:
            return sent_again(request, registration)
        try:
            if step in ERASING:
                patiently(lambda: erase(registration))
                return redirect("events:registration-erased")
            if step in STEPS:
                patiently(lambda: STEPS[step](registration))
            return redirect(registration)
        except ValidationError as error:
            refusal = error.messages[0]
        except Busy:
            refusal = BUSY
        registration.refresh_from_db()
    context = {**own_page(registration), "refusal": refusal, "sent": SENT in request.GET}
    return render(request, "events/registration_detail.html", context)


def sent_again(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Mails the link once more, unless that has been asked for too often."""
    try:
        throttle.admit(request, AGAIN, address=registration.email)
    except throttle.TooMany as too_many:
        return throttle.refused(request, "events/registration_detail.html", own_page(registration), too_many)
    emails.link_again(registration)
    return redirect(f"{registration.get_absolute_url()}?{SENT}=1")


def own_page(registration: Registration) -> dict:
    """What the page of a registration shows."""
    return {
        "registration": registration,
        "event": registration.event,
        "choices": choices_of(registration),
        "companions": registration.companions.all(),
        "access_needs": registration.access_needs.all(),
        "queue_place": registration.queue_place(),
        "entry_code": code_of(registration),
    }


@personal
def registration_change(request: HttpRequest, registration: Registration) -> HttpResponse:
    """More or fewer places, other cafés, a name. What cannot be had changes nothing, and keeps what was typed."""
    if request.method != "POST" and not is_changeable(registration):
        return redirect(registration)  # whose page says how it stands
    form = ChangeForm.of(registration, request.POST or None)
    context = {"registration": registration, "event": registration.event, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            patiently(lambda: change(registration, wish_of(form.cleaned_data, request)))
            return redirect(registration)
        except Full as full:
            context["full"] = full
        except ValidationError as error:
            context["refusal"] = error.messages[0]
            form.renew(registration)
        except Busy:
            context["refusal"] = BUSY
    return render(request, "events/registration_change.html", context)


def wish_of(given: dict, request: HttpRequest) -> Wish:
    return Wish(
        name=given["name"],
        places=given["places"],
        organisation=given["organisation"],
        sessions=tuple(given.get("sessions", ())),
        companions=given.get("companions"),
        access=tuple(given["access"]) if "access" in given else None,
        waits_for_sessions="cafekoe" in request.POST,
        opened_version=given["opened_version"],
    )


@personal
def registration_data(request: HttpRequest, registration: Registration) -> HttpResponse:
    """All that is kept about the person (the General Data Protection Regulation, article 15), and how to erase it."""
    prefetch_related_objects([registration], "choices__session")
    context = {
        "registration": registration,
        "event": registration.event,
        "facts": facts_of(registration),
        "changes": registration.changes.all(),
        "mails": registration.mails(),
    }
    return render(request, "events/registration_data.html", context)


@require_safe
def registration_erased(request: HttpRequest) -> HttpResponse:
    return render(request, "events/registration_erased.html")


def choices_of(registration: Registration) -> list:
    """The sessions chosen, and for each that is waited for the place in its queue."""
    choices = list(
        registration.choices.select_related("session").order_by("session__starts_at", "session_id")
    )
    for choice in choices:
        choice.place = choice.queue_place() if choice.is_waited_for else None
    return choices


def code_of(registration: Registration) -> str:
    """The code for the door, for somebody who is awaited there; otherwise nothing."""
    event = registration.event
    awaited = registration.state == RegistrationState.CONFIRMED and not (event.cancelled_at or event.is_over)
    return entry_code(registration) if awaited else ""
