"""What those who are registered know of an event: whether it is held, when and where, and the same of what they have chosen in it.

News of an event is where that differs from what they were told before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar

from events.models import Event, Session, SessionChoice

LENGTH = 12  # of a digest: two of them differ, or the facts are the same


@dataclass(frozen=True)
class Facts:
    """What somebody is told of an event, so short that it fits the key of a mail."""

    WRITTEN: ClassVar[str] = (
        rf"(held|cancelled)-[0-9a-f]{{{LENGTH}}}-[0-9a-f]{{{LENGTH}}}"  # how `str` makes a text of it
    )

    is_held: bool
    event: str
    chosen: str

    @classmethod
    def of(cls, event: Event, sessions: Iterable[Session] = ()) -> "Facts":
        """Of `event` to somebody who has chosen `sessions`."""
        chosen = sorted((one.pk, *moments(one), one.room) for one in sessions)
        return cls(event.cancelled_at is None, digest(*moments(event), event.venue_id), digest(*chosen))

    @classmethod
    def read(cls, text: str) -> "Facts":
        """What `str` made a text of."""
        held, event, chosen = text.split("-")
        return cls(held == "held", event, chosen)

    def __str__(self) -> str:
        return f"{'held' if self.is_held else 'cancelled'}-{self.event}-{self.chosen}"

    def news(self, now: "Facts") -> str:
        """The kind of mail that tells what is so `now` to somebody who was told this; none where it is the same to them."""
        if not now.is_held:
            return "event_cancelled" if self.is_held else ""
        if not self.is_held:
            return "event_restored"
        if self.event != now.event:
            return "moved"
        return "sessions_moved" if self.chosen != now.chosen else ""


@dataclass(frozen=True)
class Programme:
    """An event and its sessions, by their keys, as they stood at a moment."""

    event: Event
    sessions: dict[int, Session]

    @classmethod
    def of(cls, event: Event) -> "Programme":
        """With the sessions as the database has them now."""
        return cls(event, {session.pk: session for session in event.sessions.all()})

    def told(self, choices: Iterable[SessionChoice]) -> Facts:
        """What somebody with `choices` was told at that moment. A session that was not there yet is as it is now."""
        chosen = (self.sessions.get(choice.session_id, choice.session) for choice in choices)
        return Facts.of(self.event, chosen)

    def differs_from(self, before: "Programme") -> bool:
        """Whether anybody may have news of it."""
        now = Facts.of(self.event)
        return Facts.of(before.event) != now or bool(self.moved_since(before))

    def moved_since(self, before: "Programme") -> list[Session]:
        """The sessions that have got another time or room since `before`."""
        pairs = ((before.sessions.get(key), session) for key, session in self.sessions.items())
        return [now for was, now in pairs if was and (*moments(was), was.room) != (*moments(now), now.room)]


def moments(what: Event | Session) -> tuple[float, float]:
    return what.starts_at.timestamp(), what.ends_at.timestamp()


def digest(*facts) -> str:
    return sha256(repr(facts).encode()).hexdigest()[:LENGTH]
