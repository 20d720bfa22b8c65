"""The mails about registrations. Each is written once for a registration, a kind and a version of it."""

from django.conf import settings

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.outbox import post
from events.models import Registration, RegistrationState

S = RegistrationState


def received(registration: Registration) -> None:
    """What the person has to do now, or that they are on the list."""
    if registration.state == S.PENDING:
        send("confirm", registration, "Bekræft din tilmelding")
    elif registration.state == S.WAITING:
        send("waiting", registration, "Du er på venteliste")
    else:
        confirmed(registration)


def confirmed(registration: Registration) -> None:
    send("confirmed", registration, "Du er tilmeldt")


def promoted(registration: Registration) -> None:
    send("promoted", registration, "Du har fået en plads")


def offered(registration: Registration) -> None:
    send("offer", registration, "Vi kan tilbyde dig en plads")


def cancelled(registration: Registration) -> None:
    send("cancelled", registration, "Du er meldt fra")


def lapsed(registration: Registration) -> None:
    send("lapsed", registration, "Pladsen er gået videre")


def link_again(registration: Registration) -> None:
    """The link once more, for somebody who signed up again or had lost it: at most once a quarter of an hour."""
    send("link", registration, "Din tilmelding", version=notation.quarter_of_an_hour())


def send(kind: str, registration: Registration, subject: str, *, version: str = "") -> None:
    event = registration.event
    changes = registration.changes.count()
    post(
        f"events/emails/{kind}",
        key=f"registration:{registration.pk}:{kind}:{version or changes}",
        to=registration.email,
        subject=f"{subject}: {event.title}",
        context={
            "registration": registration,
            "event": event,
            "sessions": [choice.session for choice in registration.choices.select_related("session")],
            "link": f"{settings.SITE_URL}{registration.get_absolute_url()}",
        },
    )
