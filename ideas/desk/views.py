"""The saved views of the list of ideas: the questions that staff ask of it most."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from erhvervspanel.foundation.models import User
from ideas.desk.lacks import BY_KEY
from ideas.desk.steps import CLOSING
from ideas.models import Idea, Status

# An open idea that nobody has touched for so long is told on the start page and in the view »Ligger stille«.
STALE_AFTER = timedelta(days=60)


@dataclass(frozen=True)
class View:
    """One view.

    Attributes:
        key: what it goes by in addresses.
        condition: which ideas are in it, for one of the staff. The rows have what `on_desk` annotates.
    """

    key: str
    title: str
    condition: Callable[[User], Q]


def unnamed_company() -> Q:
    through = Idea.companies.through
    return Q(Exists(through.objects.filter(idea=OuterRef("pk"), company__named_since=None)))


def stale() -> Q:
    return Q(updated_at__lt=timezone.now() - STALE_AFTER) & ~Q(status__in=CLOSING)


VIEWS = (
    View("mine", "Mine", lambda user: Q(assignee=user)),
    View("ingens", "Ikke tildelt", lambda user: Q(assignee=None) & ~Q(status__in=CLOSING)),
    View("uden-svar", "Uden svar", lambda user: Q(status=Status.AWAITING)),
    View("uden-begrundelse", "Uden begrundelse", lambda user: BY_KEY["begrundelse"].told()),
    View("uden-samtykke", "Virksomhed uden samtykke", lambda user: unnamed_company()),
    View("ligger-stille", "Ligger stille", lambda user: stale()),
    View("korrektur", "Mangler korrektur", lambda user: BY_KEY["korrektur"].told()),
)
