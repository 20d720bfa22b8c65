"""Mails that come by themselves: before a held seat lapses, and before the event."""

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least
from django.utils import timezone

from erhvervspanel.foundation.due_jobs import for_each
from events import emails
from events.actions.parties import HOLD
from events.actions.seats import lock
from events.models import Event, Registration, RegistrationState

S = RegistrationState
LEFT = 4  # the reminder comes when one in so many parts of the time to confirm is left


@transaction.atomic
def remind_unconfirmed() -> int:
    """Reminds those who have not confirmed their address that their seat soon goes on, once each. Returns how many."""
    now = timezone.now()
    # How long `answer_by` gave, whenever that was: what is left until the start after half of it is as long as that half.
    held_for = Least(HOLD, F("event__starts_at") - F("held_until"))
    late = list(
        Registration.objects.filter(
            state=S.PENDING,
            reminded_at=None,
            event__cancelled_at=None,
            held_until__gt=now,
            held_until__lt=now + held_for / LEFT,
        )
        .select_related("event__venue")
        .prefetch_related("choices__session")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("pk")
    )
    Registration.objects.filter(pk__in=[registration.pk for registration in late]).update(reminded_at=now)
    return emails.confirm_soon(late)


def remind_participants() -> int:
    """Reminds those who come of their events, as many days before as each event says. Returns how many.

    Whoever signs up on that day or later needs no reminder; an event that is moved is reminded of anew.
    """
    coming = Event.objects.filter(
        cancelled_at=None, reminder_days__isnull=False, starts_at__gt=timezone.now()
    )
    return for_each([event for event in coming.order_by("pk") if has_reminder_day(event)], remind_of)


def has_reminder_day(event: Event) -> bool:
    """Whether the day of the reminder has come, of an event that is held and reminds."""
    if event.cancelled_at or event.is_begun or event.reminder_days is None:
        return False
    return event.reminder_day <= timezone.localdate()


@transaction.atomic
def remind_of(event: Event) -> int:
    event = lock(event.pk)  # whoever is erased meanwhile is so before this, or has a mail that goes with them
    if not has_reminder_day(event):  # since it was looked up
        return 0
    coming = event.registrations.filter(state=S.CONFIRMED, created_at__date__lt=event.reminder_day)
    coming = coming.prefetch_related("choices__session").order_by("pk")
    told = emails.reminded(event)
    return emails.reminder(registration for registration in coming if registration.pk not in told)
