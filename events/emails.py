"""The mails about registrations. Each is written once for a registration, a kind and a version of it."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import cache, partial

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.insertion import NamedAfter
from erhvervspanel.foundation.models import OutgoingMail
from erhvervspanel.foundation.outbox import composed, post_all, redirect, withdraw
from events.calendars import calendar_of
from events.facts import Facts, Programme
from events.models import Event, Message, Registration, RegistrationState, Session, SessionChoice

S = RegistrationState
# The mail that a registration begins with, by its state: kind, subject, and the method of its calendar file.
FIRST = {
    S.PENDING: ("confirm", "Bekræft din tilmelding", ""),
    S.WAITING: ("waiting", "Du er på venteliste", ""),
    S.CONFIRMED: ("confirmed", "Du er tilmeldt", "PUBLISH"),
}
# What is told of an event: kind, subject, and the method of the calendar file for those who come.
NEWS = {
    "moved": ("Ny tid eller nyt sted", "PUBLISH"),
    "sessions_moved": ("Nyt i dit program", ""),
    "event_cancelled": ("Aflyst", "CANCEL"),
    "event_restored": ("Arrangementet bliver holdt alligevel", "PUBLISH"),
}
MINUTE = "%Y%m%d%H%M"  # how a moment stands in a key
SLIP = timedelta(minutes=5)  # what staff do to an event can be mended for so long before the mails go


def received(registration: Registration, *, version: str = "") -> None:
    """What the person has to do now, or that they are on the list, or how to find what there is; once for each `version`."""
    if registration.event.cancelled_at:
        send("link", registration, "Din tilmelding", version=version)
    elif registration.state == S.OFFERED:
        offered(registration, version=version)
    elif registration.state in FIRST:
        kind, subject, calendar = FIRST[registration.state]
        stands(kind, registration, subject, version=version, calendar=calendar)
    else:
        send("link", registration, "Din tilmelding", version=version)


def at_new_address(registration: Registration, *, former: str) -> None:
    """What the person has to do now, to an address that was corrected. What is on its way to the old one goes there no more: it is
    taken back where it is about how the registration stands, and goes to the new one where it is not.

    Args:
        former: the link to the personal page that is worthless from now.
    """
    withdraw(registration.mails().exclude(kind__in=("message", "reminder", *NEWS)))
    redirect(registration.mails(), to=registration.email, former=former, link=registration.get_absolute_url())
    received(registration)


def first(registration: Registration, choices: list[SessionChoice]) -> OutgoingMail | None:
    """The mail that a registration begins with, to be written with it; None where there is no address to send it to."""
    if not registration.email:
        return None
    kind, subject, calendar = FIRST[registration.state]
    mail = draft(kind, registration, subject, choices, files=calendar_files(registration.event, calendar))
    mail.key = NamedAfter(f"registration:%s:{kind}:1")
    return mail


def confirm_soon(registrations: Iterable[Registration]) -> int:
    """Once for each time that a seat is held to. Returns how many."""
    return to_each(
        "confirm_soon",
        registrations,
        "Husk at bekræfte din tilmelding",
        lambda one: f"{one.held_until:{MINUTE}}",
    )


def confirmed(registration: Registration) -> None:
    stands("confirmed", registration, "Du er tilmeldt", calendar="PUBLISH")


def promoted(registration: Registration) -> None:
    stands("promoted", registration, "Du har fået en plads", calendar="PUBLISH")


def offered(registration: Registration, *, version: str = "") -> None:
    stands("offer", registration, "Vi kan tilbyde dig en plads", version=version)


def got_session(registration: Registration, session: Session) -> None:
    stands("got_session", registration, f"Du har fået plads i »{session.title}«", session=session)


def queue_closed(registrations: Iterable[Registration]) -> int:
    """Once for each time that registration closes at. Returns how many."""
    return to_each(
        "queue_closed",
        registrations,
        "Ventelisten er lukket",
        lambda one: f"{one.event_id}-{one.event.closes_at:{MINUTE}}",
    )


def changed(registration: Registration) -> None:
    stands("changed", registration, "Din tilmelding er ændret")


def cancelled(registration: Registration) -> None:
    stands("cancelled", registration, "Du er meldt fra", calendar="CANCEL")


def lapsed(registration: Registration) -> None:
    stands("lapsed", registration, "Fristen er gået")


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
        mail = draft("link", nobody, "Din tilmelding", [], version=secrets.token_urlsafe())
        post_all([mail])
        OutgoingMail.objects.filter(key=mail.key).delete()


def reminder(registrations: Iterable[Registration]) -> int:
    return to_each("reminder", registrations, "Husk arrangementet", lambda one: start_of(one.event))


def reminded(event: Event) -> set[int]:
    """The keys of the registrations that have been reminded of `event` as it stands now."""
    return written_to("reminder", start_of(event))


def start_of(event: Event) -> str:
    return f"{event.pk}-{event.starts_at:{MINUTE}}"


def message(registrations: Iterable[Registration], message: Message) -> int:
    """What staff write to all or some."""
    return to_each(
        "message", registrations, message.subject, lambda _one: str(message.pk), message=message.text
    )


# -- What happens to the event: only the last word is sent ---------------------------------------------------


def event_news(
    event: Event, registrations: Iterable[Registration], *, before: Programme, message: str = ""
) -> int:
    """Tells what is other than `before`, by mails that wait SLIP, and takes back what was to be told of it and has not gone. Whoever
    knows it as it is now is told nothing. Returns how many are told.

    Args:
        registrations: all to be told of `event`, each with its choices and their sessions fetched.
        message: what staff want to say about a cancellation.
    """
    told = withdrawn_news(OutgoingMail.objects.filter(kind__in=NEWS, key__contains=f":event:{event.pk}:"))
    files = cache(partial(calendar_files, event))

    def mails():
        for registration in registrations:
            registration.event = event
            choices = list(registration.choices.all())
            known = told.get(registration.pk) or before.told(choices)
            yield from news(registration, choices, known, message=message, files=files)

    return post_all(mails())


def renew_news(registration: Registration) -> None:
    """Writes the news that have not gone anew, as `registration` stands now, and takes them back where it is over."""
    event = registration.event
    if not registration.email or (event.cancelled_at and registration.is_active):
        return  # that it is cancelled stays true however they stand
    told = withdrawn_news(registration.mails().filter(kind__in=NEWS))
    if told and registration.is_active:
        files = partial(calendar_files, event)
        post_all(news(registration, choices_of(registration), told[registration.pk], files=files))


def withdrawn_news(mails: QuerySet) -> dict[int, Facts]:
    """Takes back those of `mails` that have not gone. Returns what was told before them, by the keys of the registrations.

    One that an earlier release wrote does not say what was told before it, and goes as it is.
    """
    known = {}
    for key in withdraw(mails.filter(key__regex=f":{Facts.WRITTEN}$")):
        _, registration, *_, told = key.split(":")
        known.setdefault(int(registration), Facts.read(told))
    return known


def news(
    registration: Registration,
    choices: list[SessionChoice],
    told: Facts,
    *,
    files: Callable[[str], list],
    message: str = "",
) -> list[OutgoingMail]:
    """The mail that tells what is other than `told`, if anything is. Its key holds that, for a later one that withdraws it."""
    event = registration.event
    kind = told.news(Facts.of(event, (choice.session for choice in choices)))
    if not kind and not message:
        return []
    kind = kind or "event_cancelled"
    subject, calendar = NEWS[kind]
    if calendar == "PUBLISH" and registration.state != S.CONFIRMED:
        calendar = ""
    mail = draft(kind, registration, subject, choices, files=files(calendar), message=message)
    mail.key = f"registration:{registration.pk}:event:{event.pk}:{kind}:{event.sequence}:{told}"
    mail.next_attempt_at = timezone.now() + SLIP
    return [mail]


# -- Writing and posting -------------------------------------------------------------------------------------


def stands(kind: str, registration: Registration, subject: str, **details) -> None:
    """As `send`, where how `registration` stands has changed: what is on its way about the event tells that too."""
    renew_news(registration)
    send(kind, registration, subject, **details)


def send(
    kind: str, registration: Registration, subject: str, *, version: str = "", calendar: str = "", **texts
) -> None:
    """Posts a mail to the one who registered; a registration without an address gets none.

    Args:
        version: tells this mail from others of its kind; what has happened to the registration where none is given.
        calendar: the method of a calendar file to attach.
        texts: what only this kind tells.
    """
    if not registration.email:
        return
    version = version or registration.version
    files = calendar_files(registration.event, calendar)
    choices = choices_of(registration)
    post_all([draft(kind, registration, subject, choices, version=version, files=files, **texts)])


def to_each(
    kind: str,
    registrations: Iterable[Registration],
    subject: str,
    version: Callable[[Registration], str],
    **texts,
) -> int:
    """As `send`, to many: each with its event, and its choices and their sessions, fetched. Returns how many have an address."""
    return post_all(
        draft(kind, one, subject, one.choices.all(), version=version(one), **texts)
        for one in registrations
        if one.email
    )


def written_to(kind: str, version: str) -> set[int]:
    """The keys of the registrations that have a mail of `kind` in that version."""
    mails = OutgoingMail.objects.filter(kind=kind, key__endswith=f":{kind}:{version}")
    return {int(key.split(":")[1]) for key in mails.values_list("key", flat=True)}


def choices_of(registration: Registration) -> list[SessionChoice]:
    return list(registration.choices.select_related("session"))


def draft(
    kind: str,
    registration: Registration,
    subject: str,
    choices: Iterable[SessionChoice],
    *,
    version: str = "",
    files: Sequence[dict[str, str]] = (),
    **texts,
) -> OutgoingMail:
    """A mail to the one who registered, not posted yet. As `send`, with all that it tells at hand."""
    event = registration.event
    mail = composed(
        f"events/emails/{kind}",
        to=registration.email,
        subject=f"{subject}: {event.title}",
        context={
            "registration": registration,
            "event": event,
            "choices": sorted(choices, key=lambda choice: (choice.session.starts_at, choice.session_id)),
            "link": f"{settings.SITE_URL}{registration.get_absolute_url()}",
            **texts,
        },
        attachments=files,
    )
    mail.key = f"registration:{registration.pk}:{kind}:{version}"
    return mail


def calendar_files(event: Event, method: str) -> list[dict[str, str]]:
    """The event as a calendar file without personal links, as calendars are shared; no file without a `method`."""
    if not method:
        return []
    content = calendar_of([event], name=event.title, method=method, made_at=timezone.now()).decode()
    return [{"name": "arrangement.ics", "content": content, "type": f"text/calendar; method={method}"}]
