"""How an event's registration stands: the counts that staff see, and that the page after the event tells."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate

from events.models import ACTIVE, EXPECTED, HOLDING, Event, RegistrationState, Session, SessionChoice

S = RegistrationState


@dataclass(frozen=True)
class StateCount:
    """How many parties, and places of theirs, are in a state.

    Attributes:
        beyond: those of the places that staff gave beyond the capacity.
    """

    state: RegistrationState
    parties: int
    places: int
    beyond: int


def counts(event: Event) -> list[StateCount]:
    """Parties and places in each state that any registration of `event` is in, in the order of the states."""
    beyond = Coalesce(Sum("places", filter=~Q(override_reason="")), 0)
    of_state = event.registrations.order_by().values_list("state")
    found = {state: told for state, *told in of_state.annotate(Count("pk"), Sum("places"), beyond=beyond)}
    return [StateCount(state, *found[state]) for state in S if state in found]


def beyond(counts: list[StateCount]) -> int:
    """The places that were given beyond the capacity to those who come or came."""
    return sum(count.beyond for count in counts if count.state in HOLDING)


def sessions(event: Event) -> QuerySet:
    """The cafés and workshops, each with `waiting`: the places that are waited for by those who come."""
    waiting = Q(choices__queued_at__isnull=False, choices__registration__state__in=HOLDING)
    return event.sessions.offered().annotate(
        waiting=Coalesce(Sum("choices__registration__places", filter=waiting), 0)
    )


def clashing(sessions: Iterable[Session]) -> list[str]:
    """The numbers of the registrations that have chosen one of `sessions` and something else at the same time."""
    other = SessionChoice.objects.filter(
        registration=OuterRef("registration"),
        session__starts_at__lt=OuterRef("session__ends_at"),
        session__ends_at__gt=OuterRef("session__starts_at"),
    ).exclude(session=OuterRef("session"))
    chosen = SessionChoice.objects.filter(Exists(other), session__in=sessions, registration__state__in=ACTIVE)
    numbers = chosen.order_by("registration__created_at", "registration")
    return list(dict.fromkeys(numbers.values_list("registration__reference", flat=True)))


def growth(event: Event) -> list[tuple[date, int]]:
    """How many places had been asked for by the end of each day on which any was."""
    days = (
        event.registrations.order_by()
        .annotate(day=TruncDate("created_at"))
        .values_list("day")
        .annotate(Sum("places"))
        .order_by("day")
    )
    total, points = 0, []
    for day, places in days:
        total += places
        points.append((day, total))
    return points


@dataclass(frozen=True)
class Attendance:
    """Who came, in places.

    Attributes:
        absent_share: of those expected, those who did not come, in percent; None before anybody was expected.
    """

    present: int
    absent: int
    expected: int

    @property
    def awaited(self) -> int:
        """Those who may still come: they have neither come nor been noted as absent."""
        return self.expected - self.present - self.absent

    @property
    def absent_share(self) -> int | None:
        return round(100 * self.absent / self.expected) if self.expected else None


def attendance(event: Event) -> Attendance:
    """How many came to `event`. A party that came with fewer than it said counts as absent for the rest."""
    came = Q(state=S.ATTENDED)
    sums = event.registrations.aggregate(
        present=Coalesce(Sum("places_present", filter=came), 0),
        expected=Coalesce(Sum("places", filter=Q(state__in=EXPECTED)), 0),
        open=Coalesce(Sum("places", filter=Q(state=S.CONFIRMED)), 0),
    )
    absent = sums["expected"] - sums["present"] - sums["open"]
    return Attendance(present=sums["present"], absent=absent, expected=sums["expected"])
