"""What needs somebody, on the admin's start page: each part for those who may do something about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, F, Max, Min, Model, Q
from django.utils import timezone
from django.utils.text import capfirst

from erhvervspanel.foundation.checks import retention_problem, review_problem
from erhvervspanel.foundation.desk.lists import MOST_COUNTED
from erhvervspanel.foundation.links import link
from erhvervspanel.foundation.models import AuditAction, AuditEntry, MailState, OutgoingMail, WorkerBeat
from erhvervspanel.foundation.monitoring.signs import LONGEST_SILENCE
from erhvervspanel.foundation.notation import counted, day, moment
from erhvervspanel.foundation.publishing import holds
from erhvervspanel.portal.chain_audit import broken_links
from events.actions import capacity_problems
from events.models import Event
from ideas.actions import outstanding
from ideas.desk import VIEWS, on_desk
from ideas.models import Answer, Idea, Service, Submission
from initiatives import permissions
from initiatives.models import OPEN, Initiative, Milestone
from panels.models import Decision

MOST_SHOWN = 10
AHEAD = timedelta(days=60)  # how far the deadlines reach


@dataclass(frozen=True)
class Line:
    text: str
    url: str = ""
    is_urgent: bool = False


@dataclass(frozen=True)
class Part:
    """One part of the page.

    Attributes:
        lines: what needs somebody.
        quiet: what stands there where nothing does; a part without it is left out then.
    """

    title: str
    lines: list[Line]
    quiet: str = ""


def parts_for(user: AbstractBaseUser) -> list[Part]:
    """The parts of the page that are for `user`, those that need somebody first."""
    parts = [make(user) for rights, make in PARTS if any(map(user.has_perm, rights))]
    shown = [part for part in parts if part.lines or part.quiet]
    return sorted(shown, key=lambda part: not part.lines)


def ideas_part(user) -> Part:
    """The saved views of the list of ideas, with how many each has; of very many ideas all views, without."""
    listed = link("admin:ideas_idea_changelist")
    if Idea.objects.count() > MOST_COUNTED:
        return Part("Ideer", [Line(view.title, f"{listed}?visning={view.key}") for view in VIEWS])
    columns = {f"is_{place}": holds(view.condition(user)) for place, view in enumerate(VIEWS)}
    counted = {name.replace("is_", "n"): Count("pk", filter=Q(**{name: True})) for name in columns}
    counts = on_desk(Idea.objects.order_by()).annotate(**columns).aggregate(**counted)
    lines = [
        Line(f"{view.title}: {count}", f"{listed}?visning={view.key}")
        for view, count in zip(VIEWS, counts.values(), strict=True)
        if count
    ]
    return Part("Ideer", lines, "Ingen ideer venter på nogen.")


def submissions_part(user) -> Part:
    count = Submission.objects.filter(state="new").count()
    url = f"{link('admin:ideas_submission_changelist')}?state__exact=new"
    return Part(
        "Indmeldte behov", [Line(f"{count} behov venter på svar", url, is_urgent=True)] if count else []
    )


def deadlines_part(user) -> Part:
    """What is overdue, or due within AHEAD, the first first; the one never hides the other."""
    today = timezone.localdate()
    due = sorted(deadlines(user), key=lambda due: due[:2])
    lines = [
        *deadline_lines([each for each in due if each[0] < today], "er overskredet", is_urgent=True),
        *deadline_lines([each for each in due if each[0] >= today], "ligger inden for to måneder"),
    ]
    return Part("Frister", lines, "Ingen frister de næste to måneder.")


def deadline_lines(
    due: list[tuple[date, str, Model]], what_they_are: str, *, is_urgent: bool = False
) -> list[Line]:
    """The first of `due`, and how many more there are."""
    lines = [
        Line(f"{capfirst(day(when))}: {what}", change(row), is_urgent) for when, what, row in due[:MOST_SHOWN]
    ]
    more = len(due) - len(lines)
    return [*lines, *([Line(f"Og {more} flere, som {what_they_are}.")] if more else [])]


def deadlines(user: AbstractBaseUser) -> Iterator[tuple[date, str, Model]]:
    """The day, what happens on it, and the row whose page it is about; of those that `user` may see."""
    today, now = timezone.localdate(), timezone.now()
    until = today + AHEAD
    for decision in Decision.objects.filter(publish_at=None, decided_on__lte=until):
        is_treated = decision.decided_on < today
        what = "har behandlet »{}«, som ikke er offentliggjort" if is_treated else "behandler »{}«"
        yield decision.decided_on, f"udvalget {what.format(decision.title)}", decision
    for decision in Decision.objects.filter(publish_at__range=(now, now + AHEAD)):
        yield timezone.localdate(decision.publish_at), f"»{decision.title}« bliver offentlig", decision
    milestones = Milestone.objects.filter(reached_on=None, due_on__lte=until, initiative__status__in=OPEN)
    if not sees(user, "initiatives", "initiative"):
        milestones = milestones.filter(initiative__owner=user)
    for milestone in milestones.exclude(initiative__publish_at=None).select_related("initiative"):
        yield milestone.due_on, f"»{milestone.title}« i {milestone.initiative.title}", milestone.initiative
    events = Event.objects.filter(cancelled_at=None, starts_at__range=(now, now + AHEAD))
    for event in events if sees(user, "events", "event") else ():
        yield timezone.localdate(event.starts_at), f"»{event.title}« holdes", event


def answers_part(user) -> Part:
    """The decisions whose answers are public and whose ideas have not followed: their embargo has ended."""
    behind = Answer.objects.behind().select_related("decision").order_by("decision__decided_on", "pk")
    outdated, missing = outstanding(behind)
    ideas = {each.idea_id for each in (*outdated, *missing)}
    decisions = {each.decision for each in behind if each.idea_id in ideas}
    lines = [
        Line(
            f"Svarene i »{decision.title}« er offentlige, men ideerne er ikke fulgt med endnu",
            link("admin:panels_decision_publish", decision.pk),
            is_urgent=True,
        )
        for decision in sorted(decisions, key=lambda decision: decision.decided_on)
    ]
    return Part("Sammenlægninger", lines)


def sees(user: AbstractBaseUser, app: str, model: str) -> bool:
    """Whether `user` may see every row of a model."""
    return user.has_perm(f"{app}.view_{model}") or user.has_perm(f"{app}.change_{model}")


def chain_part(user) -> Part:
    found = broken_links(at_most=MOST_SHOWN + 1)
    lines = [Line(str(each), each.admin_url) for each in found[:MOST_SHOWN]]
    if len(found) > MOST_SHOWN:
        lines.append(Line("Og flere steder. De kommer frem, når disse er rettet."))
    return Part("Kæden fra tema til virkning", lines, "Kæden er hel.")


def initiatives_part(user) -> Part:
    """Those that nobody has looked over for long; of who may change their own alone, theirs."""
    stale = Initiative.objects.exclude(publish_at=None).stale().order_by("reviewed_on", "pk")
    if not user.has_perm(permissions.ALL):
        stale = stale.filter(owner=user)
    lines = [
        Line(
            f"{each.title}, {f'opdateret {day(each.reviewed_on)}' if each.reviewed_on else 'aldrig set efter'}",
            change(each),
        )
        for each in stale
    ]
    return Part("Initiativer, som ingen har set efter længe", lines)


def services_part(user) -> Part:
    count = Service.objects.exclude(publish_at=None).unverified().count()
    url = f"{link('admin:ideas_service_changelist')}?arbejde=alle"
    return Part("Tilbud", [Line(f"{count} tilbud skal ses efter", url)] if count else [])


def seats_part(user) -> Part:
    """Of events that are not over; `check_capacity` and the figures look all over."""
    problems = capacity_problems(Event.objects.filter(ends_at__gte=timezone.now()))
    lines = [Line(problem, is_urgent=True) for problem in problems]
    return Part("Pladser", [*lines, *free_seats(user)], "Alle tællere stemmer.")


def free_seats(user: AbstractBaseUser) -> list[Line]:
    """Events with free seats and a waiting list that has closed: staff alone can give them to somebody."""
    sees_them = user.has_perm("events.view_registration")
    events = Event.objects.closed_with_queue().filter(seats_taken__lt=F("capacity")).order_by("starts_at")
    return [
        Line(
            f"»{event.title}«: Tilmeldingen er lukket, og {counted(event.seats_left, 'plads er ledig', 'pladser er ledige')}, mens nogen "
            "står på venteliste. Ryk dem op, hvis de skal med",
            f"{link('admin:events_event_tilmeldinger', event.pk)}?status=waiting" if sees_them else "",
        )
        for event in events
    ]


def mails_part(user) -> Part:
    """How the outbox is: the oldest that waits, how many need somebody, the last that went, the last sign of a worker."""
    found = OutgoingMail.objects.aggregate(
        waiting=Count("pk", filter=Q(state=MailState.QUEUED)),
        oldest=Min("created_at", filter=Q(state=MailState.QUEUED)),
        stuck=Count("pk", filter=Q(state__in=(MailState.FAILED, MailState.WITHHELD))),
        last_sent=Max("sent_at"),
    )
    beat = WorkerBeat.objects.aggregate(beat=Max("beat_at"))["beat"]
    lines = []
    if found["stuck"]:
        stuck = counted(found["stuck"], "mail er ikke sendt: den", "mails er ikke sendt: de")
        url = link("admin:foundation_outgoingmail_changelist")
        lines.append(Line(f"{stuck} fejlede eller holdes tilbage", url, is_urgent=True))
    if found["waiting"]:
        lines.append(Line(f"{found['waiting']} venter, den ældste siden {moment(found['oldest'])}"))
    if found["last_sent"]:
        lines.append(Line(f"Den seneste gik {moment(found['last_sent'])}"))
    if beat is None:
        told = "Ingen mails bliver sendt. Start udsendelsen med »manage.py worker«."
        lines.append(Line(told, is_urgent=True))
    elif (timezone.now() - beat).total_seconds() > LONGEST_SILENCE:
        told = f"Udsendelsen af mails har stået stille siden {moment(beat)}"
        lines.append(Line(told, is_urgent=True))
    else:
        lines.append(Line("Udsendelsen af mails kører"))
    return Part("Mails", lines)


def security_part(user) -> Part:
    problem = review_problem()
    return Part("Sikkerhed", [Line(problem, is_urgent=True)] if problem else [])


def retention_part(user) -> Part:
    """Whether somebody has approved how long persons are kept, and when some were last deleted for it."""
    problem = retention_problem()
    lines = [Line(problem, is_urgent=True)] if problem else []
    if last := AuditEntry.objects.filter(action=AuditAction.PURGED).first():
        url = f"{link('admin:foundation_auditentry_changelist')}?action__exact={AuditAction.PURGED}"
        lines.append(Line(f"Senest slettet efter frist {moment(last.at)}: se hvor mange", url))
    return Part("Sletning af personoplysninger", lines)


# Each part, and the rights of which one is enough to do something about it.
PARTS: tuple[tuple[tuple[str, ...], Callable[[AbstractBaseUser], Part]], ...] = (
    (("ideas.change_idea", "ideas.change_answer"), ideas_part),
    (("ideas.change_submission",), submissions_part),
    (("panels.view_decision",), deadlines_part),
    (("ideas.change_answer",), answers_part),
    (("ideas.change_idea",), chain_part),
    ((permissions.ALL, permissions.OWN), initiatives_part),
    (("ideas.change_service",), services_part),
    (("events.change_event",), seats_part),
    (("foundation.view_outgoingmail",), mails_part),
    (("foundation.change_user",), security_part),
    (("foundation.view_auditentry",), retention_part),
)


def change(row) -> str:
    return link(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", row.pk)
