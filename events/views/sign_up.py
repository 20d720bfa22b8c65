"""Signing up: the form, the page to check, the registration, and what comes after."""

from datetime import UTC, datetime
from urllib.parse import urlencode

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from erhvervspanel.foundation import throttle
from erhvervspanel.foundation.guarded_forms import public_form
from erhvervspanel.foundation.guarded_responses import undisclosed
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.outages import RETRY_AFTER
from erhvervspanel.foundation.pages import by_slug
from erhvervspanel.foundation.references import is_reference, reference_of
from events import emails
from events.actions import (
    HOLD,
    Busy,
    Duplicate,
    Full,
    Fullness,
    NotInvited,
    NotOpen,
    Party,
    SpentForm,
    late_until,
    patiently,
    register,
    takes_registrations,
)
from events.forms import FindForm, RegistrationForm
from events.models import Audience, Event, Registration
from events.views.pages import public_event

OTHERS = 3  # other events with seats, shown where one is full
# What the buttons of the pages say, beside the form's own fields.
STEPS = ("checked", "koe", "cafekoe", "ret")
MINUTE = "%Y%m%d%H%M"  # how a moment stands in the receipt's address, in UTC


@public_form
def sign_up(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; then, with what was typed, a page to check; then, with `checked`, the registration."""
    event = by_slug(public_event, slug)
    response = filled_in(request, event) if request.method == "POST" else empty(request, event)
    return undisclosed(response) if event.audience == Audience.INVITED else response


def empty(request: HttpRequest, event: Event) -> HttpResponse:
    """The form, for those who may sign up."""
    invitation = request.GET.get("invitation", "")
    if not event.is_open or not event.invites(invitation):
        return render(request, "events/sign_up_closed.html", {"event": event})
    form = RegistrationForm(event=event, initial={"invitation": invitation})
    return render(request, "events/sign_up.html", about(event) | {"form": form})


def about(event: Event) -> dict:
    """What the form's pages tell of the event. How full it is, costs a query where they tell it."""
    return {"event": event, "fullness": Fullness(event), "late_until": late_until(event)}


def filled_in(request: HttpRequest, event: Event) -> HttpResponse:
    """What was typed: with what is wrong, to check, or registered."""
    form = RegistrationForm(request.POST, event=event)
    context = about(event) | {"form": form, "steps": STEPS}
    is_right, step = form.is_valid(), next((name for name in ("ret", "checked") if name in request.POST), "")
    if is_right:
        context["given"] = form.cleaned_data
    if is_right and step == "checked":
        return registered(request, event, form, context)
    if not takes_registrations(event, form.opened_at):
        return render(request, "events/sign_up_closed.html", context, status=409)
    if is_right and not step:
        return render(request, "events/sign_up_check.html", context)
    form.renew_token()
    return render(request, "events/sign_up.html", context)


def registered(request: HttpRequest, event: Event, form: RegistrationForm, context: dict) -> HttpResponse:
    """Registers what was checked, and leads on to a page that can be kept."""
    token, wait = form.token, "koe" in request.POST
    party = party_of(form.cleaned_data, waits_for_sessions="cafekoe" in request.POST)
    context |= {"wait": wait, "waits_for_sessions": party.waits_for_sessions}
    held_until = event.answer_by(HOLD)
    try:
        throttle.admit(request, "sign-up", address=party.email)
        registration = patiently(
            lambda: register(event, party, form_token=token.number, wait=wait, opened_at=token.opened_at)
        )
        held_until = registration.held_until or held_until
    except throttle.TooMany as too_many:
        return throttle.refused(request, "events/sign_up.html", context, too_many)
    except Duplicate as known:
        emails.link_again(known.registration)
    except Full as full:
        others = Event.objects.published().coming().with_seats().exclude(pk=event.pk)
        context |= {"full": full, "others": others[:OTHERS]}
        return render(request, "events/sign_up_full.html", context, status=409)
    except (NotOpen, NotInvited):
        context["event"] = by_slug(public_event, event.slug)
        return render(request, "events/sign_up_closed.html", context, status=409)
    except (SpentForm, IntegrityError) as spent:
        form.add_error(None, why_spent(spent))
        form.replace_token()
        return render(request, "events/sign_up.html", context)
    except Busy:
        response = render(request, "events/sign_up_busy.html", context, status=503)
        response["Retry-After"] = str(RETRY_AFTER)
        return response
    told = {"koe": "1"} if wait else {"senest": f"{held_until.astimezone(UTC):{MINUTE}}"}
    query = urlencode({"nummer": reference_of(token.number), **told})
    return redirect(f"{link('events:signed-up', event.slug)}?{query}")


def why_spent(spent: SpentForm | IntegrityError) -> str:
    """Why a form cannot be used again as it is, and what to do."""
    if isinstance(spent, SpentForm):
        return f"{spent.messages[0]} Skrev du forkert før, så skriv til os: Så retter vi den tilmelding."
    # What the form had made was erased since, and its number with it.
    return (
        "Formularen er brugt til en tilmelding, som er slettet. Vil du tilmelde dig igen, så send den igen."
    )


def party_of(given: dict, *, waits_for_sessions: bool) -> Party:
    """The party that a form that was found right tells of."""
    return Party(
        name=given["name"],
        email=given["email"],
        places=given["places"],
        notice_version=RegistrationForm.notice.version,
        organisation=given["organisation"],
        sessions=tuple(given.get("sessions", ())),
        companions=given.get("companions", ()),
        access=tuple(given.get("access", ())),
        waits_for_sessions=waits_for_sessions,
        invitation=given.get("invitation", ""),
    )


@require_safe
def signed_up(request: HttpRequest, slug: str) -> HttpResponse:
    """What happens next. It tells what was asked for, and nothing of who is registered."""
    event = by_slug(public_event, slug)
    number = request.GET.get("nummer", "")
    context = {
        "event": event,
        "number": number if is_reference(number) else "",
        "waiting": "koe" in request.GET,
        "held_until": moment_of(request.GET.get("senest", ""), event),
    }
    return render(request, "events/signed_up.html", context)


def moment_of(text: str, event: Event) -> datetime | None:
    """The moment that the receipt's address tells; None where it is none, or one that no seat at `event` is held to."""
    try:
        moment = datetime.strptime(text, MINUTE).replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment if moment < event.starts_at else None


@public_form
def find(request: HttpRequest) -> HttpResponse:
    """»Find min tilmelding«: mails the links. The page says the same whether or not the address is known."""
    form = FindForm(request.POST if request.method == "POST" else None)
    context = {"form": form}
    if request.method == "POST":
        if form.is_valid():
            email = form.cleaned_data["email"]
            try:
                throttle.admit(request, "find", address=email)
            except throttle.TooMany as too_many:
                return throttle.refused(request, "events/registration_find.html", context, too_many)
            registrations = list(Registration.objects.of_address(email).upcoming())
            for registration in registrations:
                emails.link_again(registration)
            if not registrations:
                emails.link_to_nobody(email)
            return redirect("events:registration-sent")
        form.renew_token()
    return render(request, "events/registration_find.html", context)


@require_safe
def find_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "events/registration_sent.html")
