"""Whose badges are printed, and what stands on them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, product
from string import ascii_uppercase

from erhvervspanel.foundation import danish, notation
from events.models import Registration, Session


@dataclass(frozen=True)
class Badge:
    """What stands on one badge.

    Attributes:
        marks: the sessions that the person has a seat in: »A 14.00   C 15.30«, with the day where there are several.
        place: what the badges are sorted by.
    """

    name: str
    organisation: str
    marks: str
    place: str


def marked(sessions: Iterable[Session]) -> dict[str, Session]:
    """Each session by the letter that stands for it on badges and lists: A, B, … Z, AA, AB …"""
    letters = chain(ascii_uppercase, map("".join, product(ascii_uppercase, repeat=2)))
    return dict(zip(letters, sessions, strict=False))


def badges_of(registrations: Iterable[Registration], sessions: Iterable[Session]) -> list[Badge]:
    """A badge for each place of `registrations`, in the order of the Danish alphabet.

    Args:
        registrations: with `companions` and `choices` fetched.
        sessions: the event's cafés and workshops, in the order of their letters.
    """
    marks = {
        session.pk: f"{letter} {notation.start(session.starts_at, session.event)}"
        for letter, session in marked(sessions).items()
    }
    badges = chain.from_iterable(party(registration, marks) for registration in registrations)
    return sorted(badges, key=lambda badge: badge.place)


def party(registration: Registration, marks: dict[int, str]) -> Iterator[Badge]:
    """The badges of one party. Those whose names nobody gave stand right after the one who registered."""
    has = {choice.session_id for choice in registration.choices.all() if choice.queued_at is None}
    shared = {
        "organisation": registration.organisation,
        "marks": "   ".join(mark for key, mark in marks.items() if key in has),
    }
    place = danish.sort_key(registration.name)
    yield Badge(registration.name, place=place, **shared)
    named = [companion.name for companion in registration.companions.all()]
    for name in named:
        yield Badge(name, place=danish.sort_key(name), **shared)
    for _ in range(registration.places - 1 - len(named)):
        yield Badge(f"Gæst hos {registration.name}", place=place, **shared)
