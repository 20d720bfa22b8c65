"""What every response carries, whoever made it: a page, a redirect, an error, a file."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

# What no page of ours uses, so that no script that came in by mistake could (W3C, »Permissions Policy«).
UNUSED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
    "fullscreen", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi",
    "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
POLICY = ", ".join(f"{name}=()" for name in UNUSED)


class GuardedResponseMiddleware:
    """Adds the headers that a response lacks. It stands first, as what the others refuse comes out without theirs.

    Django's SecurityMiddleware gives the same to what it lets through; a host that it refuses gets them here alone.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.headers(request).items():
            response.headers.setdefault(name, value)
        return response

    def headers(self, request: HttpRequest) -> dict[str, str]:
        headers = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
            "Permissions-Policy": POLICY,
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            headers["Strict-Transport-Security"] = hsts()
        return headers


def hsts() -> str:
    """How long browsers are to use https only (RFC 6797)."""
    parts = [f"max-age={settings.SECURE_HSTS_SECONDS}"]
    if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS:
        parts.append("includeSubDomains")
    if settings.SECURE_HSTS_PRELOAD:
        parts.append("preload")
    return "; ".join(parts)


def undisclosed(response: HttpResponse) -> HttpResponse:
    """`response`, whose address is a secret: no page is told of it, our own next one included, and nobody keeps it, neither a browser
    nor a search engine."""
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
