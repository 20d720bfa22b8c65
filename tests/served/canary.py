"""Pages beside the portal's own: one that prepares a walk through it, and some that fail with a person's data in hand.

The data is that of a person who is nowhere else, so that it can be looked for afterwards.
"""

import json
import logging

from django.contrib.auth import login
from django.core import signing
from django.db import connection
from django.http import HttpResponse
from django.urls import include, path
from django.utils import timezone

from erhvervspanel.foundation.guarded_forms import TOKEN_SALT
from erhvervspanel.foundation.models import OutgoingMail, User
from tests.events.test_registering import come, open_event
from tests.factories import UserFactory

logger = logging.getLogger(__name__)

NAME = "Kanariefuglen Østersøgaard"
EMAIL = "kanarie.fugl@østersøgaard.example"
CPR = "241290-4321"
SAID = f"{NAME} <{EMAIL}>, {CPR}"


def prepare(request):
    """Makes an event that is open, another with a registration of the person, and a log-in of staff. Tells where they are."""
    registration = come(open_event(), email=EMAIL, name=NAME)
    login(request, UserFactory(superuser=True, first_name=NAME, email=EMAIL))
    a_minute_ago = int(timezone.now().timestamp() - 60) * 1000
    event = open_event(confirms_email=True)
    told = {
        "event": event.get_absolute_url(),
        "token": registration.token,
        "form_token": signing.dumps(
            ["formularens-nummer", a_minute_ago], salt=f"{TOKEN_SALT}:sign-up {event.pk}"
        ),
    }
    return HttpResponse(json.dumps(told), content_type="application/json")


def fail(request, token):
    """Fails with all of it in words, local variables, and the exception before."""
    who = SAID
    try:
        int(who)
    except ValueError as error:
        raise LookupError(f"{who} {token} {request.GET}") from error


def fail_in_words(request, token):
    """Logs what no code should."""
    logger.error("%s kan ikke findes: %s", EMAIL, token, extra={"navn": NAME, "cpr": CPR})
    return HttpResponse("ok")


def take_twice(request):
    """A value that is taken: PostgreSQL says which."""
    User.objects.create(username=EMAIL)
    User.objects.create(username=EMAIL)


def break_rule(request):
    """A row that breaks a constraint: PostgreSQL repeats the whole of it."""
    OutgoingMail.objects.create(
        key=EMAIL, kind="x", to=EMAIL, subject=NAME, text=SAID, message_id="x", state="sent"
    )


def misread(request):
    """A value of the wrong kind: PostgreSQL repeats it and the statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::int, pg_sleep(0)", [SAID])


def dawdle(request):
    """A slow statement with a value."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.05), %s", [SAID])
    return HttpResponse("ok")


urlpatterns = [
    path("proeve/forbered/", prepare),
    path("proeve/fejl/<str:token>/", fail, name="failure"),
    path("proeve/ord/<str:token>/", fail_in_words, name="words"),
    path("proeve/optaget/", take_twice, name="taken"),
    path("proeve/regel/", break_rule, name="rule"),
    path("proeve/misforstaaet/", misread, name="misread"),
    path("proeve/langsom/", dawdle, name="slow"),
    path("", include("erhvervspanel.urls")),
]
handler500 = "erhvervspanel.portal.views.server_error"
