"""When registration closes, nobody gets a seat from the waiting list any more: those who are still on it are told."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from erhvervspanel.foundation.due_jobs import for_each
from events import emails
from events.actions.seats import lock
from events.models import Event, Registration


def tell_of_closing() -> int:
    """Tells those who wait for an event whose registration has closed, once each. Returns how many.

    Where it is opened again, they wait again, and are told anew when it closes.
    """
    return for_each(Event.objects.closed_with_queue().order_by("pk"), tell_at)


@transaction.atomic
def tell_at(event: Event) -> int:
    event = lock(event.pk)  # whoever is erased meanwhile is so before this, or has a mail that goes with them
    if not event.is_closed or event.cancelled_at:  # since it was looked up
        return 0
    untold = Q(closing_told_at=None) | Q(closing_told_at__lt=event.closes_at)
    waiting = event.registrations.queue().filter(untold).exclude(email="")
    waiting = list(waiting.prefetch_related("choices__session"))
    told = Registration.objects.filter(pk__in=[registration.pk for registration in waiting])
    told.update(closing_told_at=timezone.now())
    return emails.queue_closed(waiting)
