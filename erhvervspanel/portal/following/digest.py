"""The mail to those who follow something: once a day, and only where something happened."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.text import capfirst

from erhvervspanel.foundation.due_jobs import daily_at
from erhvervspanel.foundation.models import DueRun
from erhvervspanel.foundation.outbox import post
from erhvervspanel.portal.following.whats_new import Concerned, Line, Window, whats_new
from erhvervspanel.portal.models import Follow, Follower
from erhvervspanel.portal.models.follower import FOLLOWED

JOB = "tell-followers"  # in due_jobs.JOBS, at HOUR
HOUR = 7
# What is written just now may be committed after this looks; it is told of the next day.
SETTLED = timedelta(minutes=5)


class Part(NamedTuple):
    """What happened to one thing that is followed."""

    follow: Follow
    lines: list[Line]

    @property
    def heading(self) -> str:
        return capfirst(self.follow.called)


@transaction.atomic
def tell_followers() -> int:
    """Posts one mail to each who follows what something happened to since the last day that this was done. Returns how many."""
    window = current_window()
    happened = whats_new(window)
    mails = 0
    for follower, follows in groupby(follows_of(happened), key=lambda follow: follow.follower):
        if parts := list(parts_of(follows, happened)):
            send(follower, parts, window)
            mails += 1
    return mails


def current_window() -> Window:
    """From the last time that this was due and done; a day where nobody remembers one."""
    due = daily_at(HOUR)(timezone.now())
    last = DueRun.objects.filter(job=JOB, due_at__lt=due).aggregate(last=Max("due_at"))["last"]
    return Window((last or due - timedelta(days=1)) - SETTLED, due - SETTLED)


def follows_of(happened: dict[Concerned, list[Line]]):
    """The confirmed ones of what something happened to, and the public may see now: follower by follower."""
    follows = Follow.objects.public().confirmed().order_by("follower", "pk")
    concerned = Q(pk=None)
    for name in FOLLOWED:
        concerned |= Q(**{f"{name}__in": [key for of, key in happened if of == name]})
    return follows.filter(concerned)


def parts_of(follows, happened: dict[Concerned, list[Line]]) -> Iterator[Part]:
    """What to tell of each of `follows`, the nearest thing first. What is told of one is not told again of the theme around it."""
    told: set[Line] = set()
    for follow in sorted(follows, key=lambda follow: list(FOLLOWED).index(follow.of[0])):
        if lines := [line for line in happened[follow.of] if line not in told]:
            told.update(lines)
            yield Part(follow, lines)


def send(follower: Follower, parts: list[Part], window: Window) -> None:
    url = f"{settings.SITE_URL}{follower.get_absolute_url()}"
    only = parts[0].follow.called if len(parts) == 1 else f"{len(parts)} ting, du følger"
    post(
        "portal/emails/digest",
        key=follower.mail_key(f"digest:{timezone.localdate(window.until)}"),
        to=follower.email,
        subject=f"Nyt om {only}",
        context={"parts": parts, "url": url, "unsubscribe_url": url},
    )
