"""Handing a decision to the journal."""

from django.db import transaction
from django.utils import timezone

from erhvervspanel.foundation.models import User
from ideas.committee.journal import Package, package_of
from panels.models import Decision

WRITTEN = ("journalised_at", "journalised_by", "journal_version", "journal_digest", "updated_at")


@transaction.atomic
def journalise(decision: Decision, *, by: User | None) -> Package:
    """The package of `decision`, which is marked as handed to the journal now.

    Where nothing has changed since the last time, the package has the same version and the same bytes.
    """
    decision = (
        Decision.objects.select_for_update(of=("self",)).select_related("published_by").get(pk=decision.pk)
    )
    package = package_of(decision)
    decision.journalised_at = timezone.now()
    decision.journalised_by = by
    decision.journal_version = package.version
    decision.journal_digest = package.digest
    decision._history_user = by
    decision._change_reason = f"Journalpakke, version {package.version}"
    decision.save(update_fields=WRITTEN)
    return package
