"""The catalogue: ideas, the answers to them, the citizens' recommendations, and signposts to services."""

from ideas.models.answer import Answer, Outcome
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

__all__ = [
    "Addressee",
    "Answer",
    "AnswerTemplate",
    "Assembly",
    "Feedback",
    "Idea",
    "LinkCheck",
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
]
