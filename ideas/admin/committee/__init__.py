"""A decision's pages on its way through the committee: answers, memo, preview, journal."""

from ideas.admin.committee.answers import AnswerPages
from ideas.admin.committee.papers import PaperPages
from ideas.admin.committee.publishing import PublishingPages


class CommitteePages(AnswerPages, PaperPages, PublishingPages):
    """For the admin of decisions."""


__all__ = ["CommitteePages"]
