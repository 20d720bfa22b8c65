"""The pages of the log-in that django-allauth has not: the question to those who came from the municipality's, and the form that a
session left behind when it ended."""

from allauth.account.internal.flows.reauthentication import resume_request
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache

from erhvervspanel.foundation.accounts.gate import KEPT_FORM, municipal_log_in, was_asked_lately


@login_required
def confirm_at_the_municipality(request: HttpRequest) -> HttpResponse:
    """Sends somebody to the municipality's log-in once more, and then on to what they were doing."""
    came = municipal_log_in(request)
    if came is None or was_asked_lately(request):
        return resume_request(request) or redirect("admin:index")
    if request.method == "POST":
        provider = get_adapter().get_provider(request, came["provider"])
        return provider.redirect(
            request,
            process=AuthProcess.REDIRECT,
            next_url=request.get_full_path(),
            auth_params={"prompt": "login"},  # there, too, a session may be open
        )
    return TemplateResponse(request, "account/reauthenticate_at_the_municipality.html")


@login_required
@never_cache
def kept_form(request: HttpRequest) -> HttpResponse:
    """What somebody was saving when their session ended, to be sent now. For whoever wrote it, and nobody else."""
    form = request.session.get(KEPT_FORM)
    if form is None or form["user"] != request.user.pk or request.method == "POST":
        request.session.pop(KEPT_FORM, None)
        return redirect("admin:index")
    context = {"address": form["address"], "typed": QueryDict(form["typed"])}
    return TemplateResponse(request, "account/kept_form.html", context)
