"""Telling those who told of a need what came of it: as soon as the public may read the answer to their idea."""

from collections import defaultdict
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from erhvervspanel.foundation.models import OutgoingMail
from erhvervspanel.foundation.publishing import visible
from ideas.actions.submissions import tell
from ideas.models import Answer, Submission, Succession

# How old an answer may be that is still news. Shorter than mails are kept, as those tell who has been told.
NEWS_FOR = timedelta(days=30)


@transaction.atomic
def tell_of_answers() -> int:
    """Posts a mail to each who told of a need that became an idea, for each answer to it that has become public, by itself when an
    embargo ended too. Returns how many.

    An idea that lives on in another is answered there. Nobody is told of an answer twice, and nobody whose address is erased.
    """
    answers = defaultdict(list)
    for answer in new_answers():
        answers[answer.idea_id].append(answer)
    found = {
        submission.mail_key(f"idea_answered:{answer.pk}"): (submission, answer)
        for submission, idea in proposers(list(answers))
        for answer in answers[idea]
    }
    told = set(OutgoingMail.objects.filter(key__in=found).values_list("key", flat=True))
    untold = [pair for key, pair in found.items() if key not in told]
    for submission, answer in untold:
        kind = f"idea_answered:{answer.pk}"
        tell(kind, submission, f"Svar på ide {answer.idea.reference}", answer=answer)
    return len(untold)


def new_answers():
    """Those that have become public within NEWS_FOR, without copies. An embargo ends for whichever row ends last."""
    answers = Answer.objects.published().exclude(visible(Answer, now=timezone.now() - NEWS_FOR)).given()
    return answers.select_related("idea__theme", "decision").order_by("pk")


def proposers(ideas: list[int]) -> list[tuple[Submission, int]]:
    """Who told of the needs behind `ideas`, by their keys, and of those that live on in them: with the key of the idea."""
    if not ideas:
        return []
    asked = Submission.objects.exclude(email="").select_related("idea__theme").order_by("pk")
    own = asked.filter(idea__in=ideas).annotate(answered=F("idea"))
    standing = Succession.objects.filter(undone_at=None, successor__in=ideas)
    moved = asked.filter(idea__successions__in=standing).annotate(answered=F("idea__successions__successor"))
    return [(submission, submission.answered) for submission in (*own, *moved)]
