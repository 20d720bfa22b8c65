"""What the staff's pages of an event have in common: their address, who may open them, and that lists are noted."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path

from erhvervspanel.foundation import audit
from erhvervspanel.foundation.guarded_forms import read_token
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.models import AuditAction
from events.actions import SpentForm
from events.models import Event


def page(model_admin, name: str, view, *, below: str = ""):
    """The address of a page, below that of the event.

    Args:
        view: called with the request, the event and the context that every page of the admin has. It is opened to those
            alone who may see registrations.
        below: what the address goes on with, and `view` is called with.
    """

    def guarded(request: HttpRequest, key: int, **more) -> HttpResponse:
        if not request.user.has_perm("events.view_registration"):
            raise PermissionDenied
        event = get_object_or_404(Event.objects.select_related("venue"), pk=key)
        context = model_admin.admin_site.each_context(request) | {
            "opts": model_admin.opts,
            "event": event,
            "may_change": request.user.has_perm("events.change_registration"),
        }
        return view(request, event, context, **more)

    opened = model_admin.admin_site.admin_view(guarded)
    return path(f"<int:key>/{name}/{below}", opened, name=f"events_event_{name}")


def address(event: Event, name: str = "tilmeldinger") -> str:
    return link(f"admin:events_event_{name}", event.pk)


def needs_change(context: dict) -> None:
    if not context["may_change"]:
        raise PermissionDenied


def number_of(token: str, purpose: str) -> str:
    """The number of the form that was sent with `token`. Raises SpentForm where that is too old, or was made for something else."""
    read = read_token(token, purpose)
    if read is None:
        raise SpentForm("Formularen er for gammel. Send den igen.")
    return read.number


def opened_list(request: HttpRequest, event: Event, what: str, *, rows: int, printed: bool = False) -> None:
    """Notes that somebody opened or printed a list with the names of those registered.

    Args:
        what: the list, in words that follow »Åbnede«: »dørlisten«.
        rows: how many registrations, badges or wishes it shows.
        printed: whether it leaves the portal, ready for the printer.
    """
    action, did = (AuditAction.PRINTED, "Udskrev") if printed else (AuditAction.SEEN, "Åbnede")
    audit.record(action, event, by=request.user, purpose=f"{did} {what}", rows=rows)


def touched(names: Iterable[str]) -> list[str]:
    """What the fields `names` of a form fill in, as a registration calls it."""
    links = {"sessions": "choices", "companion": "companions", "access": "access_needs", "wait": "state"}
    return list(dict.fromkeys(links.get(name.partition("_")[0], name) for name in names))
