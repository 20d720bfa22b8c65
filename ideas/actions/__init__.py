"""What can be done to ideas."""

from ideas.actions.agenda import put_on_agenda, refuse_closed, refuse_unfit
from ideas.actions.answer_table import save_answers
from ideas.actions.answers import (
    follow_answers,
    follow_decision,
    merge_answered,
    missing_from,
    outstanding,
    publish_answers,
    publish_together,
    refuse_to_move,
)
from ideas.actions.desk import assign, check, note, uncheck
from ideas.actions.import_ideas import carry_out, forget_uploads, import_ideas
from ideas.actions.journal import journalise
from ideas.actions.submissions import (
    ERASED_AS,
    answer,
    companies_of,
    delete_dismissed,
    dismiss,
    forget_submissions,
    make_idea,
    purge_submissions,
    reword,
    submit,
)
from ideas.actions.successions import carried_to, merge_ideas, split_idea, undo_succession
from ideas.actions.telling import tell_of_answers

__all__ = [
    "ERASED_AS",
    "answer",
    "assign",
    "carried_to",
    "carry_out",
    "check",
    "companies_of",
    "delete_dismissed",
    "dismiss",
    "follow_answers",
    "follow_decision",
    "forget_submissions",
    "forget_uploads",
    "import_ideas",
    "journalise",
    "make_idea",
    "merge_answered",
    "merge_ideas",
    "missing_from",
    "note",
    "outstanding",
    "publish_answers",
    "publish_together",
    "purge_submissions",
    "put_on_agenda",
    "refuse_closed",
    "refuse_to_move",
    "refuse_unfit",
    "reword",
    "save_answers",
    "split_idea",
    "submit",
    "tell_of_answers",
    "uncheck",
    "undo_succession",
]
