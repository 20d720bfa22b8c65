"""The staff's pages of an event's registration: how it stands, and what can be done to all at once."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.text import get_text_list

from erhvervspanel.foundation import audit
from erhvervspanel.foundation.charts import Target, line_chart
from erhvervspanel.foundation.guarded_forms import new_form_token, read_token
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.models import AuditAction
from erhvervspanel.foundation.notation import counted
from erhvervspanel.foundation.pages import page_of
from events import figures
from events.actions import (
    Full,
    Fullness,
    Party,
    SpentForm,
    addressees,
    cancel_event,
    forget_message,
    move_people,
    recipients,
    register_for,
    restore_event,
    send_message,
)
from events.admin import frames
from events.admin.frames import address, needs_change, number_of, opened_list, touched
from events.forms import CancelEventForm, MessageForm, MovePeopleForm, StaffRegistrationForm
from events.models import Audience, Event, Message, Registration, RegistrationState

PER_PAGE = 50
CANCEL, HOLD = "aflys", "hold"  # what the page of cancelling does


def urls(model_admin) -> list:
    """The addresses of these pages, below that of the event."""
    return [
        frames.page(model_admin, "tilmeldinger", overview),
        frames.page(model_admin, "skriv-op", write_up),
        frames.page(model_admin, "besked", message),
        frames.page(model_admin, "sendt-besked", sent_message, below="<int:number>/"),
        frames.page(model_admin, "flyt", move),
        frames.page(model_admin, "aflys", cancel),
        frames.page(model_admin, "invitation", invitation),
    ]


def overview(request: HttpRequest, event: Event, context: dict) -> HttpResponse:
    """The counts, the chart, and the list with search and filters."""
    query, state = request.GET.get("q", "").strip(), request.GET.get("status", "")
    session = request.GET.get("punkt", "")
    sessions = figures.sessions(event)
    registrations = event.registrations.order_by("-created_at", "-pk").prefetch_related("choices__session")
    if query:
        registrations = registrations.matching(query)
    if state in RegistrationState.values:
        registrations = registrations.filter(state=state)
    if session in {str(each.pk) for each in sessions}:
        registrations = registrations.filter(choices__session=session)
    page = page_of(request, registrations, size=PER_PAGE)
    if page.object_list:
        opened_list(request, event, "tilmeldinger", rows=len(page.object_list))
    points, counts = figures.growth(event), figures.counts(event)
    context |= {
        "title": f"Tilmeldinger: {event.title}",
        "fullness": Fullness(event),
        "counts": counts,
        "beyond": figures.beyond(counts),
        "sessions": sessions,
        "attendance": figures.attendance(event),
        "points": points,
        "chart": line_chart(
            points,
            key="growth",
            title="Pladser bedt om",
            unit="pladser",
            target=Target(event.capacity, "Pladser i alt"),
        ),
        "page": page,
        "query": query,
        "state": state,
        "session": session,
        "states": [count.state for count in counts],
        "messages_sent": event.messages.select_related("by"),
        "invited": event.audience == Audience.INVITED,
    }
    return TemplateResponse(request, "admin/events/event/registrations.html", context)


def write_up(request: HttpRequest, event: Event, context: dict) -> HttpResponse:
    """Registers somebody on their behalf."""
    needs_change(context)
    form = StaffRegistrationForm(request.POST or None, event=event)
    purpose = f"write up {event.pk}"
    token = request.POST.get("form_token") or new_form_token(purpose)
    context |= {"title": "Tilmeld en person", "form": form, "form_token": token, "button": "Tilmeld"}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        party = Party(
            name=given["name"],
            email=given["email"],
            places=given["places"],
            organisation=given["organisation"],
            sessions=tuple(given.get("sessions", ())),
            companions=given.get("companions", ()),
            access=tuple(given.get("access", ())),
            waits_for_sessions=given.get("wait", False),
        )
        try:
            number = number_of(token, purpose)
            with transaction.atomic():
                registration = register_for(
                    event,
                    party,
                    form_token=number,
                    by=request.user,
                    wait=given.get("wait", False),
                    override_reason=given["override_reason"],
                )
                audit.record(
                    AuditAction.ADDED, registration, by=request.user, fields=touched(form.changed_data)
                )
        except Full as full:
            can_wait = "wait" in form.fields
            field = ("wait" if can_wait else "sessions") if full.sessions else "override_reason"
            form.add_error(field, why_full(full, can_wait=can_wait))
        except SpentForm as spent:
            form.add_error(None, spent)
            context["form_token"] = new_form_token(purpose)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, written_up(registration))
            return redirect(address(event))
    return TemplateResponse(request, "admin/events/event/form.html", context)


def written_up(registration: Registration) -> str:
    """How somebody stands who was just written up, with all that they wait for."""
    number = registration.reference
    if place := registration.queue_place():
        return f"{registration.name} står på ventelisten som nr. {place}. Tilmeldingen har nummer {number}."
    waits = registration.choices.exclude(queued_at=None).select_related("session").order_by("session_id")
    names = get_text_list([f"»{choice.session.title}«" for choice in waits], "og")
    waiting = f" og venter på en plads i {names}" if names else ""
    return f"{registration.name} er tilmeldt med nummer {number}{waiting}."


def why_full(full: Full, *, can_wait: bool = False) -> str:
    """What is short, and what staff can do about it.

    Args:
        can_wait: whether the form can put somebody on the waiting lists.
    """
    if full.sessions:
        names = get_text_list([f"»{session.title}«" for session in full.sessions], "og")
        waiting = ", eller sæt flueben her, hvis personen vil vente på en plads" if can_wait else ""
        return f"Der er ikke plads i {names}. Vælg noget andet{waiting}."
    if full.company:
        short = "Virksomheden kan ikke få så mange pladser"
    else:
        short = (
            f"Der er kun {counted(full.left, 'ledig plads', 'ledige pladser')}"
            if full.left
            else "Der er ingen ledige pladser, eller andre venter på dem"
        )
    waiting = ", eller sæt flueben ved ventelisten" if can_wait and not full.company else ""
    return f"{short}. Skriv hvorfor, hvis personen skal med alligevel{waiting}."


def message(request: HttpRequest, event: Event, context: dict) -> HttpResponse:
    """Writes to all or some of those who are registered: first a page that shows to how many, then the mails."""
    needs_change(context)
    form = MessageForm(request.POST or None, event=event)
    purpose = f"message {event.pk}"
    token = request.POST.get("form_token") or new_form_token(purpose)
    context |= {
        "title": "Skriv til dem, der er tilmeldt",
        "form": form,
        "form_token": token,
        "button": "Se efter",
    }
    if request.method == "POST" and form.is_valid() and "ret" not in request.POST:
        given = form.cleaned_data
        sessions = given.get("sessions", ())
        addressed = addressees(event, given["states"], sessions)
        chosen = recipients(addressed, is_advertising=given["is_advertising"])
        unreached = addressed.filter(email="").exclude(name="").count()
        context |= {
            "count": len({registration.email_key for registration in chosen}),
            "unreached": unreached,
            "given": given,
            "sessions": [(session.pk, session.with_hours(event)) for session in sessions],
        }
        read = read_token(token, purpose)
        if read is None:
            form.add_error(None, "Formularen er for gammel. Send den igen.")
            context["form_token"] = new_form_token(purpose)
            return TemplateResponse(request, "admin/events/event/form.html", context)
        if "confirmed" not in request.POST:
            return TemplateResponse(request, "admin/events/event/message_check.html", context)
        letter = Message(
            subject=given["subject"],
            text=given["text"],
            states=given["states"],
            is_advertising=given["is_advertising"],
            form_token=read.number,
        )
        sent = send_message(event, letter, by=request.user, sessions=sessions)
        messages.success(
            request, f"Beskeden er på vej til {counted(sent.recipients, 'adresse', 'adresser')}."
        )
        return redirect(address(event))
    return TemplateResponse(request, "admin/events/event/form.html", context)


def sent_message(request: HttpRequest, event: Event, context: dict, *, number: int) -> HttpResponse:
    """What was written, and the button that deletes it: what tells of one person is not to wait for the day of all."""
    letter = get_object_or_404(event.messages.exclude(subject="", text="").select_related("by"), pk=number)
    if request.method == "POST":
        needs_change(context)
        forget_message(letter, by=request.user)
        messages.success(request, "Beskeden er slettet.")
        return redirect(address(event))
    states = [RegistrationState(state).label for state in letter.states]
    context |= {"title": "Besked, der er sendt", "letter": letter, "states": states}
    return TemplateResponse(request, "admin/events/event/message.html", context)


def move(request: HttpRequest, event: Event, context: dict) -> HttpResponse:
    """Moves all from one café to another, so that the first can be closed."""
    needs_change(context)
    form = MovePeopleForm(request.POST or None, event=event)
    context |= {
        "title": "Flyt alle fra et programpunkt til et andet",
        "form": form,
        "button": "Flyt, og send mails",
    }
    if request.method == "POST" and form.is_valid():
        try:
            moved = move_people(form.cleaned_data["source"], form.cleaned_data["target"], by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request,
                f"{counted(moved, 'tilmelding', 'tilmeldinger')} er flyttet. De, der har givet en e-mail, får en mail.",
            )
            return redirect(address(event))
    return TemplateResponse(request, "admin/events/event/form.html", context)


def cancel(request: HttpRequest, event: Event, context: dict) -> HttpResponse:
    """Cancels the event, or holds it after all, and tells everybody: what the form says, whatever the event is by now."""
    needs_change(context)
    needs_event(request)
    step = request.POST.get("step") or (HOLD if event.cancelled_at else CANCEL)
    form = CancelEventForm(request.POST or None) if step == CANCEL else None
    active = event.registrations.active().exclude(email="").count()
    title = "Aflys arrangementet" if step == CANCEL else "Hold arrangementet alligevel"
    parties = counted(active, "tilmelding", "tilmeldinger")
    # Whoever has not heard that it is cancelled, hears nothing.
    who = parties if step == CANCEL else f"De af {parties}, der har fået besked om aflysningen,"
    told = f"{who} får en mail, fem minutter efter at du har trykket."
    context |= {"title": title, "form": form, "button": title, "note": told, "step": step}
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            if form is None:
                told = restore_event(event, by=request.user)
            else:
                told = cancel_event(event, by=request.user, message=form.cleaned_data["message"])
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            parties = counted(told, "tilmelding", "tilmeldinger")
            written = f"{parties} får en mail om fem minutter" if told else "Ingen får en mail"
            messages.success(request, f"Det er gjort. {written}.")
        return redirect(address(event))
    return TemplateResponse(request, "admin/events/event/form.html", context)


def needs_event(request: HttpRequest) -> None:
    """Raises PermissionDenied for whoever may change registrations, but not the event."""
    if not request.user.has_perm("events.change_event"):
        raise PermissionDenied


def invitation(request: HttpRequest, event: Event, context: dict) -> HttpResponse:
    """The link for those invited, and a new one in its place."""
    needs_change(context)
    if request.method == "POST":
        needs_event(request)
        event.invitation_version += 1
        # A form that is sent at this moment reads the event anew by it, and does not take the old link.
        event.save(update_fields=["invitation_version", "updated_at"])
        messages.success(request, "Der er et nyt link. Det gamle virker ikke mere.")
        return redirect(address(event, "invitation"))
    invitation = f"{settings.SITE_URL}{link('events:sign-up', event.slug)}?{urlencode({'invitation': event.invitation})}"
    context |= {"title": "Link til dem, der er inviteret", "link": invitation, "button": "Lav et nyt link"}
    return TemplateResponse(request, "admin/events/event/form.html", context)
