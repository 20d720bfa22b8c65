"""What is said where a request cannot be served."""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string
from django.views import defaults

from erhvervspanel.foundation.monitoring.visits import CURRENT
from erhvervspanel.foundation.outages import busy, is_refusal

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be read; one that is too large is told so (RFC 9110, 15.5.14)."""
    if not isinstance(exception, TOO_LARGE):
        return defaults.bad_request(request, exception)
    response = defaults.bad_request(request, exception, template_name="413.html")
    response.status_code = 413
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """An error of ours, with the request's number, by which the log is searched; the page needs no database. Or a refusal of the
    database that was met before any view, as by the session of somebody who is logged in.
    """
    if is_refusal(sys.exc_info()[1]):
        return busy(request)
    visit = CURRENT.get()
    return HttpResponseServerError(render_to_string("500.html", {"request_id": visit and visit.request_id}))
