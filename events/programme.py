"""An event's programme, as its page shows it: what all take part in, and when people choose."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst, get_text_list

from events.models import Session, SessionKind

SEVERAL = {SessionKind.CAFE: "netværkscaféer", SessionKind.WORKSHOP: "workshopper"}


@dataclass(frozen=True)
class Choice:
    """A time at which people choose among sessions. It stands in a programme as a session does."""

    starts_at: datetime
    ends_at: datetime
    sessions: list[Session]
    is_choice = True

    @property
    def title(self) -> str:
        """What is chosen among; the session itself where there is but one."""
        return self.sessions[0].title if len(self.sessions) == 1 else named(self.sessions)

    @property
    def is_example(self) -> bool:
        return any(session.is_example for session in self.sessions)


def programme_of(sessions: Iterable[Session]) -> list[Session | Choice]:
    """What goes on from first to last, given all the `sessions` of an event. Nothing where people only choose: their choices say it all."""
    common, choices = [], {}
    for session in sessions:
        if session.is_choice:
            choices.setdefault((session.starts_at, session.ends_at), []).append(session)
        else:
            common.append(session)
    if not common:
        return []
    chosen = [Choice(*hours, among) for hours, among in choices.items()]
    return sorted([*common, *chosen], key=lambda row: row.starts_at)


def named(choices: Iterable[Session]) -> str:
    """What sorts of sessions `choices` are of: »Netværkscaféer og workshopper«."""
    kinds = {session.kind for session in choices}
    return capfirst(get_text_list([name for kind, name in SEVERAL.items() if kind in kinds], "og"))
