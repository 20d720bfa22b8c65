"""Parties as they sign up, and the registrations that they become."""

import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from erhvervspanel.foundation.addresses import email_key
from erhvervspanel.foundation.insertion import insert_with
from erhvervspanel.foundation.models import OutgoingMail, User
from erhvervspanel.foundation.references import reference_of
from erhvervspanel.foundation.secret_links import hash_of
from events import emails
from events.models import (
    AccessNeed,
    Companion,
    Event,
    Registration,
    RegistrationChange,
    RegistrationState,
    Session,
    SessionChoice,
)

S = RegistrationState
HOLD = timedelta(hours=24)  # for the e-mail to be confirmed; shorter when the event is near


@dataclass(frozen=True)
class Party:
    """Who wants to come, and how.

    Attributes:
        places: how many they are, the one who signs up included.
        sessions: the cafés and workshops that all of them choose.
        notice_version: the privacy notice that was shown; none to those whom staff write up.
        companions: the names of the others, where the event asks for them.
        access: services that they need in order to take part.
        waits_for_sessions: whether they queue for the sessions that are full, and come to the event all the same.
        invitation: the secret of the link that they came by, where the event is for those invited.
    """

    name: str
    email: str
    places: int
    notice_version: str = ""
    organisation: str = ""
    sessions: tuple[Session, ...] = ()
    companions: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    waits_for_sessions: bool = False
    invitation: str = ""


@dataclass(frozen=True)
class Draft:
    """A registration with its choices and its mail, none of them written. Made before the event is locked, as texts take time.

    Attributes:
        event: as it was when this was made.
        full: the sessions that the party waits for, of those that it chose.
        mail: None for a party without an address.
    """

    event: Event
    registration: Registration
    full: frozenset[Session]
    choices: list[SessionChoice]
    mail: OutgoingMail | None

    @property
    def seated(self) -> list[Session]:
        """Those of the sessions in which the party gets its seats."""
        return [choice.session for choice in self.choices if choice.queued_at is None]

    def holds(self, event: Event, state: RegistrationState, full: frozenset[Session]) -> bool:
        """Whether this is what is to be written, of `event` as it is now."""
        same_event = self.event.updated_at == event.updated_at
        return same_event and (self.registration.state, self.full) == (state, full)


def drafted(
    event: Event,
    party: Party,
    state: RegistrationState,
    *,
    form_token: str,
    full: frozenset[Session] = frozenset(),
    override_reason: str = "",
) -> Draft:
    """The registration of `party` in `state`."""
    now = timezone.now()
    reference = reference_of(form_token)
    registration = Registration(
        event=event,
        reference=reference,
        name=normal(party.name),
        email=party.email.strip(),
        email_key=email_key(party.email) if party.email else f"uden-mail-{reference}",
        organisation=normal(party.organisation),
        organisation_key=organisation_key(party.organisation),
        places=party.places,
        state=state,
        form_token=form_token,
        notice_version=party.notice_version,
        held_until=event.answer_by(HOLD) if state == S.PENDING else None,
        override_reason=override_reason,
    )
    registration.token_hash = hash_of(registration.token)
    waited_for = frozenset(party.sessions) if state == S.WAITING else full
    choices = [
        SessionChoice(
            registration=registration, session=session, queued_at=now if session in waited_for else None
        )
        for session in party.sessions
    ]
    return Draft(event, registration, full, choices, emails.first(registration, choices))


def written(
    draft: Draft, event: Event, party: Party, *, by: User | None = None, reason: str = ""
) -> Registration:
    """Writes a draft, for a caller that holds `event`. The turn in a queue goes by this moment; `reason` is for the log."""
    registration, now = draft.registration, timezone.now()
    registration.event, registration.created_at = event, now
    registration.queued_at = now if registration.state == S.WAITING else None
    for choice in draft.choices:
        choice.queued_at = choice.queued_at and now
    change = RegistrationChange(registration=registration, after=registration.state, by=by, reason=reason)
    mails = [draft.mail] if draft.mail else []
    insert_with(registration, *draft.choices, *details(registration, party), change, *mails)
    return registration


def details(registration: Registration, party: Party) -> list[Companion | AccessNeed]:
    """The names of the others and the services they need, where there are any."""
    return [
        *(Companion(registration=registration, name=normal(name)) for name in party.companions),
        *(AccessNeed(registration=registration, service=service) for service in party.access),
    ]


def is_of(registration: Registration, party: Party) -> bool:
    """Whether `registration` is of `party`: by its address, or by its name where it gives none."""
    if party.email:
        return registration.email_key == email_key(party.email)
    return not registration.email and registration.name == normal(party.name)


def organisation_key(name: str) -> str:
    """What tells companies apart as people write them: without case, punctuation and the form of company."""
    words = "".join(letter if letter.isalnum() else " " for letter in normal(name).casefold()).split()
    joined = " ".join(words)
    for form in (" a s", " aps", " i s", " ivs", " p s", " amba", " fmba"):
        joined = joined.removesuffix(form)
    return joined[:160]


def normal(text: str) -> str:
    """A name as it was typed, in one Unicode form and without idle spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())
