"""Links that show a page before it is public, to whoever has them and for a while.

The page is the public one, made by its own view: while it is made, `visible` lets the one row through as well.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.apps import apps
from django.core import signing
from django.db import models
from django.utils import timezone

from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.publishing import PREVIEWED

LASTS = timedelta(days=14)
SALT = "foundation.preview"


class NoPreview(Exception):
    """The link has run out, was not made here, or leads to something that is deleted."""


def preview_url(thing: models.Model, until: datetime | None = None) -> str:
    """The path of a link that shows the page of `thing` until the moment `until`; until LASTS from now when left out."""
    until = until or ends_at()
    token = signing.dumps([thing._meta.label_lower, thing.pk, int(until.timestamp())], salt=SALT)
    return link("portal:preview", token)


def ends_at() -> datetime:
    """When a link that is made now runs out: at the end of a day, so that one can tell it to others."""
    day = timezone.localtime(timezone.now() + LASTS)
    return day.replace(hour=23, minute=59, second=59, microsecond=0)


def opened(token: str) -> tuple[models.Model, datetime]:
    """What the link shows, and until when. Raises NoPreview."""
    try:
        label, key, until = signing.loads(token, salt=SALT)
        thing = apps.get_model(label)._base_manager.filter(pk=key).first()
    except (signing.BadSignature, ValueError, LookupError):
        raise NoPreview from None
    until = datetime.fromtimestamp(until, tz=timezone.get_current_timezone())
    if thing is None or until < timezone.now():
        raise NoPreview
    return thing, until


@contextmanager
def showing(thing: models.Model) -> Iterator[None]:
    """Within it, `thing` is seen as if it were public, and nothing else is."""
    token = PREVIEWED.set((type(thing), thing.pk))
    try:
        yield
    finally:
        PREVIEWED.reset(token)
