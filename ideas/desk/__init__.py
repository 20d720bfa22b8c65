"""The desk: where ideas are in the work, what they lack, and who has them. What staff see; the public never does."""

from ideas.desk.lacks import LACKS, Lack, on_desk
from ideas.desk.steps import HOW, Step, next_step
from ideas.desk.views import VIEWS, View

__all__ = ["HOW", "LACKS", "VIEWS", "Lack", "Step", "View", "next_step", "on_desk"]
