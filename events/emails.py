"""The mails about registrations. Each is written once for a registration, a kind and a version of it."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.insertion import NamedAfter
from erhvervspanel.foundation.models import OutgoingMail
from erhvervspanel.foundation.outbox import composed, post, postpone, withdraw
from events.calendars import calendar_of
from events.models import Event, Message, Registration, RegistrationState, Session, SessionChoice

S = RegistrationState
# The mail that a registration begins with, by its state: kind, subject, and the method of its calendar file.
FIRST = {
    S.PENDING: ("confirm", "Bekræft din tilmelding", ""),
    S.WAITING: ("waiting", "Du er på venteliste", ""),
    S.CONFIRMED: ("confirmed", "Du er tilmeldt", "PUBLISH"),
}
SLIP = timedelta(minutes=5)  # what staff do to an event can be mended for so long before the mails go


def received(registration: Registration, *, version: str = "") -> None:
    """What the person has to do now, or that they are on the list, or how to find what there is; once for each `version`."""
    if registration.state == S.OFFERED:
        offered(registration)
    elif registration.state in FIRST:
        kind, subject, calendar = FIRST[registration.state]
        send(kind, registration, subject, version=version, calendar=calendar)
    else:
        send("link", registration, "Din tilmelding", version=version)


def first(registration: Registration, choices: list[SessionChoice]) -> OutgoingMail | None:
    """The mail that a registration begins with, to be written with it; None where there is no address to send it to."""
    if not registration.email:
        return None
    kind, subject, calendar = FIRST[registration.state]
    mail = composed(**parts(kind, registration, subject, choices, calendar))
    mail.key = NamedAfter(f"registration:%s:{kind}:1")
    return mail


def confirm_soon(registration: Registration) -> None:
    send("confirm_soon", registration, "Husk at bekræfte din tilmelding", version="once")


def confirmed(registration: Registration) -> None:
    send("confirmed", registration, "Du er tilmeldt", calendar="PUBLISH")


def promoted(registration: Registration) -> None:
    send("promoted", registration, "Du har fået en plads", calendar="PUBLISH")


def offered(registration: Registration) -> None:
    send("offer", registration, "Vi kan tilbyde dig en plads")


def got_session(registration: Registration, session: Session) -> None:
    send("got_session", registration, f"Du har fået plads i »{session.title}«", session=session)


def changed(registration: Registration) -> None:
    send("changed", registration, "Din tilmelding er ændret")


def cancelled(registration: Registration) -> None:
    send("cancelled", registration, "Du er meldt fra", calendar="CANCEL")


def lapsed(registration: Registration) -> None:
    send("lapsed", registration, "Fristen er gået")


def link_again(registration: Registration) -> None:
    """The link once more, for somebody who signed up again or had lost it: at most once a quarter of an hour."""
    send("link", registration, "Din tilmelding", version=notation.quarter_of_an_hour())


def link_to_nobody(address: str) -> None:
    """Does for an address that is not registered what `link_again` does for one that is, and leaves nothing: how long the answer
    takes is not to tell who is registered."""
    event = Event.objects.filter(ends_at__gte=timezone.now()).first()
    if event is None:
        return
    nobody = Registration(event=event, reference="", name="", email=address, state=S.CONFIRMED)
    with transaction.atomic():
        key = f"nobody:{secrets.token_urlsafe()}"
        post(key=key, **parts("link", nobody, "Din tilmelding", [], ""))
        withdraw(key)


def reminder(registration: Registration) -> None:
    send("reminder", registration, "Husk arrangementet", version=start_of(registration.event))


def reminded(event: Event) -> set[int]:
    """The keys of the registrations that have been reminded of `event` as it stands now."""
    keys = OutgoingMail.objects.filter(kind="reminder", key__endswith=f":reminder:{start_of(event)}")
    return {int(key.split(":")[1]) for key in keys.values_list("key", flat=True)}


def start_of(event: Event) -> str:
    return f"{event.pk}-{event.starts_at:%Y%m%d%H%M}"


def message(registration: Registration, message: Message) -> None:
    """What staff write to all or some."""
    send("message", registration, message.subject, version=str(message.pk), message=message.text)


# -- What happens to the event: only the last word is sent ---------------------------------------------------


def moved_to(registration: Registration) -> None:
    event_news("moved", registration, "Ny tid eller nyt sted")


def event_cancelled(registration: Registration, message: str) -> None:
    event_news("event_cancelled", registration, "Aflyst", calendar="CANCEL", message=message)


def event_restored(registration: Registration) -> None:
    event_news("event_restored", registration, "Arrangementet bliver holdt alligevel")


def event_news(kind: str, registration: Registration, subject: str, **details) -> None:
    group = f"registration:{registration.pk}:event:"
    withdraw(group)
    calendar = details.pop("calendar", "PUBLISH" if registration.state == S.CONFIRMED else "")
    sequence = registration.event.sequence
    send(f"event:{kind}", registration, subject, version=str(sequence), calendar=calendar, **details)
    postpone(group, SLIP)


def send(kind: str, registration: Registration, subject: str, *, version: str = "", **details) -> None:
    """Posts a mail to the one who registered; a registration without an address gets none.

    Args:
        version: tells this mail from others of its kind; what has happened to the registration where none is given.
        details: `calendar`, the method of a calendar file to attach; the rest is for the texts.
    """
    if not registration.email:
        return
    choices = list(registration.choices.select_related("session"))
    calendar = details.pop("calendar", "")
    key = f"registration:{registration.pk}:{kind}:{version or registration.changes.count()}"
    post(key=key, **parts(kind.rpartition(":")[2], registration, subject, choices, calendar, **details))


def parts(
    kind: str, registration: Registration, subject: str, choices: list[SessionChoice], calendar: str, **texts
) -> dict:
    """What a mail is made of, for `post` and `composed`."""
    event = registration.event
    return {
        "kind": f"events/emails/{kind}",
        "to": registration.email,
        "subject": f"{subject}: {event.title}",
        "context": {
            "registration": registration,
            "event": event,
            "choices": choices,
            "link": f"{settings.SITE_URL}{registration.get_absolute_url()}",
            **texts,
        },
        "attachments": [calendar_file(event, calendar)] if calendar else [],
    }


def calendar_file(event: Event, method: str) -> dict[str, str]:
    """The event as a calendar file without personal links, as calendars are shared."""
    return {
        "name": "arrangement.ics",
        "content": calendar_of([event], name=event.title, method=method).decode(),
        "type": f"text/calendar; method={method}",
    }
