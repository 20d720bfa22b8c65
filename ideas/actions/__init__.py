"""What can be done to ideas."""

from ideas.actions.answers import missing_from, publish_answers
from ideas.actions.successions import merge_ideas, split_idea, undo_succession

__all__ = ["merge_ideas", "missing_from", "publish_answers", "split_idea", "undo_succession"]
