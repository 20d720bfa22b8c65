"""Errors, sent by Sentry's protocol to a service that somebody watches: which error, where in the code, and nothing of whom.

An event is made anew of the parts that are named here, so that what the library may come to collect is not sent either.
"""

import logging

import sentry_sdk
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.logging import LoggingIntegration

from erhvervspanel.foundation.monitoring.masking import masked_text
from erhvervspanel.foundation.monitoring.tracebacks import LEFT_OUT, chain, told
from erhvervspanel.foundation.monitoring.visits import CURRENT

KEPT = ("event_id", "timestamp", "level", "platform", "environment", "logger")
KEPT_OF_FRAME = (
    "filename",
    "abs_path",
    "module",
    "function",
    "lineno",
    "pre_context",
    "context_line",
    "post_context",
    "in_app",
)


def start(dsn: str, *, environment: str) -> None:
    """Sends what is logged as an error to `dsn` from now on, in the background."""
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            LoggingIntegration(level=None, event_level=logging.ERROR, sentry_logs_level=None),
            # A command that fails is told of before its process ends, and says nothing of that itself.
            AtexitIntegration(callback=lambda pending, timeout: None),
        ],
        before_send=without_persons,
        include_local_variables=False,
        send_default_pii=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        server_name="",
    )


def without_persons(event: dict, hint: dict) -> dict | None:
    """What is sent of `event`: KEPT, the exceptions as `told` tells them, the number of the request and its route.

    None, which sends nothing, for odd requests: anybody can make them, thousands an hour.
    """
    if event.get("logger", "").startswith("django.security."):
        return None
    sent = {name: event[name] for name in KEPT if name in event}
    visit = CURRENT.get()
    if visit is not None:
        sent["tags"] = {"request_id": visit.request_id, "route": visit.route}
        sent["transaction"] = visit.route
    exc_info = hint.get("exc_info")
    if exc_info:
        words = {type(error).__name__: told(error) for error in chain(exc_info[1])}
        values = event.get("exception", {}).get("values", [])
        sent["exception"] = {"values": [without_words(each, words) for each in values]}
    else:
        sent["message"] = masked_text(event.get("logentry", {}).get("message", ""))
    return sent


def without_words(exception: dict, words: dict[str, str]) -> dict:
    frames = (exception.get("stacktrace") or {}).get("frames", [])
    return {
        "type": exception.get("type"),
        "module": exception.get("module"),
        "value": words.get(exception.get("type"), LEFT_OUT),
        "stacktrace": {
            "frames": [{name: frame[name] for name in KEPT_OF_FRAME if name in frame} for frame in frames]
        },
    }
