"""The gate of the back office: a second factor, and sessions that end."""

import time
from datetime import UTC, datetime
from functools import wraps
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from erhvervspanel.foundation.accounts.log import note
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.models import LogInOutcome

BEGAN, SEEN = "staff_began", "staff_seen"  # seconds since 1970
KEPT_FORM = "kept_form"  # in the session: whose, its address, and what was typed
NOTED_EVERY = 60  # seconds: a session is not written at each request
# What can be reached without a second factor: the pages to set one up, and the way out.
LOG_OUT = "admin:logout"
PUBLIC_SIDE_OF_THE_GATE = (LOG_OUT, "admin:jsi18n")


class StaffGate:
    """Ends sessions that have lasted too long, and lets nobody into the back office without a second factor."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return None
        if has_ended(request):
            return end_session(request)
        if (
            request.method == "POST"
            and request.session.get(KEPT_FORM, {}).get("address") == request.get_full_path()
        ):
            del request.session[KEPT_FORM]  # which is being sent now
        if request.resolver_match.view_name == LOG_OUT and request.method == "POST":
            note(request, LogInOutcome.OUT, request.user)
        if settings.STAFF_SECOND_FACTOR and is_behind_the_gate(request) and not is_strong(request):
            return ask_for_second_factor(request)
        return None

    def process_exception(self, request, exception):
        """Leads a form to the question. allauth would too, but knows it again by its path alone, and would lose one that is sent to an
        address with parameters, which are kept with the form; and it would keep a password that stands in one."""
        if not (isinstance(exception, ReauthenticationRequired) and request.method == "POST"):
            return None
        ways = get_adapter().get_reauthentication_methods(request.user)
        if not ways:  # allauth leads to the log-in
            return None
        if holds_password(request):
            messages.info(request, "Udfyld formularen igen bagefter. En adgangskode bliver ikke gemt imens.")
        else:
            suspend_request(request, ways[0]["url"])
        return redirect(f"{ways[0]['url']}?{urlencode({REDIRECT_FIELD_NAME: request.path})}")


def has_ended(request: HttpRequest) -> bool:
    """Whether the session has lasted too long or lain idle; a moment is noted in it now and then."""
    now, session = time.time(), request.session
    began, seen = session.setdefault(BEGAN, now), session.setdefault(SEEN, now)
    if now - began > settings.SESSION_HOURS * 3600 or now - seen > settings.SESSION_IDLE_MINUTES * 60:
        return True
    if now - seen > NOTED_EVERY:
        session[SEEN] = now
    return False


def session_end(request: HttpRequest) -> datetime:
    """When the session ends, however much it is used."""
    began = request.session.get(BEGAN, time.time())
    return datetime.fromtimestamp(began + settings.SESSION_HOURS * 3600, UTC)


def end_session(request: HttpRequest) -> HttpResponse:
    """Logs somebody out, and leads to the log-in. What they were just saving waits for them there (WCAG 2.2, 2.2.1 and 2.2.5)."""
    note(request, LogInOutcome.ENDED, request.user)
    form = {"user": request.user.pk, "address": request.get_full_path(), "typed": typed(request)}
    logout(request)
    told = "Du har været logget ind længe eller har ikke brugt portalen et stykke tid. Log ind igen."
    onwards = onward(request)
    if form["typed"]:
        request.session[KEPT_FORM] = form
        told, onwards = f"{told} Det, du ville gemme, venter på dig.", link("kept-form")
    messages.info(request, told)
    return redirect(f"{link('account_login')}?{urlencode({REDIRECT_FIELD_NAME: onwards})}")


def typed(request: HttpRequest) -> str:
    """What a form that was sent holds, as it was sent; "" where there is none that may be kept, or that is whole without its files."""
    if request.method != "POST" or request.FILES or holds_password(request):
        return ""
    fields = request.POST.copy()
    fields.pop("csrfmiddlewaretoken", None)  # good for the session that ended
    return fields.urlencode()


def holds_password(request: HttpRequest) -> bool:
    return any("password" in name for name in request.POST)


def onward(request: HttpRequest) -> str:
    """Where to go on after logging in: the page itself, which a form is sent from."""
    return request.get_full_path() if request.method in ("GET", "HEAD") else request.path


def is_behind_the_gate(request: HttpRequest) -> bool:
    match = request.resolver_match
    return "admin" in match.app_names and match.view_name not in PUBLIC_SIDE_OF_THE_GATE


def is_strong(request: HttpRequest) -> bool:
    """Whether the session was begun with a second factor, at the municipality's own log-in, or has set the factor up itself."""
    records = get_authentication_records(request, request.user)
    if municipal_log_in(request) or any(record["method"] == "mfa" for record in records):
        return True
    own = Authenticator.objects.filter(user=request.user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return any(factor.created_at.timestamp() >= request.session[BEGAN] for factor in own)


def ask_for_second_factor(request: HttpRequest) -> HttpResponse:
    if Authenticator.objects.filter(user=request.user).exists():
        return redirect(f"{link('mfa_reauthenticate')}?{urlencode({REDIRECT_FIELD_NAME: onward(request)})}")
    messages.info(
        request, "Sæt totrinslogin op, før du går videre. Det gøres én gang og tager et par minutter."
    )
    return redirect("mfa_index")


def recently_confirmed(view):
    """For a view that is dangerous in the wrong hands: asks for password or code where none was given lately.

    A form that was sent meanwhile is kept, and carried out when the answer is right.
    """

    @wraps(view)
    def guarded(request, *args, **kwargs):
        confirm(request)
        return view(request, *args, **kwargs)

    return guarded


def confirm(request: HttpRequest) -> None:
    """Raises ReauthenticationRequired, which leads by way of the question, where nothing was asked for lately."""
    ways = get_adapter().get_reauthentication_methods(request.user)
    if ways and not was_asked_lately(request):
        raise ReauthenticationRequired


def was_asked_lately(request: HttpRequest) -> bool:
    """Whether somebody has answered the question within this session, and not long ago."""
    records = get_authentication_records(request, request.user)
    answered = [record["at"] for record in records if record.get("reauthenticated")]
    return bool(answered) and time.time() - answered[-1] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def municipal_log_in(request: HttpRequest) -> dict | None:
    """The log-in at the municipality that the session was begun with; None where it was begun here."""
    records = get_authentication_records(request, request.user)
    return next((record for record in records if record["method"] == "socialaccount"), None)
