"""What happens to the needs that companies tell of: received, made an idea, answered, dismissed, worded without names, forgotten."""

import re
from collections.abc import Mapping
from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from erhvervspanel.foundation import erasures
from erhvervspanel.foundation.models import OutgoingMail, User
from erhvervspanel.foundation.outbox import post
from erhvervspanel.foundation.references import reference_of
from ideas.models import Idea, Submission, SubmissionState
from panels.models import Company, FocusArea, Theme
from panels.vocabulary import made

S = SubmissionState
ERASED_AS = "ideas.submission"  # what an erasure is noted as
TITLE = 90  # characters of the need that become the idea's first title
# Not after »f.eks.« or »1.«, as what comes then begins no sentence.
BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-ZÆØÅ])")
LIST_MARK = re.compile(r"\s*(?:[-–—*•·]|\(?\d{1,2}[.)]|\(?[a-zæøå]\))\s+", re.IGNORECASE)


@transaction.atomic
def submit(given: Mapping, *, form_token: str) -> Submission:
    """Takes in a need, and sends a mail that says so.

    Args:
        given: the values of the columns that the company fills in, and `notice_version`.
        form_token: made with the form. The same token again gives the submission that it made the first time.
    """
    submission, made = Submission.objects.get_or_create(
        form_token=form_token, defaults={**given, "reference": reference_of(form_token)}
    )
    if made:
        tell("received", submission, "Vi har modtaget dit behov")
    return submission


@transaction.atomic
def make_idea(submission: Submission, *, area: FocusArea, by: User, new_company: bool = False) -> Idea:
    """Makes a draft of an idea in `area` with what the company wrote, word for word beside the text that staff will edit.

    A company that is on record, by its CVR number or by its very name that no other has, is linked.

    Args:
        new_company: whether one that is not on record is made, named in public where the submission agrees to it.

    Raises ValidationError where the submission is dealt with already, or the company cannot stand on record.
    """
    submission = unhandled(submission)
    theme = Theme.objects.select_for_update().get(pk=area.theme_id)
    number = (theme.ideas.aggregate(last=Max("number"))["last"] or 0) + 1
    idea = Idea(
        theme=theme,
        area=area,
        number=number,
        title=title_of(submission),
        need=submission.need,
        proposal=submission.proposal,
        own_words="\n\n".join(filter(None, (submission.need, submission.proposal))),
        submitted_on=timezone.localdate(submission.created_at),
        provenance=f"Indmeldt behov {submission.reference}.",
    )
    idea._history_user = by
    idea._change_reason = f"Af indmeldt behov {submission.reference}"
    idea.save()
    # Once more where the one that was found has just been merged with another.
    companies = held(companies_of(submission)) or held(companies_of(submission))
    if new_company and not companies:
        companies = [company_of(submission, by=by)]
    idea.companies.set(companies)
    handled(submission, S.IDEA, by=by, idea=idea)
    tell("became_idea", submission, "Dit behov er blevet til en ide")
    return idea


@transaction.atomic
def answer(submission: Submission, *, text: str, by: User) -> None:
    """Answers the company by mail.

    Raises ValidationError where it is dealt with already, its address is erased, or nothing is written.
    """
    submission = unhandled(submission)
    if not submission.email:
        raise ValidationError("Adressen er slettet, så der kan ikke svares.")
    if not text.strip():
        raise ValidationError("Skriv et svar.")
    handled(submission, S.ANSWERED, by=by, answer=text.strip())
    tell("answered", submission, "Svar på dit behov")


@transaction.atomic
def dismiss(submission: Submission, *, by: User) -> None:
    """Puts away what is no need, such as advertising. Nobody is written to.

    Raises ValidationError where it is dealt with already.
    """
    handled(unhandled(submission), S.DISMISSED, by=by)


@transaction.atomic
def reword(submission: Submission, *, need: str, proposal: str, opened_version: str) -> None:
    """Gives the need another text, so that one that names somebody can be taken out.

    Args:
        opened_version: the `wording` that the new one was made of.

    Raises ValidationError where somebody else has changed it since.
    """
    held = Submission.objects.select_for_update().get(pk=submission.pk)
    if held.wording != opened_version:
        raise ValidationError(
            "En anden har rettet teksten imens. Læs den, som den er nu, og ret igen, hvis det er nødvendigt."
        )
    held.need, held.proposal = need, proposal
    held.save(update_fields=["need", "proposal"])


@transaction.atomic
def delete_dismissed(submissions) -> list[Submission]:
    """Deletes those of `submissions` that were dismissed, for ever, and returns them."""
    rows = list(submissions.dismissed().select_for_update(of=("self",)))
    erasures.note(ERASED_AS, [row.reference for row in rows])
    forget_submissions(Submission.objects.filter(pk__in=[row.pk for row in rows]))
    return rows


def purge_submissions(*, dry_run: bool = False) -> int:
    """Forgets the persons of all submissions that are overdue, and returns how many there were."""
    overdue = Submission.objects.overdue()
    return overdue.count() if dry_run else forget_submissions(overdue)


@transaction.atomic
def forget_submissions(submissions) -> int:
    """Takes out what names who told of `submissions`, their mails included, and returns how many there were. What the company needs stays.

    The answer goes too: it is a letter to the person. So does the company's name, which may be its owner's. Of what was dismissed nothing
    stays.
    """
    keys = list(submissions.values_list("pk", flat=True))
    mails = (Q(key__startswith=f"submission:{key}:") for key in keys)
    OutgoingMail.objects.filter(reduce(or_, mails, Q(pk=None))).delete()
    rows = Submission.objects.filter(pk__in=keys)
    rows.dismissed().delete()
    rows.update(contact_name="", email="", company_name="", cvr=None, answer="")
    return len(keys)


def unhandled(submission: Submission) -> Submission:
    """The submission as the database has it, held. Raises ValidationError where it is dealt with."""
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    if submission.state != S.NEW:
        raise ValidationError(
            f"Det er allerede behandlet: {submission.get_state_display().lower()}. Intet er ændret."
        )
    return submission


def handled(submission: Submission, state: SubmissionState, *, by: User, **values) -> None:
    values |= {"state": state, "handled_at": timezone.now(), "handled_by": by}
    for name, value in values.items():
        setattr(submission, name, value)
    submission.save(update_fields=list(values))


def title_of(submission: Submission) -> str:
    """The need's first sentence or words, for staff to make a title of; what it is where it has none."""
    lines = (LIST_MARK.sub("", line, count=1).strip() for line in submission.need.splitlines())
    said = next((line for line in lines if any(map(str.isalpha, line))), f"Behov {submission.reference}")
    first = BETWEEN_SENTENCES.split(said)[0].rstrip(".")
    return first if len(first) <= TITLE else f"{first[:TITLE].rsplit(' ', 1)[0]} …"


def companies_of(submission: Submission) -> list[Company]:
    """The company on record by its CVR number, or by its very name (`CompanyQuerySet.called`).

    Never one with another number, and none where several have the name: an idea would be credited to a namesake. None where it is erased.
    """
    if not submission.company_name:
        return []
    named = Company.objects.called(submission.company_name)
    if submission.cvr:
        if found := list(Company.objects.filter(cvr=submission.cvr)):
            return found
        named = named.filter(cvr=None)
    found = list(named[:2])
    return found if len(found) == 1 else []


def held(companies: list[Company]) -> list[Company]:
    """Those of `companies` that are there still, and that nobody merges or deletes until the transaction ends."""
    rows = Company.objects.filter(pk__in=[company.pk for company in companies])
    return list(rows.select_for_update(of=("self",), no_key=True))


def company_of(submission: Submission, *, by: User) -> int:
    """Makes the company that `submission` is from, and returns its key. Raises ValidationError where it cannot stand on record."""
    consent = timezone.localdate(submission.created_at) if submission.may_be_named else None
    reason = f"Af indmeldt behov {submission.reference}"
    return made(
        Company, submission.company_name, by=by, reason=reason, cvr=submission.cvr, named_since=consent
    )


def tell(kind: str, submission: Submission, subject: str, **context) -> None:
    """Posts a mail to who told of the need, if the address is still there.

    Args:
        kind: names the mail's texts, and behind a colon what it is about where there may be several.
        context: what the texts know beside the submission.
    """
    if submission.email:
        post(
            f"ideas/emails/{kind.partition(':')[0]}",
            key=submission.mail_key(kind),
            to=submission.email,
            subject=subject,
            context={"submission": submission, **context},
        )
