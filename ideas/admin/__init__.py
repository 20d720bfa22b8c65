"""The admin of ideas, answers, recommendations and services, in the order of the story."""

from ideas.admin.idea import IdeaAdmin  # noqa: I001 (registered in the story's order)
from ideas.admin.succession import SuccessionAdmin
from ideas.admin.answer import AnswerAdmin, AnsweredDecisionAdmin, AnswerTemplateAdmin
from ideas.admin.recommendation import AssemblyAdmin, FeedbackAdmin, RecommendationAdmin
from ideas.admin.overlap import OverlapAdmin
from ideas.admin.service import ServiceAdmin
from ideas.admin.submission import SubmissionAdmin

__all__ = [
    "AnswerAdmin",
    "AnswerTemplateAdmin",
    "AnsweredDecisionAdmin",
    "AssemblyAdmin",
    "FeedbackAdmin",
    "IdeaAdmin",
    "OverlapAdmin",
    "RecommendationAdmin",
    "ServiceAdmin",
    "SubmissionAdmin",
    "SuccessionAdmin",
]
