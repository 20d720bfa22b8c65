"""Models that every app stands on."""

from erhvervspanel.foundation.models.account import LogIn, LogInOutcome, User
from erhvervspanel.foundation.models.erasure import Erasure
from erhvervspanel.foundation.models.guards import AttemptCount, AttemptSalt, AuditAction, AuditEntry
from erhvervspanel.foundation.models.mail import MailState, OutgoingMail
from erhvervspanel.foundation.models.search_words import SearchWord
from erhvervspanel.foundation.models.synonyms import SynonymGroup
from erhvervspanel.foundation.models.work import DueRun, WorkerBeat

__all__ = [
    "AttemptCount",
    "AttemptSalt",
    "AuditAction",
    "AuditEntry",
    "DueRun",
    "Erasure",
    "LogIn",
    "LogInOutcome",
    "MailState",
    "OutgoingMail",
    "SearchWord",
    "SynonymGroup",
    "User",
    "WorkerBeat",
]
