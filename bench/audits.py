"""What must be true after a crowd has been: no seat too many, no mail lost or doubled, nobody ahead of the queue."""

from collections import Counter
from email import message_from_bytes
from itertools import pairwise

from django.db.models import Sum

from erhvervspanel.foundation.models import OutgoingMail
from events.actions import capacity_problems
from events.models import HOLDING, Event, RegistrationChange, RegistrationState

S = RegistrationState


def oversold(event: Event) -> int:
    """Seats that are taken beyond what there is, at the event and in its sessions, counted from the rows."""
    held = event.registrations.holding().aggregate(places=Sum("places"))["places"] or 0
    over = max(0, held - event.capacity)
    for session in event.sessions.exclude(capacity=None):
        chosen = session.choices.filter(queued_at=None, registration__state__in=HOLDING)
        places = chosen.aggregate(places=Sum("registration__places"))["places"] or 0
        over += max(0, places - session.capacity)
    return over


def wrong_counters() -> int:
    """What `check_capacity` finds."""
    return len(capacity_problems())


def lost_and_doubled(event: Event, taken: list[tuple[str, bytes]]) -> dict[str, int]:
    """Mails that the mail server did not take or took twice, by Message-ID and recipient, of those that the log of changes asks for:
    one for each change of a registration's state."""
    accepted = Counter((message_from_bytes(content)["Message-ID"].strip(), to) for to, content in taken)
    wanted = Counter(
        RegistrationChange.objects.filter(registration__event=event).values_list(
            "registration__email", flat=True
        )
    )
    emails = set(wanted)
    posted = set(OutgoingMail.objects.filter(to__in=emails).values_list("message_id", "to"))
    by_recipient = Counter()
    for (_, to), times in accepted.items():
        by_recipient[to] += times if to in emails else 0
    return {
        "wanted": wanted.total(),
        "accepted": sum(by_recipient[to] for to in emails),
        "lost": sum((wanted - by_recipient).values()) + len(posted - accepted.keys()),
        "doubled": sum((by_recipient - wanted).values()) + sum(times > 1 for times in accepted.values()),
    }


def out_of_order(event: Event) -> int:
    """How many got past somebody who waited, by going through the log of changes in the order it was written in.

    The log is written under the event's lock, so its order is the order in which things happened.
    """
    waiting: list[int] = []
    past = 0
    for change in RegistrationChange.objects.filter(registration__event=event).order_by("pk"):
        who = change.registration_id
        if change.after == S.WAITING:
            waiting.append(who)
        elif change.before == S.WAITING:
            past += change.after in HOLDING and waiting[0] != who
            waiting.remove(who)
        elif not change.before:
            past += bool(waiting)
    return past + unsorted(event)


def unsorted(event: Event) -> int:
    """Neighbours on the waiting list that were registered in the other order."""
    queue = list(event.registrations.queue().values_list("pk", "created_at"))
    return sum(later < earlier for earlier, later in pairwise(queue))
