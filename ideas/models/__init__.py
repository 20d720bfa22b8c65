"""The catalogue: ideas, the answers to them, the citizens' recommendations, and signposts to services."""

from ideas.models.answer import Answer, Outcome, bringing, lead_copies
from ideas.models.desk import WORDING, Check, CheckKind, Note, digest_of_wording
from ideas.models.idea import Addressee, Idea
from ideas.models.recommendation import (
    Assembly,
    Feedback,
    Overlap,
    OverlapKind,
    Recommendation,
    ResponseOutcome,
)
from ideas.models.service import LinkCheck, Service
from ideas.models.status import Status
from ideas.models.submission import Submission, SubmissionState
from ideas.models.succession import Succession, SuccessionKind
from ideas.models.template import AnswerTemplate
from ideas.models.upload import IdeaUpload

__all__ = [
    "WORDING",
    "Addressee",
    "Answer",
    "AnswerTemplate",
    "Assembly",
    "Check",
    "CheckKind",
    "Feedback",
    "Idea",
    "IdeaUpload",
    "LinkCheck",
    "Note",
    "Outcome",
    "Overlap",
    "OverlapKind",
    "Recommendation",
    "ResponseOutcome",
    "Service",
    "Status",
    "Submission",
    "SubmissionState",
    "Succession",
    "SuccessionKind",
    "bringing",
    "digest_of_wording",
    "lead_copies",
]
