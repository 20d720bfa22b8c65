"""The roles of the staff: which rights each has, as groups in the database. `manage.py setup_roles` makes them so.

docs/roles.md says the same for those who hand them out; a test walks roles, actions and states.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

VERBS = ("view", "add", "change", "delete")


def may(verbs: str, *models: str) -> frozenset[str]:
    """The rights to do `verbs`, with spaces between, to `models` such as `ideas.idea`."""
    pairs = (model.split(".") for model in models)
    return frozenset(f"{app}.{verb}_{name}" for app, name in pairs for verb in verbs.split())


ALL_VERBS = " ".join(VERBS)
MEETINGS = ("panels.panelmeeting", "panels.attendance", "panels.material")
YEAR = ("panels.theme", "panels.focusarea", "panels.need", "panels.company", *MEETINGS)
CATALOGUE = (
    "ideas.idea",
    "ideas.overlap",
    "ideas.assembly",
    "ideas.recommendation",
    "ideas.feedback",
    "ideas.service",
)
COMMITTEE = ("panels.decision", "ideas.answer", "ideas.answertemplate")
INITIATIVES = tuple(
    f"initiatives.{name}" for name in ("initiative", "milestone", "indicator", "reading", "partner")
)
EVENTS = tuple(f"events.{name}" for name in ("event", "session", "material", "venue", "speaker", "proposal"))
# What the back office is about, without what is about persons.
CURATED = (*YEAR, *CATALOGUE, "ideas.succession", *COMMITTEE, *INITIATIVES, *EVENTS, "portal.news")
SEE = may("view", *CURATED)


@dataclass(frozen=True)
class Role:
    """A role.

    Attributes:
        name: of the group.
        does: what those who have it do, in Danish.
        rights: the permissions, as `app.codename`; None for all that the admin knows of.
    """

    name: str
    does: str
    rights: frozenset[str] | None


READER = Role("Læser", "Ser hele back office undtagen personoplysninger.", SEE)
CURATOR = Role(
    "Idekurator",
    "Kuraterer møder, virksomheder, behov, ideer, anbefalinger, tilbud og nyheder, behandler indmeldte behov og sætter "
    "ideer på dagsordenen.",
    SEE
    | may(ALL_VERBS, *YEAR, *CATALOGUE, "portal.news", "foundation.synonymgroup")
    | may("view change", "ideas.submission")
    | may("add", "ideas.answer", "panels.decision"),
)
SECRETARY = Role(
    "Udvalgssekretær",
    "Sætter ideer på dagsordenen, skriver notat og svar, offentliggør svarene og henter journalpakken.",
    SEE | may(ALL_VERBS, *COMMITTEE),
)
OWNER = Role(
    "Initiativejer",
    "Ændrer de initiativer, som man selv er ansvarlig for, med milepæle, indikatorer og målinger.",
    may("view", *YEAR, *CATALOGUE, "panels.decision", "ideas.answer", "initiatives.partner")
    | {"initiatives.change_own_initiative"},
)
EVENT_MANAGER = Role(
    "Arrangementsansvarlig",
    "Holder arrangementer: program, tilmeldinger, venteliste, beskeder, dør, navneskilte og udtræk.",
    SEE
    | may(ALL_VERBS, *EVENTS)
    | may("view add change", "events.registration")
    | may("view", "foundation.outgoingmail")
    | {"events.arrange_access", "events.export_registrations"},
)
ADMINISTRATOR = Role(
    "Administrator",
    "Må alt: også brugere, roller, mails, loggen over personoplysninger og at udlevere eller slette en persons oplysninger.",
    None,
)
ROLES = (READER, CURATOR, SECRETARY, OWNER, EVENT_MANAGER, ADMINISTRATOR)


@transaction.atomic
def setup_roles() -> list[str]:
    """Makes a group of each role with just its rights, and returns the names of those that were not so already.

    Other groups, and who is in any, are left alone.
    """
    changed = []
    for role in ROLES:
        group, made = Group.objects.get_or_create(name=role.name)
        wanted, has = set(permissions_of(role)), set(group.permissions.all())
        if made or wanted != has:
            group.permissions.set(wanted)
            changed.append(role.name)
    return changed


def permissions_of(role: Role) -> Iterable[Permission]:
    """The permissions of `role`. Raises LookupError where one of its rights is none."""
    if role.rights is None:
        return admin.site.rights()
    named = Q()
    for right in role.rights:
        app, codename = right.split(".")
        named |= Q(content_type__app_label=app, codename=codename)
    found = list(Permission.objects.filter(named))
    if len(found) != len(role.rights):
        raise LookupError(f"{role.name} has rights that do not exist.")
    return found
