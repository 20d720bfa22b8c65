"""What is kept about those who register for events, and what staff write to them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.addresses import email_key
from erhvervspanel.foundation.persons import GoesAlong, Told
from erhvervspanel.foundation.references import is_reference
from events.actions import ERASED_AS, erase, purge_access_needs, purge_messages, purge_registrations
from events.models import AccessNeed, Message, Registration


class AccessNeeds(GoesAlong):
    """What people need in order to take part: told and erased with the registration, but deleted before it."""

    names = ("ønske om hjælp til at deltage", "ønsker om hjælp til at deltage")

    def overdue(self, by: timedelta) -> Iterable[str]:
        needs = AccessNeed.objects.overdue(timezone.now() - by).select_related("registration")
        return [f"{need.registration}: hjælp til at deltage" for need in needs]

    def purge(self, *, dry_run: bool = False) -> int:
        return purge_access_needs(dry_run=dry_run)


class Messages(GoesAlong):
    """What staff write to those who are registered. It may name anybody, so staff delete what tells of one person."""

    names = ("besked til tilmeldte", "beskeder til tilmeldte")

    def overdue(self, by: timedelta) -> Iterable[str]:
        messages = Message.objects.overdue(timezone.now() - by).select_related("event")
        return [f"Besked fra {notation.moment(each.at)} om {each.event.title}" for each in messages]

    def purge(self, *, dry_run: bool = False) -> int:
        return purge_messages(dry_run=dry_run)


class Registrations:
    """Registrations, with all that hangs on them."""

    thing = ERASED_AS
    names = ("tilmelding", "tilmeldinger")

    def told_of(self, who: str) -> list[Told]:
        return [Told(f"Tilmelding til {row.event.title}", fields_of(row)) for row in self.of(who)]

    def erase(self, who: str) -> int:
        erased = 0
        for registration in self.of(who):
            try:
                erase(registration)
                erased += 1
            except ValidationError:
                continue
        return erased

    def erase_again(self, erased: dict[str, datetime], *, dry_run: bool = False) -> int:
        back = Registration.objects.filter(reference__in=erased).exclude(name="").order_by("pk")
        if dry_run:
            return back.count()
        for registration in back:
            erase(registration, at=erased[registration.reference])
        return len(back)

    def overdue(self, by: timedelta) -> Iterable[str]:
        late = Registration.objects.overdue(timezone.now() - by).select_related("event")
        return [f"{registration} til {registration.event.title}" for registration in late]

    def purge(self, *, dry_run: bool = False) -> int:
        return purge_registrations(dry_run=dry_run)

    def of(self, who: str):
        named = {"reference": who} if is_reference(who) else {"email_key": email_key(who)}
        rows = Registration.objects.filter(**named).select_related("event")
        return rows.prefetch_related("companions", "access_needs", "choices__session", "changes").order_by(
            "pk"
        )


def fields_of(registration: Registration) -> dict[str, str]:
    """Every field that says something of the person, by the name that the person would know it by, and what has happened."""
    changes = [
        f"{notation.moment(change.at)}: {change.get_after_display()} {change.reason}".strip()
        for change in registration.changes.all()
    ]
    return facts_of(registration) | {"Hvad der er sket": "; ".join(changes)}


def facts_of(registration: Registration) -> dict[str, str]:
    """`fields_of`, without what has happened."""
    choices = [
        choice.session.with_hours(registration.event)
        + (f" (på venteliste fra {notation.moment(choice.queued_at)})" if choice.queued_at else "")
        for choice in registration.choices.all()
    ]
    needs = [need.get_service_display() for need in registration.access_needs.all()]
    present = registration.places_present
    moments = {
        "Tilmeldt": registration.created_at,
        "På venteliste fra": registration.queued_at,
        "Pladsen holdes til": registration.held_until,
        "Mindet om at bekræfte": registration.reminded_at,
        "Fik at vide, at ventelisten er lukket": registration.closing_told_at,
    }
    fields = {
        "Nummer": registration.reference,
        "Navn": registration.name,
        "E-mail": registration.email,
        "Virksomhed eller forening": registration.organisation,
        "Pladser": str(registration.places),
        "Medfølgende": ", ".join(companion.name for companion in registration.companions.all()),
        "Programpunkter": ", ".join(choices),
        "Hjælp til at deltage": ", ".join(needs),
        "Status": registration.get_state_display(),
        **{name: notation.moment(at) for name, at in moments.items() if at},
        "Mødt op": "" if present is None else f"{present} af {registration.places}",
        "Begrundelse for plads ud over loftet": registration.override_reason,
        "Privatlivsmeddelelse": registration.notice_version
        or "ikke vist, da en medarbejder skrev tilmeldingen",
        "Bliver slettet efter": notation.day(registration.kept_until_day()),
    }
    return {name: value for name, value in fields.items() if value}
