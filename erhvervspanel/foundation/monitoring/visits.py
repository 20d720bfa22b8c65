"""The request that is being answered, for those who write a line meanwhile."""

from contextvars import ContextVar
from dataclasses import dataclass

from django.http import HttpRequest

from erhvervspanel.foundation.monitoring.routes import route_of


@dataclass(slots=True)
class Visit:
    """One request on its way through the portal.

    Attributes:
        request_id: by which those who run the portal find its lines.
        queries: how many statements the database has been sent for it.
    """

    request_id: str
    request: HttpRequest
    queries: int = 0

    @property
    def route(self) -> str:
        return route_of(self.request)


CURRENT: ContextVar[Visit | None] = ContextVar("visit", default=None)
