"""The site, and an address for each page that is shown where something goes wrong. What a visitor comes to by sending a form is fetched here."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.shortcuts import render
from django.urls import path
from django.views.csrf import csrf_failure

from erhvervspanel.urls import handler400, handler500
from erhvervspanel.urls import urlpatterns as site
from events.forms import RegistrationForm
from events.models import Event
from events.views.sign_up import STEPS

__all__ = ["handler400", "handler500", "urlpatterns"]


def raises(error: Exception) -> Callable:
    def view(request):
        raise error

    return view


def too_many_at_once(request):
    """The page of one who waited for an event's lock in vain."""
    event = Event.objects.get()
    form = RegistrationForm({"name": "Åse Øst"}, event=event)
    return render(
        request, "events/sign_up_busy.html", {"event": event, "form": form, "steps": STEPS}, status=503
    )


def error_at(error: str) -> str:
    """The address of one of ERRORS."""
    return f"/fejl/{list(ERRORS).index(error)}/"


# What is answered, and by what.
ERRORS = {
    "bad request": (400, raises(SuspiciousOperation())),
    "no access": (403, raises(PermissionDenied())),
    "form from elsewhere": (403, csrf_failure),
    "too large": (413, raises(RequestDataTooBig())),
    "our error": (500, raises(RuntimeError("Noget er gået galt."))),
    "database away": (503, raises(OperationalError("the database system is shutting down"))),
    "sign-up, too many at once": (503, too_many_at_once),
}
urlpatterns = [*site, *(path(error_at(error)[1:], view) for error, (_, view) in ERRORS.items())]
