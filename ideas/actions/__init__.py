"""What can be done to ideas."""

from ideas.actions.answers import merge_answered, missing_from, publish_answers
from ideas.actions.successions import carried_to, merge_ideas, split_idea, undo_succession

__all__ = [
    "carried_to",
    "merge_answered",
    "merge_ideas",
    "missing_from",
    "publish_answers",
    "split_idea",
    "undo_succession",
]
