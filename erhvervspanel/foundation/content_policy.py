"""The Content-Security-Policy of every response (W3C, »Content Security Policy Level 3«)."""

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse


class ContentPolicyMiddleware:
    """Adds the policy of the settings. It is the same everywhere, so it is put together once.

    django-csp's own middleware does so for each response, for the sake of nonces, which takes longer than all other headers
    together. Django's pages for developers (DEBUG) need styles of their own and get none.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not (settings.DEBUG and response.status_code in (404, 500)):
            response.headers.setdefault(HEADER, self.policy)
        return response
