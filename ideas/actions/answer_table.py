"""Saving many of a decision's answers at once, beside others who do the same."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import get_text_list
from simple_history.utils import bulk_update_with_history

from erhvervspanel.foundation.models import User
from erhvervspanel.foundation.personal_data import has_cpr
from erhvervspanel.foundation.publishing import related_model
from ideas.actions.answers import follow_answers, lacks
from ideas.committee.wording import Wording, ideas_by_reference
from ideas.models import Answer, Idea, Outcome, Service, lead_copies
from panels.models import Decision

WRITTEN = ("outcome", "reason", "office", "service", "merged_into", "updated_at")
REASON = "Skrevet i tabellen med svar"
UNEXPLAINED = "Svaret er offentliggjort. Skriv over tabellen, hvorfor det rettes."


@dataclass(frozen=True)
class Entry:
    """What somebody has typed for one answer.

    Attributes:
        seen: the fingerprint of the wording that they began from.
        initiative: the key of an initiative that the idea is to be linked to, or "".
        template: the key of a template that is chosen but not inserted yet, or "".
    """

    wording: Wording
    seen: str
    initiative: str = ""
    template: str = ""

    @property
    def is_touched(self) -> bool:
        """Whether somebody has typed anything: then it says something else than what they began from."""
        return self.wording.fingerprint != self.seen


@dataclass
class Saving:
    """What came of saving.

    Attributes:
        because: why answers that the public sees are corrected; "" where nobody has said.
        saved: the answers that say something new.
        linked: the answers whose ideas are linked to one more initiative.
        problems: what is wrong with an entry, in sentences, by the answer's key. It is not saved.
        clashes: keys of the answers that somebody else has changed meanwhile. They are not saved.
        gone: the entries whose answers are on the agenda no more.
    """

    because: str = ""
    saved: list[Answer] = field(default_factory=list)
    linked: list[Answer] = field(default_factory=list)
    problems: dict[int, list[str]] = field(default_factory=dict)
    clashes: set[int] = field(default_factory=set)
    gone: list[Entry] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return not (self.problems or self.clashes or self.gone)


@dataclass(frozen=True)
class Targets:
    """What entries may point at: services and initiatives by their keys, ideas by their references."""

    services: dict[str, Service]
    ideas: dict[str, Idea]
    initiatives: dict

    @classmethod
    def of(cls, answers: list[Answer], entries: list[Entry]) -> "Targets":
        initiatives = linkable_initiatives(answers) if any(entry.initiative for entry in entries) else []
        return cls(
            services={str(service.pk): service for service in Service.objects.all()},
            ideas=ideas_by_reference({entry.wording.merged_into for entry in entries} - {""}),
            initiatives={str(initiative.pk): initiative for initiative in initiatives},
        )


@transaction.atomic
def save_answers(
    decision: Decision, entries: dict[int, Entry], *, by: User | None, because: str = ""
) -> Saving:
    """Saves what `entries` say for the answers of `decision`, which are drafts for as long as staff like.

    An entry that nobody touched changes nothing, whatever the answer says by now. Where somebody else has changed an
    answer since the entry was begun, neither text is lost: the stored one stays, and the caller shows both. Of an answer that is
    published, the ideas follow where it says another merge, and its copies what it says. The number of statements is the same however
    many entries, but for such merges and copies and for links to initiatives.

    Args:
        entries: by the answers' keys. An answer that none is given for stays as it is.
        because: why answers that the public sees are corrected. Without it they are not.
    """
    Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    answers = {
        answer.pk: answer
        for answer in decision.answers.select_for_update(of=("self",)).select_related(
            "idea__theme", "merged_into__theme", "decision"
        )
    }
    merges = {key: answer.merges_with for key, answer in answers.items()}
    targets = Targets.of(list(answers.values()), list(entries.values()))
    saving = Saving(
        because=because,
        gone=[each for key, each in entries.items() if key not in answers and each.is_touched],
    )
    for key in entries.keys() & answers.keys():
        consider(answers[key], entries[key], targets, saving)
    moved = [each for each in saving.saved if each.is_in_force and each.merges_with != merges[each.pk]]
    store([answer for answer in saving.saved if answer not in moved], by=by, because=because)
    for answer in moved:
        try:
            with transaction.atomic():
                store([answer], by=by, because=because)
                before = merges[answer.pk]
                follow_answers([answer], said=[(answer.idea_id, before)] if before else (), by=by)
        except ValidationError as error:
            saving.saved.remove(answer)
            saving.problems[answer.pk] = error.messages
    lead_copies(saving.saved, by=by)
    link_initiatives(answers, entries, targets, saving, by=by)
    return saving


def store(answers: list[Answer], *, by: User | None, because: str) -> None:
    for answer in answers:
        answer._change_reason = f"{REASON}: {because}" if because and answer.is_in_force else REASON
    bulk_update_with_history(answers, Answer, WRITTEN, default_user=by)


def consider(answer: Answer, entry: Entry, targets: Targets, saving: Saving) -> None:
    """Writes `entry` into `answer` and tells `saving` what came of it."""
    stored = Wording.of(answer)
    if entry.wording == stored or not entry.is_touched:
        return
    problems = write(answer, entry.wording, targets)
    if problems:
        saving.problems[answer.pk] = problems
    elif Wording.of(answer) == stored:
        return
    elif answer.is_in_force and not saving.because:
        problems = saving.problems[answer.pk] = [UNEXPLAINED]
    if stored.fingerprint != entry.seen:
        saving.clashes.add(answer.pk)
    elif not problems:
        answer.updated_at = timezone.now()
        saving.saved.append(answer)


def write(answer: Answer, wording: Wording, targets: Targets) -> list[str]:
    """Gives `answer` all of `wording` that it can have, and returns what it cannot, in sentences. Saves nothing."""
    longest = Answer._meta.get_field("office").max_length
    into = targets.ideas.get(wording.merged_into)
    service = targets.services.get(wording.service)
    wrong = {
        "Vælg et udfald fra listen.": wording.outcome and wording.outcome not in Outcome.values,
        f"Afdelingens navn må højst have {longest} tegn.": len(wording.office) > longest,
        "Tilbuddet findes ikke mere. Vælg et andet.": wording.service and not service,
        f"Der er ingen ide med nummeret »{wording.merged_into}«. Skriv det som 2021-07.": (
            wording.merged_into and not into
        ),
        "En ide kan ikke lægges sammen med sig selv. Skriv nummeret på den anden.": into == answer.idea,
    }
    answer.outcome = wording.outcome if wording.outcome in Outcome.values else ""
    answer.reason = wording.reason
    answer.office = wording.office[:longest]
    answer.service = service
    answer.merged_into = into
    answer.drop_unused()
    problems = [sentence for sentence, is_so in wrong.items() if is_so]
    if has_cpr(answer.reason) or has_cpr(answer.office):
        problems.append(
            "Det ligner et CPR-nummer. Slet det: Svaret kan læses af alle, når det er offentliggjort."
        )
    if answer.publish_at and not problems and (missing := lacks(answer)):
        problems.append(
            f"Svaret er offentliggjort eller klar til det og kan ikke mangle {get_text_list(missing, 'eller')}."
        )
    return problems


# -- Initiatives, which this app knows by their relation only --------------------------------------------------


def linkable_initiatives(answers: list[Answer]) -> QuerySet:
    """The initiatives that the answered ideas may be linked to: those of their themes that are not public yet.

    A link to a public one would show on the idea's page at once, ahead of its answer.
    """
    initiatives = related_model(Idea, "initiatives").objects
    themes = {answer.idea.theme_id for answer in answers}
    public = initiatives.published().values("pk")
    return initiatives.filter(theme__in=themes).exclude(pk__in=public).order_by("theme", "number")


def link_initiatives(
    answers: dict[int, Answer],
    entries: dict[int, Entry],
    targets: Targets,
    saving: Saving,
    *,
    by: User | None,
) -> None:
    for key, entry in entries.items():
        if not entry.initiative or key not in answers:
            continue
        initiative = targets.initiatives.get(entry.initiative)
        if initiative is None:
            sentence = "Initiativet er offentligt nu. Knyt ideen til det på initiativets egen side."
            saving.problems.setdefault(key, []).append(sentence)
        elif not initiative.ideas.filter(pk=answers[key].idea_id).exists():
            initiative._history_user = by
            initiative._change_reason = REASON
            initiative.ideas.add(answers[key].idea)
            type(initiative)._base_manager.filter(pk=initiative.pk).update(updated_at=timezone.now())
            saving.linked.append(answers[key])
