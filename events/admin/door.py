"""The staff's page at the door: find who comes, check them in, let in those who are not registered."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from erhvervspanel.foundation import audit
from erhvervspanel.foundation.guarded_forms import new_form_token
from erhvervspanel.foundation.models import AuditAction
from erhvervspanel.foundation.notation import counted
from erhvervspanel.foundation.personal_data import clean_text
from events import figures
from events.actions import (
    Busy,
    Full,
    Party,
    SpentForm,
    close_door,
    let_in,
    more_came,
    patiently,
    undo_check_in,
    walk_in,
)
from events.admin.desk import why_full
from events.admin.frames import address, needs_change, number_of, opened_list, page
from events.forms import WalkInForm
from events.models import Event, Registration, RegistrationChange, RegistrationState

SHORTEST = 2  # letters: a search that finds nearly all would be a list
MOST = 20  # hits that are shown
BUSY = "Der er travlt lige nu, og der er ikke noteret noget. Prøv igen."
S = RegistrationState


def urls(model_admin) -> list:
    """The addresses of these pages, below that of the event."""
    return [
        page(model_admin, "doer", door),
        page(model_admin, "doer-tal", numbers),
        page(model_admin, "doer-ny", newcomer),
        page(model_admin, "luk-doeren", close),
    ]


def door(request: HttpRequest, event: Event, context: dict) -> HttpResponse:
    """The search, what it found, and the buttons. Without a search it names nobody.

    `?nummer=` shows one registration: after something was done to it, and where its code was scanned.
    """
    needs_change(context)
    if request.method == "POST":
        return carry_out(request, event)
    query, reference = request.GET.get("q", "").strip(), request.GET.get("nummer", "").strip()
    found = found_at(event, query, reference)
    if found:
        opened_list(request, event, "søgning ved døren", rows=min(len(found), MOST))
    context |= {
        "title": "Tjek ind",
        "is_early": timezone.localdate() < timezone.localdate(event.starts_at),
        "attendance": figures.attendance(event),
        "query": query,
        "reference": reference,
        "too_short": 0 < len(query) < SHORTEST,
        "found": found[:MOST],
        "more": len(found) > MOST,
        "poll": address(event, "doer-tal"),
    }
    return TemplateResponse(request, "admin/events/event/door.html", context)


def found_at(event: Event, query: str, reference: str) -> list[Registration]:
    """The registrations that are asked for: one more than are shown at most."""
    registrations = event.registrations.exclude(name="")
    if reference:
        registrations = registrations.filter(reference__iexact=reference)
    elif len(query) >= SHORTEST:
        registrations = registrations.matching(query)
    else:
        return []
    arrivals = RegistrationChange.objects.arrivals()
    return list(
        registrations.order_by("name", "pk").prefetch_related(
            "choices__session", Prefetch("changes", arrivals.select_related("by"), to_attr="arrivals")
        )[: MOST + 1]
    )


def carry_out(request: HttpRequest, event: Event) -> HttpResponse:
    """Does what a button asks for, and shows the registration with what came of it."""
    pk = request.POST.get("tilmelding", "")
    registration = get_object_or_404(event.registrations, pk=pk if pk.isdecimal() else 0)
    try:
        told = patiently(lambda: done(registration, request))
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    except Busy:
        messages.error(request, BUSY)
    else:
        messages.success(request, told)
    return redirect(f"{address(event, 'doer')}?{urlencode({'nummer': registration.reference})}")


def done(registration: Registration, request: HttpRequest) -> str:
    """Does the step that the form names, and tells it in a sentence. Raises ValidationError where it cannot be done."""
    step, by = request.POST.get("step", ""), request.user
    given = request.POST.get("pladser", "")
    places = int(given) if given.isdecimal() and len(given) < 5 else None
    if step == "tjek-ind":
        reason = clean_text(request.POST.get("reason", "")[:200], "begrundelsen")
        came = let_in(registration, by=by, places=places, reason=reason)
        return f"{came.name} er tjekket ind: {of_all(came)}."
    if step == "flere" and places:
        came = more_came(registration, by=by, places=places)
        return f"{came.name}: {of_all(came)} er kommet."
    if step == "fortryd":
        return f"{undo_check_in(registration, by=by).name} er ikke længere tjekket ind."
    raise ValidationError("Der blev ikke trykket på en knap. Prøv igen.")


def of_all(registration: Registration) -> str:
    """»2 af 3 pladser«."""
    return f"{registration.places_present} af {counted(registration.places, 'plads', 'pladser')}"


@require_safe
def numbers(request: HttpRequest, event: Event, context: dict) -> HttpResponse:
    """How many have come, for the page to keep its count fresh."""
    attendance = figures.attendance(event)
    return JsonResponse({"present": attendance.present, "expected": attendance.expected})


def newcomer(request: HttpRequest, event: Event, context: dict) -> HttpResponse:
    """Registers somebody who stands at the door, and notes that they are there."""
    needs_change(context)
    form = WalkInForm(request.POST or None, event=event, initial=known_before(request, event))
    token = request.POST.get("form_token") or new_form_token(purpose(event))
    context |= {
        "title": "Ny ved døren",
        "form": form,
        "form_token": token,
        "button": "Tilmeld, og tjek ind",
        "note": event.fullness if event.seats_left is None else f"Ledige pladser: {event.seats_left}.",
        "back": address(event, "doer"),
    }
    if request.method == "POST" and form.is_valid():
        try:
            registration = patiently(lambda: walked_in(event, form.cleaned_data, token, by=request.user))
        except Full as full:
            form.add_error("override_reason", why_full(full))
        except SpentForm as spent:
            form.add_error(None, spent)
            context["form_token"] = new_form_token(purpose(event))
        except ValidationError as error:
            form.add_error(None, error)
        except Busy:
            form.add_error(None, BUSY)
        else:
            messages.success(request, f"{registration.name} er tilmeldt og tjekket ind.")
            return redirect(f"{address(event, 'doer')}?{urlencode({'nummer': registration.reference})}")
    return TemplateResponse(request, "admin/events/event/form.html", context)


def known_before(request: HttpRequest, event: Event) -> dict[str, str]:
    """What is known of somebody whose registration is over, and who comes all the same."""
    reference = request.GET.get("fra", "")
    old = event.registrations.filter(reference=reference).first() if reference else None
    if old is None:
        return {}
    audit.record(AuditAction.SEEN, old, by=request.user)
    return {name: getattr(old, name) for name in ("name", "email", "organisation", "places")}


def purpose(event: Event) -> str:
    """What the tokens of the form are good for."""
    return f"walk in {event.pk}"


def walked_in(event: Event, given: dict, token: str, *, by) -> Registration:
    number = number_of(token, purpose(event))
    party = Party(
        name=given["name"],
        email=given["email"],
        places=given["places"],
        organisation=given["organisation"],
    )
    registration = walk_in(event, party, form_token=number, by=by, override_reason=given["override_reason"])
    audit.record(AuditAction.ADDED, registration, by=by, fields=[name for name in given if given[name]])
    return registration


def close(request: HttpRequest, event: Event, context: dict) -> HttpResponse:
    """Notes that those who are still awaited did not come, after a page that says how many."""
    needs_change(context)
    awaited = event.registrations.filter(state=S.CONFIRMED).count()
    context |= {
        "title": "Luk døren",
        "button": "Luk døren",
        "note": f"{counted(awaited, 'tilmelding', 'tilmeldinger')} bliver noteret som ikke mødt op. "
        "De, der kommer senere, kan stadig tjekkes ind, og det kan fortrydes for hver enkelt.",
    }
    if request.method == "POST":
        try:
            absent = patiently(lambda: close_door(event, by=request.user))
        except ValidationError as error:
            messages.error(request, error.messages[0])
        except Busy:
            messages.error(request, BUSY)
        else:
            told = f"{counted(absent, 'tilmelding', 'tilmeldinger')} er noteret som ikke mødt op."
            messages.success(request, f"Døren er lukket. {told}")
        return redirect(address(event))
    return TemplateResponse(request, "admin/events/event/form.html", context)
